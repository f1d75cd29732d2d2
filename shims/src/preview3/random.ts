/** `wasi:random@0.3`: secure and insecure random numbers. */

import type { Context } from '../preview2/context.js';
import { MOST_BYTES, createRandom as createBase } from '../preview2/random.js';

/** The interfaces of `wasi:random` for the guest of `cx`. */
export function createRandom(cx: Context) {
  const { random, insecure, insecureSeed } = createBase(cx);
  /** May return less than it is asked for, which the guest then asks for again. */
  const getRandomBytes = (maxLen: bigint): Uint8Array =>
    random.getRandomBytes(maxLen > MOST_BYTES ? MOST_BYTES : maxLen);
  return {
    random: { ...random, getRandomBytes },
    insecure: { ...insecure, getInsecureRandomBytes: getRandomBytes },
    insecureSeed: { getInsecureSeed: insecureSeed.insecureSeed },
  };
}
