/** Vite. */
import { join } from 'node:path';
import { follow } from './watching.mjs';
import { load } from '../tools.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  hasWorkers: true,
  async build(build) {
    const vite = await load('vite', build.major);
    await vite.build(await forVite(build));
  },
  async watch(build, built) {
    const vite = await load('vite', build.major);
    const config = await forVite(build);
    config.build.watch = {};
    const watcher = await vite.build(config);
    return follow(watcher, built);
  },
};

async function forVite({ root, options, target, entries, sourceMap, moduleWorkers }) {
  const { windlass } = await import('@windlass/unplugin/vite');
  const input = Object.fromEntries(entries.map((name) => [name, join(root, `${name}.js`)]));
  return {
    root,
    base: './',
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@app': root } },
    plugins: [windlass(options)],
    ...(moduleWorkers && { worker: { format: 'es' } }),
    build: {
      outDir: 'out',
      target: 'esnext',
      modulePreload: false,
      assetsInlineLimit: 0,
      sourcemap: sourceMap,
      ...(target === 'server' && { ssr: true, ssrEmitAssets: true }),
      rollupOptions: { input, output: { entryFileNames: '[name].js' } },
    },
  };
}
