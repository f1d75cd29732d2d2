/** `wasi:filesystem@0.2` of the guest whose grants `grant` sets. */

import { createFilesystem } from './preview2/filesystem.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createFilesystem(defaultContext);

/** `wasi:filesystem/types`. */
export const types = interfaces.types;
/** `wasi:filesystem/preopens`. */
export const preopens = interfaces.preopens;
