/** `wasi:random`: secure and insecure random numbers. */

import type { Context } from './context.js';
import { trap } from './errors.js';

/** The most bytes one call returns. */
/** The most bytes that one call returns. */
export const MOST_BYTES = 1n << 26n;
/** The number of 64-bit numbers made at a time. */
const POOL = 128;

/** The interfaces of `wasi:random` for the guest of `cx`. */
export function createRandom(cx: Context) {
  const pool = new BigUint64Array(POOL);
  let left = 0;
  /** The source of the numbers in the pool. Another grant changes it. */
  let source = cx.fillRandom;

  const getRandomBytes = (len: bigint): Uint8Array => {
    checkGranted(cx);
    // The WIT has no error for this, and a shorter list would be a weaker secret.
    if (len > MOST_BYTES) throw trap(`${len} random bytes are more than ${MOST_BYTES}`);
    const bytes = new Uint8Array(Number(len));
    cx.fillRandom(bytes);
    return bytes;
  };
  const getRandomU64 = (): bigint => {
    checkGranted(cx);
    if (left === 0 || source !== cx.fillRandom) {
      source = cx.fillRandom;
      source(new Uint8Array(pool.buffer));
      left = POOL;
    }
    left -= 1;
    const value = pool[left] as bigint;
    // A number that was handed out does not stay in memory.
    pool[left] = 0n;
    return value;
  };

  let seed: [bigint, bigint] | undefined;
  let seedSource = source;
  /** The same in each call, as in wasmtime: the WIT may make it a value import. */
  const insecureSeed = (): [bigint, bigint] => {
    checkGranted(cx);
    if (seed === undefined || seedSource !== cx.fillRandom) {
      seed = [getRandomU64(), getRandomU64()];
      seedSource = cx.fillRandom;
    }
    return [...seed];
  };

  return {
    random: { getRandomBytes, getRandomU64 },
    insecure: { getInsecureRandomBytes: getRandomBytes, getInsecureRandomU64: getRandomU64 },
    insecureSeed: { insecureSeed },
  };
}

function checkGranted(cx: Context): void {
  if (cx.random) return;
  cx.refuse('random');
  throw trap('random numbers are not granted (capability `random`)');
}
