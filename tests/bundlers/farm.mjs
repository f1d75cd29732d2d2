// Runs on its own: `node farm.mjs ROOT OPTIONS`.
import { build } from '@farmfe/core';
import { windlass } from '@windlass/unplugin/farm';

const [, , root, options] = process.argv;
await build({
  root,
  configFile: false,
  plugins: [windlass({ root, ...JSON.parse(options) })],
  compilation: {
    input: { main: './main.js' },
    output: { path: 'out', targetEnv: 'node', format: 'esm', entryFilename: '[entryName].js' },
    persistentCache: false,
    minify: false,
    presetEnv: false,
  },
});
