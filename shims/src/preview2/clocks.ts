/** `wasi:clocks`: wall clock, monotonic clock, time zone. */

import type { Clock } from './clock.js';
import type { Context } from './context.js';
import { trap } from './errors.js';
import { Pollable } from './io.js';

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
/** No 64-bit clock gets there: what an overflowing deadline becomes. */
const NEVER = (1n << 64n) - 1n;

/** The WIT `datetime`. */
export interface Datetime {
  seconds: bigint;
  nanoseconds: number;
}

/** Nanoseconds since 1970 as a `datetime`, which has no time before. */
export function toDatetime(nanoseconds: bigint): Datetime {
  if (nanoseconds < 0n) return { seconds: 0n, nanoseconds: 0 };
  return {
    seconds: nanoseconds / NANOSECONDS_PER_SECOND,
    nanoseconds: Number(nanoseconds % NANOSECONDS_PER_SECOND),
  };
}

/** A `datetime` as nanoseconds since 1970. */
export function fromDatetime({ seconds, nanoseconds }: Datetime): bigint {
  return seconds * NANOSECONDS_PER_SECOND + BigInt(nanoseconds);
}

/** The clock of the guest; a trap where it has none. */
export function grantedClock(cx: Context): Clock {
  if (cx.clocks) return cx.clock;
  cx.refuse('clocks');
  throw trap('clocks are not granted (capability `clocks`)');
}

/** The interfaces of `wasi:clocks` for the guest of `cx`. */
export function createClocks(cx: Context) {
  const granted = (): Clock => grantedClock(cx);
  const subscribeInstant = (when: bigint): Pollable => {
    const clock = granted();
    return new Pollable({ ready: () => clock.monotonicNow() >= when, deadline: when }, cx.waiter);
  };
  return {
    monotonicClock: {
      now: (): bigint => granted().monotonicNow(),
      resolution: (): bigint => granted().monotonicResolution,
      subscribeInstant,
      subscribeDuration(duration: bigint): Pollable {
        const when = granted().monotonicNow() + duration;
        return subscribeInstant(when > NEVER ? NEVER : when);
      },
    },
    wallClock: {
      now: (): Datetime => toDatetime(granted().wallNow()),
      resolution: (): Datetime => toDatetime(granted().wallResolution),
    },
    timezone: {
      /** UTC: the zone of the host is not granted. */
      display: (_when: Datetime) => ({ utcOffset: 0, name: 'UTC', inDaylightSavingTime: false }),
      utcOffset: (_when: Datetime): number => 0,
    },
  };
}
