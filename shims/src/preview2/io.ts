/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:io`: errors, pollables and byte streams over the host's sources and sinks. */

import type { ByteSink, ByteSource, HostFile } from '../host/host.js';
import { WasiError, errnoOf, trap } from './errors.js';
import type { Quota } from './quota.js';

/** Most bytes one `read` returns, and the largest permit of `check-write`. */
const CHUNK = 1 << 20;
/** The shortest that the buffer for reads is made. */
const SHORTEST_BUFFER = 1 << 16;
/** The most that one `blocking-write-and-flush` takes (`streams.wit`). */
const BLOCKING_WRITE_LIMIT = 4096;
/** First and longest pause, in nanoseconds, between looks at a source that cannot wake us. */
const FIRST_PAUSE = 100_000n;
const LONGEST_PAUSE = 5_000_000n;

const PERMIT = BigInt(CHUNK);
const EMPTY = new Uint8Array(0);
/** One for all reads, since the glue copies a result before the next call. */
let scratch = EMPTY;

/**
 * A buffer for one read of up to `len` bytes.
 *
 * The buffer is valid until the next read of any stream.
 */
export function readBuffer(len: bigint): Uint8Array {
  const length = len > PERMIT ? CHUNK : Number(len);
  if (length > scratch.length)
    scratch = new Uint8Array(length > SHORTEST_BUFFER ? CHUNK : SHORTEST_BUFFER);
  return length === scratch.length ? scratch : scratch.subarray(0, length);
}

/** The resource `wasi:io/error.error`. */
export class IoError {
  readonly #cause: unknown;

  constructor(cause: unknown) {
    this.#cause = cause;
  }

  /** The failure in words for people. Names no path or stack of the host. */
  toDebugString(): string {
    const errno = errnoOf(this.#cause);
    if (errno !== undefined) return errno;
    if (this.#cause instanceof WasiError) return this.#cause.message;
    return 'the stream failed';
  }

  /** The `errno` name of the failure, for interfaces that downcast it. */
  static errno(error: IoError): string | undefined {
    return errnoOf(error.#cause);
  }

  [Symbol.dispose](): void {}
}

/** The WIT `stream-error`. */
export type StreamError = { tag: 'last-operation-failed'; val: IoError } | { tag: 'closed' };

function closed(): WasiError<StreamError> {
  return new WasiError({ tag: 'closed' }, 'the stream is closed');
}

function failed(cause: unknown): WasiError<StreamError> {
  const error = new IoError(cause);
  const message = `the stream failed: ${error.toDebugString()}`;
  return new WasiError({ tag: 'last-operation-failed', val: error }, message);
}

/** The condition that a pollable waits for. */
export interface Waitable {
  /** Never blocks. */
  ready(): boolean;
  /** When it becomes ready, on the monotonic clock, where that is known. */
  readonly deadline?: bigint;
}

/** Something that is ready whenever it is asked. */
export const ALWAYS_READY: Waitable = { ready: () => true };

/** The clock that `poll` waits on. */
export interface Waiter {
  monotonicNow(): bigint;
  sleep(nanoseconds: bigint): void;
  /** The bound on pollables, if there is one. */
  readonly pollables?: Quota;
}

/** The resource `wasi:io/poll.pollable`. */
export class Pollable {
  readonly #waitable: Waitable;
  readonly #waiter: Waiter;
  #isDropped = false;

  /** The function that wants it has no error to give: past the limit it is a trap. */
  constructor(waitable: Waitable, waiter: Waiter) {
    waiter.pollables?.take(1);
    this.#waitable = waitable;
    this.#waiter = waiter;
  }

  ready(): boolean {
    return this.#waitable.ready();
  }

  block(): void {
    const waitable = this.#waitable;
    let pause = FIRST_PAUSE;
    while (!waitable.ready()) {
      pause = wait(this.#waiter, waitable.deadline, waitable.deadline === undefined, pause);
    }
  }

  /** `poll`: the indices of those that are ready, at least one. */
  static poll(pollables: Pollable[]): Uint32Array {
    const first = pollables[0];
    // "This function traps if the list is empty".
    if (first === undefined) throw trap('`poll` was called with an empty list');
    let pause = FIRST_PAUSE;
    for (;;) {
      const ready: number[] = [];
      let earliest: bigint | undefined;
      let mustLook = false;
      for (let i = 0; i < pollables.length; i += 1) {
        const waitable = (pollables[i] as Pollable).#waitable;
        if (waitable.ready()) ready.push(i);
        else if (waitable.deadline === undefined) mustLook = true;
        else if (earliest === undefined || waitable.deadline < earliest) {
          earliest = waitable.deadline;
        }
      }
      if (ready.length > 0) return Uint32Array.from(ready);
      pause = wait(first.#waiter, earliest, mustLook, pause);
    }
  }

  [Symbol.dispose](): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#waiter.pollables?.give(1);
  }
}

/** Sleeps until `deadline`, or for `pause` when something has to be looked at again. */
function wait(waiter: Waiter, deadline: bigint | undefined, mustLook: boolean, pause: bigint) {
  let sleep = pause;
  if (deadline !== undefined) {
    const left = deadline - waiter.monotonicNow();
    if (!mustLook || left < sleep) sleep = left;
  }
  if (sleep > 0n) waiter.sleep(sleep);
  return pause * 2n > LONGEST_PAUSE ? LONGEST_PAUSE : pause * 2n;
}

/** The resource `wasi:io/streams.input-stream`. */
export class InputStream {
  readonly #source: ByteSource;
  readonly #waiter: Waiter;
  #onDrop: (() => void) | undefined;
  #isClosed = false;

  /** `onDrop` runs once, when the guest drops the stream. */
  constructor(source: ByteSource, waiter: Waiter, onDrop?: () => void) {
    this.#source = source;
    this.#waiter = waiter;
    this.#onDrop = onDrop;
  }

  /** The bytes are valid until the next read of any stream. */
  read(len: bigint): Uint8Array {
    return this.#read(len, false);
  }

  /** The bytes are valid until the next read of any stream. */
  blockingRead(len: bigint): Uint8Array {
    return this.#read(len, true);
  }

  skip(len: bigint): bigint {
    return BigInt(this.#read(len, false).length);
  }

  blockingSkip(len: bigint): bigint {
    return BigInt(this.#read(len, true).length);
  }

  subscribe(): Pollable {
    const source = this.#source;
    return new Pollable({ ready: () => this.#isClosed || source.ready() }, this.#waiter);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#onDrop?.();
    this.#onDrop = undefined;
  }

  #read(len: bigint, block: boolean): Uint8Array {
    if (this.#isClosed) throw closed();
    if (len === 0n) return EMPTY;
    const buffer = readBuffer(len);
    let count: number;
    try {
      count = this.#source.read(buffer, block);
    } catch (error) {
      this.#isClosed = true;
      throw failed(error);
    }
    // The stream stays usable: a file may grow, and a terminal may go on.
    if (count < 0) throw closed();
    return count === buffer.length ? buffer : buffer.subarray(0, count);
  }
}

/**
 * The resource `wasi:io/streams.output-stream`.
 *
 * A sink takes everything it is given, waiting where the receiver is slow, so
 * nothing is ever buffered here: a flush has nothing to do, and what was
 * written is out before the program ends.
 */
export class OutputStream {
  readonly #sink: ByteSink;
  readonly #waiter: Waiter;
  #onDrop: (() => void) | undefined;
  #isClosed = false;
  /** Bytes that `write` may still take since the last `check-write`. */
  #permit = 0;

  /** `onDrop` runs once, when the guest drops the stream. */
  constructor(sink: ByteSink, waiter: Waiter, onDrop?: () => void) {
    this.#sink = sink;
    this.#waiter = waiter;
    this.#onDrop = onDrop;
  }

  checkWrite(): bigint {
    if (this.#isClosed) throw closed();
    this.#permit = CHUNK;
    return PERMIT;
  }

  write(contents: Uint8Array): void {
    this.#usePermit(contents.length);
    this.#put(contents);
  }

  blockingWriteAndFlush(contents: Uint8Array): void {
    checkBlockingWrite(contents.length);
    this.#put(contents);
  }

  flush(): void {
    if (this.#isClosed) throw closed();
  }

  blockingFlush(): void {
    if (this.#isClosed) throw closed();
  }

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY, this.#waiter);
  }

  writeZeroes(len: bigint): void {
    this.#usePermit(Number(len));
    this.#put(new Uint8Array(Number(len)));
  }

  blockingWriteZeroesAndFlush(len: bigint): void {
    checkBlockingWrite(Number(len));
    this.#put(new Uint8Array(Number(len)));
  }

  splice(source: InputStream, len: bigint): bigint {
    return this.#splice(source.read(this.#spliceLength(len)));
  }

  blockingSplice(source: InputStream, len: bigint): bigint {
    return this.#splice(source.blockingRead(this.#spliceLength(len)));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#onDrop?.();
    this.#onDrop = undefined;
  }

  #spliceLength(len: bigint): bigint {
    const permit = this.checkWrite();
    return len < permit ? len : permit;
  }

  #splice(bytes: Uint8Array): bigint {
    this.write(bytes);
    return BigInt(bytes.length);
  }

  #usePermit(length: number): void {
    // "contents has a length of less than or equal to n. Otherwise, this function will trap."
    if (length > this.#permit) {
      throw trap(`a write of ${length} bytes exceeds the ${this.#permit} of \`check-write\``);
    }
    this.#permit -= length;
  }

  #put(bytes: Uint8Array): void {
    if (this.#isClosed) throw closed();
    if (bytes.length === 0) return;
    try {
      this.#sink.write(bytes);
    } catch (error) {
      this.#isClosed = true;
      // Libraries turn `closed` into EPIPE, and any other failure into EIO.
      throw errnoOf(error) === 'EPIPE' ? closed() : failed(error);
    }
  }
}

function checkBlockingWrite(length: number): void {
  if (length > BLOCKING_WRITE_LIMIT) {
    throw trap(`a blocking write of ${length} bytes exceeds ${BLOCKING_WRITE_LIMIT}`);
  }
}

/** A source that has ended. */
export const EMPTY_SOURCE: ByteSource = { isTerminal: false, read: () => -1, ready: () => true };

/** A sink that drops what it is given. */
export const NULL_SINK: ByteSink = { isTerminal: false, write: () => {} };

/** A source of the given bytes. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  let position = 0;
  return {
    isTerminal: false,
    read(into) {
      if (position === bytes.length) return -1;
      const count = Math.min(into.length, bytes.length - position);
      into.set(bytes.subarray(position, position + count));
      position += count;
      return count;
    },
    ready: () => true,
  };
}

/** Reads a file from `offset` on. */
export function fileSource(file: HostFile, offset: number): ByteSource {
  let position = offset;
  return {
    isTerminal: false,
    read(into) {
      const count = file.read(into, position);
      position += count;
      return count === 0 ? -1 : count;
    },
    ready: () => true,
  };
}

/** Writes a file from `offset` on. */
export function fileSink(file: HostFile, offset: number): ByteSink {
  let position = offset;
  return {
    isTerminal: false,
    write(bytes) {
      let rest = bytes;
      for (;;) {
        const count = file.write(rest, position);
        position += count;
        if (count === rest.length) return;
        rest = rest.subarray(count);
      }
    },
  };
}

/** Appends to a file. */
export function appendSink(file: HostFile): ByteSink {
  return { isTerminal: false, write: (bytes) => file.append(bytes) };
}

/** The interfaces of `wasi:io`, which need no grant. */
export const io = {
  error: { Error: IoError },
  poll: { Pollable, poll: (pollables: Pollable[]) => Pollable.poll(pollables) },
  streams: { InputStream, OutputStream },
};
