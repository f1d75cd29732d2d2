// What `index.js` is, for a bundle that does not lie beside the module.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export { start } from './start.js';

const { resolve } = createRequire(import.meta.url);

export const moduleUrl = pathToFileURL(resolve('@windlass/wasm/windlass.wasm'));
export const module = undefined;
