// Replaces `index.js` in a bundle that does not lie beside the module.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export { start } from './start.js';

const { resolve } = createRequire(import.meta.url);

// Not by its own name: where it is missing, that is for its reader to say.
const here = pathToFileURL(resolve('@windlass/wasm/package.json'));
export const moduleUrl = new URL('./pkg/windlass_bg.wasm', here);
export const module = undefined;
