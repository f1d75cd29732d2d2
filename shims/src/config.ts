/** `wasi:config@0.2.0-rc.1` of the guest whose grants `grant` sets. */

import { createConfig } from './preview2/config.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createConfig(defaultContext);

/** `wasi:config/store`. */
export const store = interfaces.store;
