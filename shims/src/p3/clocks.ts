/** `wasi:clocks@0.3` of the guest whose grants `grant` sets. */

import { defaultContext } from '../preview2/default.js';
import { createClocks } from '../preview3/clocks.js';

const interfaces = /* @__PURE__ */ createClocks(defaultContext);

/** `wasi:clocks/monotonic-clock`. */
export const monotonicClock = interfaces.monotonicClock;
/** `wasi:clocks/system-clock`. */
export const systemClock = interfaces.systemClock;
/** `wasi:clocks/timezone`. */
export const timezone = interfaces.timezone;
