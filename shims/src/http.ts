/** `wasi:http@0.2` of the guest whose grants `grant` sets. */

import { createHttp } from './preview2/http.js';
import { defaultContext } from './preview2/default.js';

const interfaces = /* @__PURE__ */ createHttp(defaultContext);

/** `wasi:http/types`. */
export const types = interfaces.types;
/** `wasi:http/outgoing-handler`. */
export const outgoingHandler = interfaces.outgoingHandler;
