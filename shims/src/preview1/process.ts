/** The functions of WASI 0.1 without files: arguments, variables, clocks, random, ends, sockets. */

import { createClocks, fromDatetime } from '../preview2/clocks.js';
import { ExitError, HostError, trap } from '../preview2/errors.js';
import { createRandom } from '../preview2/random.js';
import type { Guest } from './guest.js';
import { flags, oneOf } from './values.js';

const CLOCKS = 4;
const REALTIME = 0;
const MONOTONIC = 1;
const SIGNALS = 31;
/** An exit code from here on is a trap, as in wasmtime. */
const FIRST_INVALID_CODE = 126;

/** The functions for the guest. */
export function createProcess(guest: Guest) {
  const { cx, memory } = guest;
  const { monotonicClock, wallClock } = createClocks(cx);
  const { random } = createRandom(cx);
  const encoder = new TextEncoder();
  const texts = {
    args: () => cx.args.map((text) => encoder.encode(`${text}\0`)),
    environ: () =>
      Object.entries(cx.env).map(([key, value]) => encoder.encode(`${key}=${value}\0`)),
  };
  const sizes = (all: readonly Uint8Array[], count: number, length: number): void => {
    memory.setU32(count >>> 0, all.length);
    memory.setU32(
      length >>> 0,
      all.reduce((sum, text) => sum + text.length, 0),
    );
  };
  const store = (all: readonly Uint8Array[], pointers: number, buf: number): void => {
    let at = buf >>> 0;
    all.forEach((text, i) => {
      memory.setU32((pointers >>> 0) + 4 * i, at);
      at = memory.write(at, text);
    });
  };
  return {
    args_get: (argv: number, buf: number) => store(texts.args(), argv, buf),
    args_sizes_get: (count: number, length: number) => sizes(texts.args(), count, length),
    environ_get: (environ: number, buf: number) => store(texts.environ(), environ, buf),
    environ_sizes_get: (count: number, length: number) => sizes(texts.environ(), count, length),
    clock_res_get(id: number, result: number): void {
      const clock = clockOf(id);
      memory.setU64(
        result >>> 0,
        clock === REALTIME ? fromDatetime(wallClock.resolution()) : monotonicClock.resolution(),
      );
    },
    clock_time_get(id: number, _precision: bigint, result: number): void {
      const clock = clockOf(id);
      memory.setU64(
        result >>> 0,
        clock === REALTIME ? fromDatetime(wallClock.now()) : monotonicClock.now(),
      );
    },
    proc_exit(code: number): never {
      const status = code >>> 0;
      if (status >= FIRST_INVALID_CODE) {
        throw trap(`\`proc_exit\` was called with ${status}, which is not below 126`);
      }
      throw new ExitError(status);
    },
    proc_raise(signal: number): void {
      oneOf(SIGNALS, signal);
      throw new HostError('ENOTSUP');
    },
    sched_yield(): void {},
    random_get(buf: number, length: number): void {
      const span = { ptr: buf >>> 0, length: length >>> 0 };
      // Numbers that do not fit into memory are not made.
      memory.bytes(span);
      memory.write(span.ptr, random.getRandomBytes(BigInt(span.length)));
    },
    ...createNoSockets(guest),
  };
}

/** Nothing is a socket: there is no function to open one, and none is granted. */
function createNoSockets(guest: Guest) {
  const refuse = (fd: number): never => {
    guest.get(fd >>> 0);
    throw new HostError('ENOTSOCK');
  };
  return {
    sock_accept(fd: number, set: number, _result: number): void {
      flags('fdflags', set);
      refuse(fd);
    },
    sock_recv(
      fd: number,
      _spans: number,
      _count: number,
      set: number,
      _length: number,
      _flags: number,
    ): void {
      flags('riflags', set);
      refuse(fd);
    },
    sock_send: (fd: number, _spans: number, _count: number, _flags: number, _length: number) =>
      refuse(fd),
    sock_shutdown(fd: number, how: number): void {
      flags('sdflags', how);
      refuse(fd);
    },
  };
}

/** The clocks that there are: `EBADF` for those that count the time of a process or thread. */
function clockOf(id: number): number {
  const clock = oneOf(CLOCKS, id);
  if (clock !== REALTIME && clock !== MONOTONIC) throw new HostError('EBADF');
  return clock;
}
