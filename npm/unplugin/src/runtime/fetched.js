/** For a core module that comes by the network; no word of Node, which Parcel would bring a polyfill for. */
export { compileFetched as compile } from '../../../../transpiler/runtime/load.js';
