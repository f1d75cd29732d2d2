// Runs on its own: `node farm.mjs BUILD`.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from '@farmfe/core';
import { windlass } from '@windlass/unplugin/farm';

// Only pages know where chunks are that are loaded later.
const page =
  '<!doctype html><html><head></head><body><script src="./page.js"></script></body></html>';

const { root, options, target, entries, sourceMap } = JSON.parse(process.argv[2]);
const { page: isPage, worker: isWorker } = Object.fromEntries(entries.map((name) => [name, true]));
if (isPage) writeFileSync(join(root, 'index.html'), page);
// Its runtime in browsers wants a `window`, which workers have not.
if (isWorker) await make({ worker: './worker.js' }, 'library-browser');
await make(
  isPage ? { index: './index.html' } : { main: './main.js' },
  target === 'server' ? 'node' : 'browser',
);

async function make(input, targetEnv) {
  await build({
    root,
    configFile: false,
    plugins: [windlass({ root, ...options })],
    compilation: {
      input,
      resolve: { alias: { '@app': root } },
      output: {
        path: 'out',
        clean: !isWorker,
        publicPath: target === 'server' ? './' : `/${basename(root)}/out/`,
        targetEnv,
        format: 'esm',
        entryFilename: '[entryName].[ext]',
      },
      // Modules of libraries do not find those in other files.
      ...(input.worker && {
        partialBundling: { enforceResources: [{ name: 'worker', test: ['.*'] }] },
      }),
      persistentCache: false,
      minify: false,
      presetEnv: false,
      sourcemap: sourceMap ? 'all' : false,
    },
  });
}
