/// <reference lib="esnext.disposable" preserve="true" />
/** Waits that leave the thread to others. */

import type { ByteSource } from '../host/host.js';
import type { Clock } from '../preview2/clock.js';
import type { Context } from '../preview2/context.js';
import { HostError, trap } from '../preview2/errors.js';

/** The longest that a timer runs, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** First and longest pause, in milliseconds, between looks at a source that cannot wake us. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 8;

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** A wait. Disposing of it stops the timer; the promise then stays pending. */
export type Wait = Promise<void> & Disposable;

/**
 * Waits until the monotonic clock shows `when`; `undefined` if it does already. One wait more than
 * `limits.pollables` is a trap, thrown at once: a guest that begins waits without end gets no
 * further.
 */
export function waitUntil(cx: Context, clock: Clock, when: bigint): Wait | undefined {
  if (clock.monotonicNow() >= when) return undefined;
  let asleepUntil: bigint | undefined;
  const look = (): number => {
    if (asleepUntil !== undefined) clock.waited?.(asleepUntil);
    const now = clock.monotonicNow();
    if (now >= when) return 0;
    const left = (when - now - 1n) / NANOSECONDS_PER_MILLISECOND + 1n;
    const pause = left > LONGEST_TIMER ? LONGEST_TIMER : Number(left);
    asleepUntil = now + BigInt(pause) * NANOSECONDS_PER_MILLISECOND;
    if (asleepUntil > when) asleepUntil = when;
    return pause;
  };
  return wait(cx, look, trap);
}

/** Waits until a read of `source` would not. One more than `limits.pollables` is `ENOMEM`. */
export function waitReady(cx: Context, source: ByteSource): Wait {
  let pause = FIRST_PAUSE;
  const look = (): number => {
    if (source.ready()) return 0;
    const next = pause;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    return next;
  };
  return wait(cx, look, (message) => new HostError('ENOMEM', message));
}

/** Waits as many milliseconds as `look` says, again and again, until it says 0. */
function wait(cx: Context, look: () => number, toError: (message: string) => Error): Wait {
  const { pollables } = cx.quotas;
  pollables.take(1, toError);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Stops without settling the promise, since nobody waits any more. */
  const stop = (): void => {
    if (!cx.waits.delete(stop)) return;
    clearTimeout(timer);
    pollables.give(1);
  };
  cx.waits.add(stop);
  const over = new Promise<void>((settle) => {
    const next = (): void => {
      const pause = look();
      if (pause > 0) {
        timer = setTimeout(next, pause);
      } else {
        stop();
        settle();
      }
    };
    next();
  });
  return Object.assign(over, { [Symbol.dispose]: stop });
}
