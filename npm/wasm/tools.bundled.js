// Replaces `tools.js` in a bundle that does not lie beside the module.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export { start } from './tools.start.js';

const { resolve } = createRequire(import.meta.url);
const here = pathToFileURL(resolve('@windlass/wasm/package.json'));
export const moduleUrl = new URL('./pkg/tools_bg.wasm.br', here);
