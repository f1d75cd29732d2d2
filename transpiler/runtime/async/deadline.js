/** @import { Store } from './store.js' */
import { checkElapsed, Deadline } from '../deadline.js';

/** The longest time that a timer takes, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * The time that calls into a component may take that take part in concurrency. The oldest call
 * that is not settled decides. Where none is, code that runs for itself has as much time until
 * control is back.
 */
export class AsyncDeadline extends Deadline {
  /**
   * When the calls began, in order.
   * @type {Set<{ begin: number }>}
   */
  #running = new Set();
  /** Whether `begin` is of what runs until control is back. */
  #isOfTurn = false;

  enter() {
    const call = { begin: performance.now() };
    this.#running.add(call);
    return call;
  }

  leave(call) {
    this.#running.delete(call);
  }

  check() {
    const now = performance.now();
    for (const { begin } of this.#running) return checkElapsed(this, now - begin);
    if (!this.#isOfTurn) {
      this.#isOfTurn = true;
      this.begin = now;
      queueMicrotask(() => (this.#isOfTurn = false));
    }
    checkElapsed(this, now - this.begin);
  }
}

/**
 * Makes a synchronous call from the host that has its time.
 * @template T
 * @param {AsyncDeadline} deadline
 * @param {() => T} call
 */
export function timedCall(deadline, call) {
  const entered = deadline.enter();
  try {
    return call();
  } finally {
    deadline.leave(entered);
  }
}

/**
 * Makes a call that gives a promise, and has its time also while it waits.
 * @template T
 * @param {AsyncDeadline} deadline
 * @param {() => Promise<T>} call
 * @param {Store} store
 */
export async function timedPromise(deadline, call, store) {
  const entered = deadline.enter();
  const over = () => store.attempt(() => checkElapsed(deadline, Infinity));
  const timer = deadline.timeout <= MAX_TIMER ? setTimeout(over, deadline.timeout) : undefined;
  try {
    return await call();
  } finally {
    deadline.leave(entered);
    clearTimeout(timer);
  }
}
