/** `wasi:logging@0.1.0-draft` of the guest whose grants `grant` sets. */

import { createLogging } from './preview2/logging.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createLogging(defaultContext);

/** `wasi:logging/logging`. */
export const logging = interfaces.logging;
