/** For a core module in a file, where nothing can be awaited. */
export { compileFile as compile } from '../../../../transpiler/runtime/load.js';
