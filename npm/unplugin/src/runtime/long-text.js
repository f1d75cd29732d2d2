/** For a core module inside the JavaScript that is too large for a page to compile at once. */
export { compileLongText as compile } from '../../../../transpiler/runtime/load.js';
