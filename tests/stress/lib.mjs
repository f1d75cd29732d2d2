/** Helpers that the stress tests share: memory, and chance that can be repeated. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

const MB = 1e6;

/** Bytes that are in use once all garbage is gone: of the heap, and outside of it. */
export async function inUse() {
  // Objects that a finalizer lets go are collected by the next round.
  for (let round = 0; round < 3; round++) {
    await turn();
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Does something many times over, and asserts that it leaves nothing behind: after
 * half of that all is compiled and grown that has to, from there on memory stays.
 *
 * @param {(share: number) => Promise<void> | void} run does that share of it
 * @param {number} limit bytes
 */
export async function staysFlat(run, limit = 0.5 * MB) {
  await run(0.5);
  const before = await inUse();
  await run(0.5);
  const growth = (await inUse()) - before;
  assert.ok(growth < limit, `memory in use grew by ${(growth / MB).toFixed(2)} MB`);
}

/** Bytes that the process takes from the system, garbage included. */
export const resident = () => process.memoryUsage.rss();

/** The seeds of a run: `SEED=` names one by hand. */
export const seeds = (...fixed) => (process.env.SEED ? [Number(process.env.SEED)] : fixed);

/** Numbers that look like chance and follow from a seed (xorshift32). */
export class Chance {
  #state;

  constructor(seed) {
    // Zero would stay zero; neighbours should not begin alike.
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.#next();
  }

  #next() {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** A whole number from 0 to below `n`. */
  below(n) {
    return this.#next() % n;
  }

  /** Whether something happens that does so once in `n` times. */
  once(n) {
    return this.below(n) === 0;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** Takes something out of a list. */
  take(list) {
    return list.splice(this.below(list.length), 1)[0];
  }
}
