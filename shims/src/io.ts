/** `wasi:io@0.2`, which needs no grant. */

import { io } from './preview2/io.js';

/** `wasi:io/error`. */
export const error = io.error;
/** `wasi:io/poll`. */
export const poll = io.poll;
/** `wasi:io/streams`. */
export const streams = io.streams;
