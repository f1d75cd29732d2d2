// Runs on its own: `node farm.mjs BUILD [watch]`. Watching, it prints a line `built` for each build.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, watch } from '@farmfe/core';
import { windlass } from '@windlass/unplugin/farm';

// Only pages know where chunks are that are loaded later.
const page =
  '<!doctype html><html><head></head><body><script src="./page.js"></script></body></html>';

const { root, options, target, entries, sourceMap } = JSON.parse(process.argv[2]);
const { page: isPage, worker: isWorker } = Object.fromEntries(entries.map((name) => [name, true]));
if (isPage) writeFileSync(join(root, 'index.html'), page);
const input = isPage ? { index: './index.html' } : { main: './main.js' };
const targetEnv = target === 'server' ? 'node' : 'browser';
if (process.argv[3] === 'watch') {
  const tell = { executor: () => console.log('built') };
  const config = configOf(input, targetEnv);
  config.plugins.push({ name: 'told', finish: tell, updateFinished: tell });
  await watch(config);
} else {
  // Its runtime in browsers wants a `window`, which workers have not.
  if (isWorker) await build(configOf({ worker: './worker.js' }, 'library-browser'));
  await build(configOf(input, targetEnv));
}

function configOf(from, env) {
  return {
    root,
    configFile: false,
    plugins: [windlass({ root, ...options })],
    compilation: {
      input: from,
      resolve: { alias: { '@app': root } },
      output: {
        path: 'out',
        clean: !isWorker,
        publicPath: target === 'server' ? './' : `/${basename(root)}/out/`,
        targetEnv: env,
        format: 'esm',
        entryFilename: '[entryName].[ext]',
      },
      // Modules of libraries do not find those in other files.
      ...(from.worker && {
        partialBundling: { enforceResources: [{ name: 'worker', test: ['.*'] }] },
      }),
      lazyCompilation: false,
      persistentCache: false,
      minify: false,
      presetEnv: false,
      sourcemap: sourceMap ? 'all' : false,
    },
  };
}
