/** Rollup. */
import { join } from 'node:path';
import { follow } from './watching.mjs';
import { load } from '../tools.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  async build(build) {
    const { rollup } = await load('rollup', build.major);
    const { output, ...input } = await forRollup(build);
    const bundle = await rollup(input);
    await bundle.write(output);
    await bundle.close();
  },
  async watch(build, built) {
    const { watch } = await load('rollup', build.major);
    return follow(watch(await forRollup(build)), built);
  },
};

async function forRollup({ root, options, target, entries, sourceMap, mayWarn, isAlone }) {
  const { windlass } = await import('@windlass/unplugin/rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const alias = {
    name: 'alias',
    resolveId(id, importer) {
      if (!id.startsWith('@app/')) return null;
      return this.resolve(join(root, id.slice('@app'.length)), importer, { skipSelf: true });
    },
  };
  const { transform } = await import('esbuild');
  const typescript = {
    name: 'typescript',
    async transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      return (await transform(code, { loader: 'ts' })).code;
    },
  };
  const packages = target === 'browser' && nodeResolve({ browser: true });
  return {
    input: entries.map((name) => join(root, `${name}.js`)),
    plugins: [alias, windlass({ root, ...options }), typescript, packages],
    external: target === 'server' && !isAlone ? [/^@windlass\/wasi/] : [],
    onwarn(warning) {
      if (!mayWarn) throw new Error(warning.message);
    },
    output: { dir: join(root, 'out'), format: 'es', sourcemap: sourceMap },
  };
}
