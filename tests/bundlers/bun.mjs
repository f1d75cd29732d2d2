// Runs in Bun: `bun bun.mjs ROOT OPTIONS`.
import { join } from 'node:path';
import { windlass } from '@windlass/unplugin/bun';

const [, , root, options] = process.argv;
const { success, logs } = await Bun.build({
  root,
  entrypoints: [join(root, 'main.js')],
  outdir: join(root, 'out'),
  target: 'node',
  format: 'esm',
  plugins: [windlass({ root, ...JSON.parse(options) })],
  throw: false,
});
if (!success) {
  for (const log of logs) console.error(String(log));
  process.exitCode = 1;
}
