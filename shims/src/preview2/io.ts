/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:io`: errors, pollables and byte streams over the host's sources and sinks. */

import type { ByteSink, ByteSource, Events, HostFile } from '../host/host.js';
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

  /** The failure itself, for interfaces that downcast it. */
  static causeOf(error: IoError): unknown {
    return error.#cause;
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
  /** Whether an event of the guest's {@link Events} tells when it becomes ready. */
  readonly hasEvents?: boolean;
}

/** Something that is ready whenever it is asked. */
export const ALWAYS_READY: Waitable = { ready: () => true };

/** The way in which a guest waits. */
export interface Waiter {
  monotonicNow(): bigint;
  /** Blocks the thread. */
  sleep(nanoseconds: bigint): void;
  /** The bound on pollables, if there is one. */
  readonly pollables?: Quota;
  /** The events to wait for in place of sleeping, where the guest has any. */
  readonly events?: Events | undefined;
  /** Told of time that was waited for by events. */
  passed?(nanoseconds: bigint): void;
}

/** The events that end a wait. */
interface Missing {
  /** The earliest of all deadlines. */
  readonly deadline?: bigint | undefined;
  /** Whether something has to be looked at again although no event tells of it. */
  readonly mustLook: boolean;
}

class NotYet implements Missing {
  readonly deadline: bigint | undefined;
  readonly mustLook: boolean;

  constructor({ deadline, mustLook }: Missing) {
    this.deadline = deadline;
    this.mustLook = mustLook;
  }
}

/**
 * Looks until there is a result.
 *
 * Gives a promise where the events of the guest do. The types of the WIT know nothing of it;
 * the glue does, since whoever gives a guest such events names the functions that wait.
 */
function waitFor<T>(waiter: Waiter, look: () => T | NotYet): T {
  let pause = FIRST_PAUSE;
  for (;;) {
    const found = look();
    if (!(found instanceof NotYet)) return found;
    const waiting = wait(waiter, found, pause);
    if (waiting !== undefined) return awaitFor(waiter, look, waiting) as T;
    pause = longer(pause);
  }
}

/** The same for a guest that is suspended. */
async function awaitFor<T>(
  waiter: Waiter,
  look: () => T | NotYet,
  first: Promise<void>,
): Promise<T> {
  let waiting: Promise<void> | undefined = first;
  let pause = FIRST_PAUSE;
  for (;;) {
    await waiting;
    const found = look();
    if (!(found instanceof NotYet)) return found;
    pause = longer(pause);
    waiting = wait(waiter, found, pause);
  }
}

/** Waits for an event or a deadline, or for `pause` when something has to be looked at again. */
function wait(waiter: Waiter, missing: Missing, pause: bigint): Promise<void> | undefined {
  const { deadline, mustLook } = missing;
  let sleep = mustLook ? pause : undefined;
  if (deadline !== undefined) {
    const left = deadline - waiter.monotonicNow();
    if (left <= 0n) return undefined;
    if (sleep === undefined || left < sleep) sleep = left;
  }
  if (waiter.events === undefined) {
    waiter.sleep(sleep ?? pause);
    return undefined;
  }
  const over = waiter.events.wait(sleep);
  const note = (isOver: boolean): void => {
    if (isOver) waiter.passed?.(sleep!);
  };
  if (typeof over !== 'boolean') return over.then(note);
  note(over);
  return undefined;
}

function longer(pause: bigint): bigint {
  return pause * 2n > LONGEST_PAUSE ? LONGEST_PAUSE : pause * 2n;
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
    const look = () => (waitable.ready() ? undefined : new NotYet(missing([waitable])));
    return waitFor(this.#waiter, look);
  }

  /** `poll`: the indices of those that are ready, at least one. */
  static poll(pollables: Pollable[]): Uint32Array {
    const first = pollables[0];
    // "This function traps if the list is empty".
    if (first === undefined) throw trap('`poll` was called with an empty list');
    const waitables = pollables.map((pollable) => pollable.#waitable);
    return waitFor(first.#waiter, () => {
      const ready: number[] = [];
      waitables.forEach((waitable, index) => {
        if (waitable.ready()) ready.push(index);
      });
      return ready.length > 0 ? Uint32Array.from(ready) : new NotYet(missing(waitables));
    });
  }

  [Symbol.dispose](): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#waiter.pollables?.give(1);
  }
}

function missing(waitables: readonly Waitable[]): Missing {
  let earliest: bigint | undefined;
  let mustLook = false;
  for (const { deadline, hasEvents } of waitables) {
    if (deadline === undefined) mustLook ||= hasEvents !== true;
    else if (earliest === undefined || deadline < earliest) earliest = deadline;
  }
  return { deadline: earliest, mustLook };
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
    return afterwards(this.#read(len, true), (bytes) => BigInt(bytes.length));
  }

  subscribe(): Pollable {
    const source = this.#source;
    const ready = () => this.#isClosed || source.ready();
    return new Pollable({ ready, hasEvents: source.hasEvents === true }, this.#waiter);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#onDrop?.();
    this.#onDrop = undefined;
  }

  #read(len: bigint, block: boolean): Uint8Array {
    if (this.#isClosed) throw closed();
    if (len === 0n) return EMPTY;
    const source = this.#source;
    if (!block || this.#waiter.events === undefined) return this.#take(len, block);
    // Another guest may read before the glue takes what a promise brought.
    let isSuspended = false;
    const look = () => {
      if (!this.#isClosed && !source.ready()) return new NotYet(missing([source]));
      const bytes = this.#take(len, false);
      return isSuspended ? bytes.slice() : bytes;
    };
    const bytes = waitFor(this.#waiter, look);
    isSuspended = true;
    return bytes;
  }

  #take(len: bigint, block: boolean): Uint8Array {
    if (this.#isClosed) throw closed();
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
 * Nothing is buffered here: a sink takes everything it is given, waiting where the receiver is
 * slow, or says what it takes. So a flush has nothing to do but to wait for room, and what was
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
    this.#permit = this.#room();
    return BigInt(this.#permit);
  }

  write(contents: Uint8Array): void {
    this.#usePermit(contents.length);
    this.#put(contents);
  }

  blockingWriteAndFlush(contents: Uint8Array): void {
    checkBlockingWrite(contents.length);
    return this.#whenRoom(() => this.#put(contents));
  }

  flush(): void {
    this.#room();
  }

  blockingFlush(): void {
    return this.#whenRoom(() => {});
  }

  subscribe(): Pollable {
    const ready = () => {
      try {
        return this.#room() > 0;
      } catch {
        return true;
      }
    };
    const waitable = this.#sink.permit ? { ready, hasEvents: true } : ALWAYS_READY;
    return new Pollable(waitable, this.#waiter);
  }

  writeZeroes(len: bigint): void {
    this.#usePermit(Number(len));
    this.#put(new Uint8Array(Number(len)));
  }

  blockingWriteZeroesAndFlush(len: bigint): void {
    checkBlockingWrite(Number(len));
    return this.#whenRoom(() => this.#put(new Uint8Array(Number(len))));
  }

  splice(source: InputStream, len: bigint): bigint {
    const length = this.#spliceLength(len);
    return length === 0n ? 0n : this.#splice(source.read(length));
  }

  blockingSplice(source: InputStream, len: bigint): bigint {
    return this.#whenRoom(() =>
      afterwards(source.blockingRead(this.#spliceLength(len)), (bytes) => this.#splice(bytes)),
    );
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#onDrop?.();
    this.#onDrop = undefined;
  }

  /** The number of bytes that a write may have. */
  #room(): number {
    if (this.#isClosed) throw closed();
    if (this.#sink.permit === undefined) return CHUNK;
    return this.#attempt(() => Math.min(this.#sink.permit!(), CHUNK));
  }

  /** The result of `use`, once there is room. */
  #whenRoom<T>(use: () => T): T {
    const look = () => (this.#room() > 0 ? use() : new NotYet({ mustLook: false }));
    return waitFor(this.#waiter, look);
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
    if (bytes.length > 0) this.#attempt(() => this.#sink.write(bytes));
  }

  #attempt<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      this.#isClosed = true;
      // Libraries turn `closed` into EPIPE, and any other failure into EIO.
      throw errnoOf(error) === 'EPIPE' ? closed() : failed(error);
    }
  }
}

/** `use` of a result that may be a promise, though its type does not say so: see {@link waitFor}. */
function afterwards<T, U>(result: T, use: (result: T) => U): U {
  const isPromise = result instanceof Promise;
  return isPromise ? ((result as Promise<T>).then(use) as U) : use(result);
}

function checkBlockingWrite(length: number): void {
  if (length > BLOCKING_WRITE_LIMIT) {
    throw trap(`a blocking write of ${length} bytes exceeds ${BLOCKING_WRITE_LIMIT}`);
  }
}

/** A source that has ended. */
export const EMPTY_SOURCE: ByteSource = { isTerminal: false, read: () => -1, ready: () => true };

/** A source that takes back bytes that a reader did not use. */
export interface RereadableSource extends ByteSource {
  /** The next read gives these bytes first. */
  unread(bytes: Uint8Array): void;
}

/** Lets readers give bytes of `source` back. */
export function rereadable(source: ByteSource): RereadableSource {
  const unread: Uint8Array[] = [];
  return {
    get isTerminal() {
      return source.isTerminal;
    },
    read(into, block) {
      const bytes = unread.pop();
      if (bytes === undefined) return source.read(into, block);
      const count = Math.min(into.length, bytes.length);
      into.set(bytes.subarray(0, count));
      if (count < bytes.length) unread.push(bytes.subarray(count));
      return count;
    },
    ready: () => unread.length > 0 || source.ready(),
    unread(bytes) {
      if (bytes.length > 0) unread.push(bytes);
    },
  };
}

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
