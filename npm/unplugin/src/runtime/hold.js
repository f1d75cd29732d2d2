/** For what is awaited at the top level in a worker. */
export { holdMessages } from '../../../../transpiler/runtime/load.js';
