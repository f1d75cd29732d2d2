/** Streams of WASI 0.3 over the host's sources and sinks, and futures of how they ended. */

import type { ByteSink, ByteSource } from '../host/host.js';
import type { Context } from '../preview2/context.js';
import { HostError } from '../preview2/errors.js';
import { readBuffer } from '../preview2/io.js';
import { type Wait, waitReady } from './wait.js';

declare global {
  /** Part of the types of all platforms, which users need not name. */
  // oxlint-disable-next-line typescript/no-explicit-any -- declarations of one type must agree
  interface ReadableStream<R = any> {}
}

/** The most bytes that are read at a time, and held until the guest has taken them. */
const CHUNK = 65_536n;

/** The WIT `result<_, error-code>`, as the value of a future. */
export type Outcome<Code> = { tag: 'ok'; val?: undefined } | { tag: 'err'; val: Code };

/** The result of WIT functions that return a stream and the future of how it ended. */
export type Streamed<Item, Code> = [ReadableStream<Item>, Promise<Outcome<Code>>];

/** The WIT error for what a host threw. */
type ToCode<Code> = (error: unknown) => Code;

/**
 * A stream of what `next` gives until it gives `undefined` or throws; it is asked when the guest
 * reads. `close` runs once, at the end or when the guest reads no more; `rest` is then the part of
 * the last item that the guest did not take.
 */
export function streamOf<Item, Code>(
  next: () => Item | undefined | Promise<Item | undefined>,
  close: (rest?: unknown) => void,
  toCode: ToCode<Code>,
): Streamed<Item, Code> {
  let settle: (outcome: Outcome<Code>) => void;
  const outcome = new Promise<Outcome<Code>>((resolve) => (settle = resolve));
  let isOpen = true;
  const end = (result: Outcome<Code>, rest?: unknown): void => {
    if (!isOpen) return;
    isOpen = false;
    close(rest);
    settle(result);
  };
  const source: UnderlyingDefaultSource<Item> = {
    async pull(controller) {
      let result: Outcome<Code> = { tag: 'ok' };
      try {
        const item = await next();
        if (!isOpen) return;
        if (item !== undefined) return controller.enqueue(item);
      } catch (error) {
        result = { tag: 'err', val: toCode(error) };
      }
      if (isOpen) controller.close();
      end(result);
    },
    // The glue gives what the guest did not take as the reason.
    cancel: (rest) => end({ tag: 'ok' }, rest),
  };
  return [new ReadableStream(source, { highWaterMark: 0 }), outcome];
}

/** A stream that has ended with an error before anything was read. */
export function failedStream<Item, Code>(code: Code): Streamed<Item, Code> {
  const stream = new ReadableStream<Item>({ start: (controller) => controller.close() });
  return [stream, Promise.resolve({ tag: 'err', val: code })];
}

/** A source to read from. */
interface Opened {
  readonly source: ByteSource;
  /** Called once, after the last read. */
  readonly release?: () => void;
  /** Takes back the bytes that the guest did not take. */
  readonly unread?: (bytes: Uint8Array) => void;
}

/** Reads from what `open` opens. Waits without blocking the thread, if `ready` can tell. */
export function readBytes<Code>(
  cx: Context,
  open: () => Opened,
  toCode: ToCode<Code>,
): Streamed<Uint8Array, Code> {
  const { bodyBytes } = cx.quotas;
  let opened: Opened;
  try {
    opened = open();
  } catch (error) {
    return failedStream(toCode(error));
  }
  const { source, release, unread } = opened;
  let waiting: Wait | undefined;
  let isClosed = false;
  /** The bytes of the last chunk, which the guest has taken when it asks for the next one. */
  let held = 0;
  const letGo = (): void => {
    bodyBytes.give(held);
    held = 0;
  };
  const read = (): Uint8Array | undefined => {
    waiting = undefined;
    const buffer = readBuffer(CHUNK);
    const count = source.read(buffer, true);
    if (count < 0) return undefined;
    bodyBytes.take(count, (message) => new HostError('ENOMEM', message));
    held = count;
    return buffer.slice(0, count);
  };
  const next = (): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    letGo();
    if (source.ready()) return read();
    waiting = waitReady(cx, source);
    // After a cancellation the input stays for the next reader.
    return waiting.then(() => (isClosed ? undefined : read()));
  };
  const close = (rest?: unknown): void => {
    isClosed = true;
    letGo();
    waiting?.[Symbol.dispose]();
    if (rest instanceof Uint8Array) unread?.(rest);
    release?.();
  };
  return streamOf(next, close, toCode);
}

/** Writes a stream of the guest to what `open` opens. Reads the next chunk after each write. */
export async function writeBytes<Code>(
  data: ReadableStream<Uint8Array>,
  open: () => { sink: ByteSink; release?: () => void },
  toCode: ToCode<Code>,
): Promise<Outcome<Code>> {
  const reader = data.getReader();
  let release: (() => void) | undefined;
  try {
    const opened = open();
    release = opened.release;
    for (;;) {
      // A guest that trapped gives no more.
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value === undefined) return { tag: 'ok' };
      opened.sink.write(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    return { tag: 'err', val: toCode(error) };
  } finally {
    release?.();
  }
}
