// Takes the types out of TypeScript, for webpack and Rspack.
const { transformSync } = require('esbuild');

module.exports = (source) => transformSync(source, { loader: 'ts' }).code;
