// Runs in Bun: `bun bun.mjs BUILD`.
import { join } from 'node:path';
import { windlass } from '@windlass/unplugin/bun';

const { root, options, target, entries, sourceMap } = JSON.parse(process.argv[2]);
const { success, logs } = await Bun.build({
  root,
  entrypoints: entries.map((name) => join(root, `${name}.js`)),
  outdir: join(root, 'out'),
  target: target === 'server' ? 'node' : 'browser',
  format: 'esm',
  splitting: true,
  sourcemap: sourceMap ? 'linked' : 'none',
  plugins: [windlass({ root, ...options })],
  throw: false,
});
console.log('built');
if (!success) {
  for (const log of logs) console.error(String(log));
  process.exitCode = 1;
}
