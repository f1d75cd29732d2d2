/** esbuild. */
import { load } from '../tools.mjs';
/** @type {import('../bundlers.mjs').Bundler} */
export default {
  async build(build) {
    const esbuild = await load('esbuild', build.major);
    await esbuild.build(await forEsbuild(build));
  },
  async watch(build, built) {
    const esbuild = await load('esbuild', build.major);
    const config = await forEsbuild(build);
    config.plugins.push({
      name: 'told',
      setup(setup) {
        setup.onEnd(({ errors }) => built(errors.map(({ text }) => text).join('\n') || undefined));
      },
    });
    const context = await esbuild.context(config);
    await context.watch({});
    return () => context.dispose();
  },
};

async function forEsbuild({ root, options, target, entries, sourceMap, isScript }) {
  const { windlass } = await import('@windlass/unplugin/esbuild');
  return {
    absWorkingDir: root,
    entryPoints: entries.map((name) => `${name}.js`),
    bundle: true,
    // Without a format it makes a script.
    ...(isScript ? { outExtension: { '.js': '.cjs' } } : { splitting: true, format: 'esm' }),
    platform: target === 'server' ? 'node' : 'browser',
    outdir: 'out',
    logLevel: 'silent',
    sourcemap: sourceMap,
    alias: { '@app': root },
    plugins: [windlass(options)],
  };
}
