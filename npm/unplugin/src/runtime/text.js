/** For a core module inside the JavaScript, with a character for each byte. */
export { compileText as compile } from '../../../../transpiler/runtime/load.js';
