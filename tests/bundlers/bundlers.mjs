/**
 * One function for each bundler: builds `main.js` of a folder for Node, as ES
 * modules, and gives the path of the result.
 *
 * Options of the plugin are passed on.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture } from '../lib/setup.mjs';
import { bun } from '../runtimes/programs.mjs';

/** @type {Record<string, (root: string, options: object) => Promise<string>>} */
export const bundlers = {
  async vite(root, options) {
    const { build } = await import('vite');
    const { windlass } = await import('@windlass/unplugin/vite');
    await build({
      root,
      base: './',
      configFile: false,
      logLevel: 'silent',
      plugins: [windlass(options)],
      build: {
        outDir: 'out',
        target: 'esnext',
        modulePreload: false,
        minify: true,
        assetsInlineLimit: 0,
        rollupOptions: { input: join(root, 'main.js'), output: { entryFileNames: 'main.js' } },
      },
    });
    return join(root, 'out/main.js');
  },

  async 'vite for a server'(root, options) {
    const { build } = await import('vite');
    const { windlass } = await import('@windlass/unplugin/vite');
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: [windlass(options)],
      build: {
        outDir: 'out',
        ssr: 'main.js',
        target: 'esnext',
        ssrEmitAssets: true,
        assetsInlineLimit: 0,
      },
    });
    return join(root, 'out/main.js');
  },

  async rollup(root, options) {
    const { rollup } = await import('rollup');
    const { windlass } = await import('@windlass/unplugin/rollup');
    const bundle = await rollup({
      input: join(root, 'main.js'),
      plugins: [windlass({ root, ...options })],
      external: [/^@windlass\/wasi/],
      onwarn: (warning) => {
        throw new Error(warning.message);
      },
    });
    await bundle.write({ dir: join(root, 'out'), format: 'es' });
    await bundle.close();
    return join(root, 'out/main.js');
  },

  async rolldown(root, options) {
    const { rolldown } = await import('rolldown');
    const { windlass } = await import('@windlass/unplugin/rolldown');
    const bundle = await rolldown({
      cwd: root,
      input: join(root, 'main.js'),
      platform: 'node',
      plugins: [windlass({ root, ...options })],
    });
    await bundle.write({ dir: join(root, 'out'), format: 'es' });
    await bundle.close();
    return join(root, 'out/main.js');
  },

  async webpack(root, options) {
    const { default: webpack } = await import('webpack');
    const { windlass } = await import('@windlass/unplugin/webpack');
    return packed(webpack, windlass(options), root);
  },

  async rspack(root, options) {
    const { rspack } = await import('@rspack/core');
    const { windlass } = await import('@windlass/unplugin/rspack');
    return packed(rspack, windlass(options), root);
  },

  async esbuild(root, options) {
    const { build } = await import('esbuild');
    const { windlass } = await import('@windlass/unplugin/esbuild');
    await build({
      absWorkingDir: root,
      entryPoints: ['main.js'],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outdir: 'out',
      logLevel: 'silent',
      plugins: [windlass(options)],
    });
    return join(root, 'out/main.js');
  },

  // It ends the process when a build fails.
  farm: (root, options) => byScript(process.execPath, 'farm.mjs', root, options),

  bun: (root, options) => byScript(bun, 'bun.mjs', root, options),
};

/** A build by a script that runs on its own. */
async function byScript(program, script, root, options) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, output } = await capture(program, [path, root, JSON.stringify(options)], {
    cwd: root,
    seconds: 60,
  });
  if (code !== 0) throw new Error(output);
  return join(root, 'out/main.js');
}

/** The build that webpack and Rspack have in common. */
async function packed(bundler, plugin, root) {
  const stats = await new Promise((resolve, reject) => {
    const compiler = bundler({
      context: root,
      mode: 'production',
      target: 'node20',
      entry: './main.js',
      experiments: { outputModule: true },
      output: { path: join(root, 'out'), module: true, chunkFormat: 'module' },
      plugins: [plugin],
    });
    compiler.run((error, result) => {
      compiler.close(() => (error ? reject(error) : resolve(result)));
    });
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  return join(root, 'out/main.mjs');
}
