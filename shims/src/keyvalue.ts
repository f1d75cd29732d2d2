/** `wasi:keyvalue@0.2.0-draft` of the guest whose grants `grant` sets. */

import { createKeyvalue } from './preview2/keyvalue.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createKeyvalue(defaultContext);

/** `wasi:keyvalue/store`. */
export const store = interfaces.store;
/** `wasi:keyvalue/atomics`. */
export const atomics = interfaces.atomics;
/** `wasi:keyvalue/batch`. */
export const batch = interfaces.batch;
