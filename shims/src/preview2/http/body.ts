/// <reference lib="esnext.disposable" preserve="true" />
/** The bodies of `wasi:http/types`. */

import type { HttpField, HttpSink, HttpSource } from '../../host/http.js';
import type { Context } from '../context.js';
import { HostError, WasiError, trap } from '../errors.js';
import { type Waiter, EMPTY_SOURCE, InputStream, OutputStream, Pollable } from '../io.js';
import type { Quota } from '../quota.js';
import { Fields } from './fields.js';
import { type ErrorCode, HttpError, failure } from './types.js';

/** The waiter of streams that are always ready, for which nobody waits. */
const NO_WAITER: Waiter = { monotonicNow: () => 0n, sleep: () => {} };
/** The largest pieces in which bytes of a body are collected. */
const LONGEST_PIECE = 65_536;

const NO_BODY: HttpSource = { ...EMPTY_SOURCE, trailers: () => [], discard: () => {} };

/** The resource `wasi:http/types.incoming-body`. */
export class IncomingBody {
  readonly #cx: Context | undefined;
  readonly #source: HttpSource;
  #hasStream = false;
  #isStreaming = false;
  #isFinished = false;

  constructor(source: HttpSource = NO_BODY, cx?: Context) {
    this.#source = source;
    this.#cx = cx;
  }

  stream(): InputStream {
    if (this.#hasStream) throw failure('the body was taken already');
    this.#hasStream = true;
    this.#isStreaming = true;
    const onDrop = () => (this.#isStreaming = false);
    return new InputStream(this.#source, this.#cx?.waiter ?? NO_WAITER, onDrop);
  }

  static finish(body: IncomingBody): FutureTrailers {
    // "This function will trap if the `input-stream` child is still alive."
    if (body.#isStreaming) throw trap('a body was finished whose stream is still there');
    body.#isFinished = true;
    body.#source.discard();
    return new FutureTrailers(body.#source, body.#cx);
  }

  [Symbol.dispose](): void {
    if (!this.#isFinished) (this.#source.cancel ?? this.#source.discard).call(this.#source);
  }
}

/** The resource `wasi:http/types.future-trailers`. */
export class FutureTrailers {
  readonly #source: HttpSource;
  readonly #cx: Context | undefined;
  #isTaken = false;

  constructor(source: HttpSource = NO_BODY, cx?: Context) {
    this.#source = source;
    this.#cx = cx;
  }

  subscribe(): Pollable {
    const ready = () => this.#look() !== undefined;
    return new Pollable({ ready, hasEvents: true }, this.#cx?.waiter ?? NO_WAITER);
  }

  get():
    | {
        tag: 'ok';
        val: { tag: 'ok'; val: Fields | undefined } | { tag: 'err'; val: ErrorCode };
      }
    | { tag: 'err'; val: undefined }
    | undefined {
    const found = this.#look();
    if (found === undefined) return undefined;
    if (this.#isTaken) return { tag: 'err', val: undefined };
    this.#isTaken = true;
    if (found instanceof HttpError) return { tag: 'ok', val: { tag: 'err', val: found.payload } };
    const trailers = found.length > 0 ? Fields.received(this.#cx, found) : undefined;
    return { tag: 'ok', val: { tag: 'ok', val: trailers } };
  }

  [Symbol.dispose](): void {}

  #look(): readonly HttpField[] | HttpError | undefined {
    try {
      return this.#source.trailers();
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    }
  }
}

/** The resource `wasi:http/types.outgoing-body`. */
export class OutgoingBody {
  readonly #waiter: Waiter;
  readonly #quota: Quota | undefined;
  /** The bytes that the fields promise, if they do. */
  readonly #promised: number | undefined;
  readonly #isRequest: boolean;
  #written = 0;
  #sink: HttpSink | undefined;
  /** Whether the message has no body whatever its fields promise, as the answer to `HEAD`. */
  #isBodiless = false;
  /** The end, if it came before there was a sink. */
  #end: ((sink: HttpSink) => void) | undefined;
  #hasEnded = false;
  #chunks: Uint8Array[] = [];
  /** The free bytes at the end of the last chunk. */
  #free = 0;
  #counted = 0;
  #hasStream = false;
  #isStreaming = false;

  /** A body of the guest that `cx` is for. `promised` is the `content-length`. */
  constructor(cx?: Context, promised?: number, isRequest = false) {
    this.#waiter = cx?.waiter ?? NO_WAITER;
    this.#quota = cx?.quotas.bodyBytes;
    this.#promised = promised;
    this.#isRequest = isRequest;
  }

  write(): OutputStream {
    if (this.#hasStream) throw failure('the stream was taken already');
    this.#hasStream = true;
    this.#isStreaming = true;
    const sink = {
      isTerminal: false,
      write: (bytes: Uint8Array): void => this.#write(bytes),
      permit: (): number => this.#sink?.permit() ?? LONGEST_PIECE,
    };
    return new OutputStream(sink, this.#waiter, () => (this.#isStreaming = false));
  }

  static finish(body: OutgoingBody, trailers?: Fields): void {
    // "… otherwise the `outgoing-body` drop or `finish` will trap."
    if (body.#isStreaming) throw trap('a body was finished whose stream is still there');
    const fields = trailers?.entries() ?? [];
    trailers?.[Symbol.dispose]();
    const isWhole = body.#promised === undefined || body.#written === body.#promised;
    if (!isWhole && (body.#written > 0 || (body.#sink && !body.#isBodiless))) {
      body.#finishWith((sink) => sink.abort());
      throw toWasiError(body.#wrongLength(body.#written));
    }
    // Whether nothing is enough is known once there is a message.
    body.#finishWith((sink) => (isWhole || body.#isBodiless ? sink.finish(fields) : sink.abort()));
  }

  /** Whether the body is finished and nothing was written. */
  static isEmpty(body: OutgoingBody): boolean {
    return body.#hasEnded && body.#written === 0;
  }

  /** The bytes written so far, for whoever sends them and then drops the body. */
  static chunks(body: OutgoingBody): readonly Uint8Array[] {
    return body.#chunks;
  }

  /** Passes to `sink` what was written so far, and then what comes. */
  static attach(body: OutgoingBody, sink: HttpSink, isBodiless = false): void {
    body.#sink = sink;
    body.#isBodiless = isBodiless;
    for (const chunk of body.#chunks) sink.write(chunk);
    body.#forget();
    body.#end?.(sink);
  }

  [Symbol.dispose](): void {
    // "The implementation should treat the body as corrupted."
    this.#finishWith((sink) => sink.abort());
    this.#forget();
  }

  #finishWith(end: (sink: HttpSink) => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#sink) end(this.#sink);
    else this.#end = end;
  }

  #write(bytes: Uint8Array): void {
    const written = this.#written + bytes.length;
    // Past its length a body would be the next message on the connection.
    if (this.#promised !== undefined && written > this.#promised) {
      this.#finishWith((sink) => sink.abort());
      throw this.#wrongLength(written);
    }
    if (this.#hasEnded) throw new HostError('EPIPE');
    this.#written = written;
    if (this.#sink) this.#sink.write(bytes);
    else this.#append(bytes);
  }

  #wrongLength(length: number): HttpError {
    const tag = this.#isRequest ? 'HTTP-request-body-size' : 'HTTP-response-body-size';
    const message = `${length} bytes were written, and \`content-length\` is ${this.#promised}`;
    return new HttpError({ tag, val: BigInt(length) }, message);
  }

  #forget(): void {
    this.#chunks = [];
    this.#free = 0;
    this.#quota?.give(this.#counted);
    this.#counted = 0;
  }

  /** Keeps a copy of `bytes`: small ones together, as each chunk takes more than its bytes. */
  #append(bytes: Uint8Array): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && bytes.length <= this.#free) {
      const { buffer, byteOffset, length } = last;
      const grown = new Uint8Array(buffer, byteOffset, length + bytes.length);
      grown.set(bytes, length);
      this.#free -= bytes.length;
      this.#chunks[this.#chunks.length - 1] = grown;
      return;
    }
    const room = Math.max(bytes.length, Math.min(this.#counted, LONGEST_PIECE));
    this.#quota?.take(room, (message) => new HostError('ENOBUFS', message));
    this.#counted += room;
    const piece = new Uint8Array(room).subarray(0, bytes.length);
    piece.set(bytes);
    this.#free = room - bytes.length;
    this.#chunks.push(piece);
  }
}

/** The `content-length` of fields; `failure` where it is no length, or several. */
export function lengthOf(fields: Fields): number | undefined {
  const values = fields.get('content-length');
  if (values.length === 0) return undefined;
  const text = new TextDecoder().decode(values[0]);
  const length = Number(text);
  if (values.length > 1 || !/^\d+$/.test(text) || !Number.isSafeInteger(length)) {
    throw failure('`content-length` is not one length');
  }
  return length;
}

/** `HttpError` is an `err` of functions that have one. */
export function toWasiError(error: unknown): unknown {
  return error instanceof HttpError ? new WasiError(error.payload, error.message) : error;
}
