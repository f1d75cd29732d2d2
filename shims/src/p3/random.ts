/** `wasi:random@0.3` of the guest whose grants `grant` sets. */

import { defaultContext } from '../preview2/default.js';
import { createRandom } from '../preview3/random.js';

const interfaces = /* @__PURE__ */ createRandom(defaultContext);

/** `wasi:random/random`. */
export const random = interfaces.random;
/** `wasi:random/insecure`. */
export const insecure = interfaces.insecure;
/** `wasi:random/insecure-seed`. */
export const insecureSeed = interfaces.insecureSeed;
