/** The clocks that a guest may be granted in place of the platform's. */

import type { Host } from '../host/host.js';

/** The functions of a host that read the time and wait. */
export type Clock = Pick<
  Host,
  'monotonicNow' | 'monotonicResolution' | 'wallNow' | 'wallResolution' | 'sleep'
> & {
  /** Ends a wait until then that did not call `sleep`. Fixed clocks move on by it. */
  waited?(until: bigint): void;
};

/** The step of coarse clocks in nanoseconds: too long to time accesses to a CPU cache. */
const COARSE = 1_000_000n;
/** Nanoseconds that each reading adds to a fixed clock, so that a loop that polls it ends. */
const LOOK = 1000n;

/** The clocks of a platform, rounded down to whole milliseconds. */
export function coarseClock(host: Clock): Clock {
  const cut = (nanoseconds: bigint): bigint => nanoseconds - (nanoseconds % COARSE);
  return {
    monotonicNow: () => cut(host.monotonicNow()),
    monotonicResolution: COARSE,
    wallNow: () => cut(host.wallNow()),
    wallResolution: COARSE,
    sleep: (nanoseconds) => host.sleep(nanoseconds),
  };
}

/**
 * Clocks that tell the same in each run. The wall clock stands at `wall`. The monotonic clock
 * counts the time that the guest asked to wait, and a microsecond for each reading. Waits take
 * real time.
 */
export function fixedClock(host: Clock, wall: bigint): Clock {
  let now = 0n;
  return {
    monotonicNow: () => (now += LOOK),
    monotonicResolution: LOOK,
    wallNow: () => wall,
    wallResolution: 1n,
    sleep(nanoseconds) {
      host.sleep(nanoseconds);
      now += nanoseconds;
    },
    waited(until) {
      // Concurrent waits overlap: only the latest end counts.
      if (until > now) now = until;
    },
  };
}

/** A date in UTC, or a time with its zone; without one it would depend on the host's zone. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Nanoseconds from 1970 to an instant; `undefined` for earlier ones and other values. */
export function instantOf(value: unknown): bigint | undefined {
  let milliseconds = Number.NaN;
  if (value instanceof Date) milliseconds = value.getTime();
  else if (typeof value === 'string' && INSTANT.test(value)) milliseconds = Date.parse(value);
  return milliseconds >= 0 ? BigInt(milliseconds) * 1_000_000n : undefined;
}
