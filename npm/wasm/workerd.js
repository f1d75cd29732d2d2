// workerd compiles nothing at run time and has no files, but imports modules.
export { default as module } from './pkg/windlass_bg.wasm';
export { start } from './start.js';

export const moduleUrl = undefined;
