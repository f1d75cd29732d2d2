/// <reference lib="esnext.disposable" preserve="true" />
/** `poll_oneoff`. */

import { createClocks, fromDatetime } from '../preview2/clocks.js';
import { HostError } from '../preview2/errors.js';
import { internals } from '../preview2/filesystem.js';
import { ALWAYS_READY, InputStream, OutputStream, Pollable } from '../preview2/io.js';
import type { Guest } from './guest.js';
import { storedOneOf } from './values.js';

const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
/** The most bytes of subscriptions and events, as in wasmtime. */
const MOST_BYTES = 128 << 20;
const ABSTIME = 1;
const HANGUP = 1;

/** The tags of a subscription and of its event. */
const TAGS = ['clock', 'read', 'write'] as const;
const CLOCKS = ['realtime', 'monotonic', 'process', 'thread'] as const;

/** One thing that the guest waits for. */
interface Subscription {
  readonly userdata: bigint;
  readonly tag: number;
  readonly pollable: Pollable;
  /** The facts of its event. */
  event(): { nbytes: bigint; flags: number };
}

/** The function for the guest. */
export function createPoll(guest: Guest) {
  const { memory } = guest;
  return {
    poll_oneoff(subscriptions: number, events: number, count: number, result: number): void {
      const length = count >>> 0;
      if (length === 0) throw new HostError('EINVAL');
      if (length * (SUBSCRIPTION_SIZE + EVENT_SIZE) > MOST_BYTES) throw new HostError('ENOMEM');
      const all: Subscription[] = [];
      let ready: Uint32Array;
      try {
        for (let i = 0; i < length; i += 1) {
          all.push(subscribe(guest, (subscriptions >>> 0) + i * SUBSCRIPTION_SIZE));
        }
        ready = Pollable.poll(all.map(({ pollable }) => pollable));
      } finally {
        for (const { pollable } of all) pollable[Symbol.dispose]();
      }
      let at = events >>> 0;
      for (const index of ready) {
        storeEvent(guest, at, all[index] as Subscription);
        at += EVENT_SIZE;
      }
      memory.setU32(result >>> 0, ready.length);
    },
  };
}

function subscribe(guest: Guest, ptr: number): Subscription {
  const view = guest.memory.view(ptr, SUBSCRIPTION_SIZE, 8);
  const userdata = view.getBigUint64(ptr, true);
  const tag = storedOneOf(TAGS.length, view.getUint8(ptr + 8));
  if (TAGS[tag] === 'clock') {
    const id = storedOneOf(CLOCKS.length, view.getUint32(ptr + 16, true));
    const timeout = view.getBigUint64(ptr + 24, true);
    const isAbsolute = storedOneOf(ABSTIME + 1, view.getUint16(ptr + 40, true)) === ABSTIME;
    const pollable = subscribeClock(guest, CLOCKS[id] ?? 'realtime', timeout, isAbsolute);
    return { userdata, tag, pollable, event: () => ({ nbytes: 0n, flags: 0 }) };
  }
  const fd = view.getUint32(ptr + 16, true);
  return { userdata, tag, ...(TAGS[tag] === 'read' ? readable(guest, fd) : writable(guest, fd)) };
}

function subscribeClock(
  { cx }: Guest,
  clock: (typeof CLOCKS)[number],
  timeout: bigint,
  isAbsolute: boolean,
): Pollable {
  const { monotonicClock, wallClock } = createClocks(cx);
  if (clock === 'process' || clock === 'thread') throw new HostError('EINVAL');
  if (!isAbsolute) return monotonicClock.subscribeDuration(timeout);
  if (clock === 'monotonic') return monotonicClock.subscribeInstant(timeout);
  const left = timeout - fromDatetime(wallClock.now());
  return monotonicClock.subscribeDuration(left < 0n ? 0n : left);
}

function readable(guest: Guest, fd: number): Pick<Subscription, 'pollable' | 'event'> {
  const { cx } = guest;
  const open = guest.get(fd);
  if (open.kind === 'stdin') {
    const pollable = new InputStream(cx.stdin, cx.waiter).subscribe();
    return { pollable, event: () => ({ nbytes: 1n, flags: 0 }) };
  }
  if (open.kind !== 'file') throw new HostError('EBADF');
  const event = () => {
    const isAtEnd = internals.stat(open.descriptor).size <= open.position;
    return { nbytes: 1n, flags: isAtEnd ? HANGUP : 0 };
  };
  return { pollable: new Pollable(ALWAYS_READY, cx.waiter), event };
}

function writable(guest: Guest, fd: number): Pick<Subscription, 'pollable' | 'event'> {
  const { cx } = guest;
  const open = guest.get(fd);
  const event = () => ({ nbytes: 1n, flags: 0 });
  if (open.kind === 'output') {
    return { pollable: new OutputStream(open.sink, cx.waiter).subscribe(), event };
  }
  if (open.kind !== 'file') throw new HostError('EBADF');
  return { pollable: new Pollable(ALWAYS_READY, cx.waiter), event };
}

function storeEvent({ memory }: Guest, ptr: number, { userdata, tag, event }: Subscription): void {
  const { nbytes, flags: set } = event();
  const view = memory.view(ptr, EVENT_SIZE, 8);
  view.setBigUint64(ptr, userdata, true);
  view.setUint16(ptr + 8, 0, true);
  view.setUint8(ptr + 10, tag);
  view.setBigUint64(ptr + 16, nbytes, true);
  view.setUint16(ptr + 24, set, true);
}
