/** `wasi:clocks@0.3`: monotonic clock, system clock, time zone. */

import type { Clock } from '../preview2/clock.js';
import { grantedClock } from '../preview2/clocks.js';
import type { Context } from '../preview2/context.js';
import { type Wait, waitUntil } from './wait.js';

const NANOSECONDS_PER_SECOND = 1_000_000_000n;

/** The WIT `instant`. */
export interface Instant {
  seconds: bigint;
  nanoseconds: number;
}

/** Nanoseconds since 1970 as an `instant`, which there are before, too. */
export function toInstant(nanoseconds: bigint): Instant {
  const fraction = nanoseconds % NANOSECONDS_PER_SECOND;
  const ahead = fraction < 0n ? fraction + NANOSECONDS_PER_SECOND : fraction;
  const seconds = (nanoseconds - ahead) / NANOSECONDS_PER_SECOND;
  return { seconds, nanoseconds: Number(ahead) };
}

/** The interfaces of `wasi:clocks` for the guest of `cx`. */
export function createClocks(cx: Context) {
  const granted = (): Clock => grantedClock(cx);
  return {
    monotonicClock: {
      now: (): bigint => granted().monotonicNow(),
      getResolution: (): bigint => granted().monotonicResolution,
      waitUntil: (when: bigint): Wait | undefined => waitUntil(cx, granted(), when),
      waitFor(howLong: bigint): Wait | undefined {
        const clock = granted();
        return waitUntil(cx, clock, clock.monotonicNow() + howLong);
      },
    },
    systemClock: {
      now: (): Instant => toInstant(granted().wallNow()),
      getResolution: (): bigint => granted().wallResolution,
    },
    timezone: {
      /** None: the zone of the host is not granted. */
      ianaId: (): string | undefined => undefined,
      utcOffset: (_when: Instant): bigint | undefined => undefined,
      toDebugString: (): string => 'no time zone',
    },
  };
}
