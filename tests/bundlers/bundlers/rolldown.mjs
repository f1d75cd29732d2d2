/** Rolldown. */
import { join } from 'node:path';
import { follow } from './watching.mjs';
import { load } from '../tools.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  async build(build) {
    const { rolldown } = await load('rolldown', build.major);
    const { output, ...input } = await forRolldown(build);
    const bundle = await rolldown(input);
    await bundle.write(output);
    await bundle.close();
  },
  async watch(build, built) {
    const { watch } = await load('rolldown', build.major);
    return follow(watch(await forRolldown(build)), built);
  },
};

async function forRolldown({ root, options, target, entries, sourceMap, mayWarn }) {
  const { windlass } = await import('@windlass/unplugin/rolldown');
  return {
    cwd: root,
    logLevel: mayWarn ? 'silent' : 'info',
    input: Object.fromEntries(entries.map((name) => [name, `./${name}.js`])),
    platform: target === 'server' ? 'node' : 'browser',
    resolve: { alias: { '@app': root } },
    plugins: [windlass({ root, ...options })],
    output: { dir: join(root, 'out'), format: 'es', sourcemap: sourceMap },
  };
}
