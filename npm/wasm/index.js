export { start } from './start.js';

export const moduleUrl = new URL('./pkg/windlass_bg.wasm', import.meta.url);
export const module = undefined;
