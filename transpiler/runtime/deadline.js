import { trap } from './trap.js';

/** Calls to the host between two looks at the clock, where they are short. */
const CALLS = 16;
/** A time in milliseconds, after which each call to the host looks at the clock. */
const SHORT = 1;

/** The time that calls into an interruptible component may take. */
export class Deadline {
  /** When the call began, or the instance was made. */
  begin = performance.now();
  /** Calls to the host before the next look at the clock. */
  calls = 0;
  looked = 0;

  /** @param {number} timeout in milliseconds */
  constructor(timeout) {
    this.timeout = timeout;
  }

  /**
   * Begins a call from the host.
   * @returns {any} what {@link leave} takes
   */
  enter() {
    const { begin } = this;
    this.begin = performance.now();
    return begin;
  }

  /** The one before goes on. */
  leave(begin) {
    this.begin = begin;
  }

  /** Traps when the call has used up its time. */
  check() {
    checkElapsed(this, performance.now() - this.begin);
  }
}

/** Traps when a call took this long. */
export function checkElapsed(deadline, elapsed) {
  // Not `>=`: what is no number is no time.
  if (!(elapsed < deadline.timeout))
    trap(`the call took longer than ${deadline.timeout} ms (option \`timeout\`)`);
}

/** Begins the time of a call from the host. */
export function beginCall(deadline) {
  deadline.enter();
}

/** The function that core code calls now and then. */
export function timeCheck(deadline) {
  return () => deadline.check();
}

/** Counts a call to the host, which may take long by itself. */
export function countCall(deadline) {
  if (--deadline.calls >= 0) return;
  const now = performance.now();
  deadline.calls = now - deadline.looked < SHORT ? CALLS : 0;
  deadline.looked = now;
  deadline.check();
}

/** A resource type whose destructor has a time of its own, where the host drops a resource. */
export function timedDrops(type, deadline) {
  const { drop } = type;
  type.drop = (rep) => {
    const entered = deadline.enter();
    try {
      drop.call(type, rep);
    } finally {
      deadline.leave(entered);
    }
  };
  return type;
}
