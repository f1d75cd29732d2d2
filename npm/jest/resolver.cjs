/**
 * Leads an import of a component to a file that says which it is, of which the
 * transformer makes a script. Jest itself takes every file `.wasm` for a core module.
 */
const { createHash } = require('node:crypto');
const { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

module.exports = (request, options) => {
  const [, specifier, query] = /^([^?#]+\.wasm)(?:\?(.*))?$/s.exec(request) ?? [];
  if (specifier === undefined) return options.defaultResolver(request, options);
  const component = options.defaultResolver(specifier, options);
  if (!isComponent(component)) return options.defaultResolver(request, options);
  const asked = JSON.stringify({ component, query });
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  const folder = join(options.rootDir, 'node_modules/.cache/windlass/jest');
  const path = join(folder, `${basename(component, '.wasm')}-${hash}.component.js`);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
    writeFileSync(path, asked);
  }
  return path;
};

/** Whether a file begins as a component does: the preamble with layer 1. */
function isComponent(path) {
  const bytes = Buffer.alloc(8);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, 8, 0);
  } finally {
    closeSync(file);
  }
  return bytes.equals(Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]));
}
