export { start } from './tools.start.js';

export const moduleUrl = new URL('./pkg/tools_bg.wasm.br', import.meta.url);
