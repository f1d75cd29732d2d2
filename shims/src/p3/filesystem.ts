/** `wasi:filesystem@0.3` of the guest whose grants `grant` sets. */

import { defaultContext } from '../preview2/default.js';
import { createFilesystem } from '../preview3/filesystem.js';

const interfaces = /* @__PURE__ */ createFilesystem(defaultContext);

/** `wasi:filesystem/types`. */
export const types = interfaces.types;
/** `wasi:filesystem/preopens`. */
export const preopens = interfaces.preopens;
