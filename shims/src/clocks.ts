/** `wasi:clocks@0.2` of the guest whose grants `grant` sets. */

import { createClocks } from './preview2/clocks.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createClocks(defaultContext);

/** `wasi:clocks/monotonic-clock`. */
export const monotonicClock = interfaces.monotonicClock;
/** `wasi:clocks/wall-clock`. */
export const wallClock = interfaces.wallClock;
/** `wasi:clocks/timezone`. */
export const timezone = interfaces.timezone;
