/** The clocks that a guest may be granted in place of the platform's. */

import type { Host } from '../host/host.js';

/** What a guest reads the time from, and waits with. */
export type Clock = Pick<
  Host,
  'monotonicNow' | 'monotonicResolution' | 'wallNow' | 'wallResolution' | 'sleep'
>;

/** The step of coarse clocks in nanoseconds: too long to tell what is in a cache. */
const COARSE = 1_000_000n;
/** How far each look moves a fixed clock on, so that a loop that waits by looking comes to an end. */
const LOOK = 1000n;

/** The clocks of a platform, cut off to whole milliseconds. */
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
 * Clocks that tell the same in each run: the wall clock always `wall`, the monotonic one
 * how long the guest has asked to wait, and a microsecond for each look. Waits take as long
 * as ever.
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
  };
}

/** An instant with its zone, or a day of UTC; others would depend on the zone of the host. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Nanoseconds since 1970 of an instant; nothing for what is none, or before. */
export function instantOf(value: unknown): bigint | undefined {
  let milliseconds = Number.NaN;
  if (value instanceof Date) milliseconds = value.getTime();
  else if (typeof value === 'string' && INSTANT.test(value)) milliseconds = Date.parse(value);
  return milliseconds >= 0 ? BigInt(milliseconds) * 1_000_000n : undefined;
}
