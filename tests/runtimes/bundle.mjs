/** esbuild as wrangler uses it: JavaScript in one file, core modules beside it. */
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
// Installs it, if need be.
import './programs.mjs';

const { build } = createRequire(import.meta.url)('esbuild');

/** The conditions of wrangler and other tools for workerd. */
export const edge = ['workerd', 'worker', 'browser'];

/**
 * @param {string} folder
 * @param {string} entry path in `folder`
 * @param {string} out path in `folder`
 * @param {string[]} conditions of exports
 * @returns {Promise<{ modules: string[], wasm: string[] }>} paths of the modules that left
 *   something in the file, and of the Wasm modules that it imports, which may lie in packages
 */
export async function bundle(folder, entry, out, conditions) {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions,
    metafile: true,
    logLevel: 'silent',
    plugins: [{ name: 'wasm', setup }],
  });
  const { inputs, imports } = metafile.outputs[out];
  return {
    modules: Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
    wasm: [...new Set(imports.map(({ path }) => path))],
  };

  function setup({ onResolve, resolve }) {
    onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'own') return;
      const found = path.startsWith('.')
        ? { path: join(resolveDir, path) }
        : await resolve(path, { resolveDir, kind, pluginData: 'own' });
      return { path: `./${relative(folder, found.path)}`, external: true };
    });
  }
}
