// Calls of WASI 0.1 as data, so that two hosts can make the same ones.

import { createPreview1 } from '@windlass/wasi/preview1';

import { forwarder } from './module.mjs';

const module = new WebAssembly.Module(forwarder());

/**
 * A guest that makes the calls it is told to.
 *
 * A step is `{ put, call, args, get }`: bytes to write first, as pairs of a pointer and text in
 * Latin-1, the call, and what to read afterwards, as pairs of pointer and length. Its outcome is
 * the `errno` or `trap`, followed by what was read, as hexadecimal digits.
 */
export function createGuest(capabilities, host) {
  const wasi = createPreview1(capabilities, host);
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  wasi.initialize(instance);
  const { exports } = instance;
  const bytes = () => Buffer.from(exports.memory.buffer);
  const step = ({ put = [], call, args = [], get = [] }) => {
    for (const [ptr, text] of put) bytes().write(text, ptr, 'latin1');
    let errno;
    try {
      errno = exports[call](...args.map(toNumber));
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      errno = 'trap';
    }
    if (errno === undefined) errno = 'none';
    return [errno, ...get.map(([ptr, length]) => bytes().toString('hex', ptr, ptr + length))];
  };
  return { wasi, exports, bytes, step };
}

/** Numbers of 64 bits are text that ends in `n`. */
function toNumber(value) {
  return typeof value === 'string' ? BigInt.asIntN(64, BigInt(value.slice(0, -1))) : value;
}
