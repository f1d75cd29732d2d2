/** For a core module in a file or from the network, by its URL. */
export { compileAnywhere as compile } from '../../../../transpiler/runtime/load.js';
