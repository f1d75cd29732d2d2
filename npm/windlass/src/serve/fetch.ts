/** Exchanges over `Request` and `Response`, as Deno, Bun, workerd and service workers have them. */
import type { HttpField, HttpHead, HttpSink } from '@windlass/wasi';
import { ChunkSource, Exchange, gone } from './exchange.js';

/** Bytes of an answer that wait for whoever reads it. */
const WINDOW = 65_536;
/** Status codes with which a `Response` takes no body. */
const NO_BODY = new Set([101, 103, 204, 205, 304]);

/** A request of the fetch API; `response` is there as soon as the guest answers. */
export class FetchExchange extends Exchange {
  readonly method: string;
  readonly pathWithQuery: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly fields: readonly HttpField[];
  readonly body: FetchSource;
  readonly response: Promise<Response>;
  #answer!: (response: Response) => void;
  #isGone = false;

  constructor(request: Request, HttpError: ErrorClass, maxBody: number) {
    super();
    const url = new URL(request.url);
    this.method = request.method;
    this.pathWithQuery = url.pathname + url.search;
    this.scheme = url.protocol === 'https:' ? 'https' : 'http';
    this.authority = url.host;
    this.fields = [...request.headers].map(([name, value]) => [name, bytesOf(value)]);
    this.body = new FetchSource(request.body, () => this.onEvent(), HttpError, maxBody);
    this.response = new Promise((resolve) => (this.#answer = resolve));
    const { signal } = request;
    signal?.addEventListener('abort', () => this.#leave(), { once: true });
    if (signal?.aborted) this.#leave();
  }

  protected begin({ status, fields }: HttpHead): HttpSink {
    const headers = new Headers();
    for (const [name, value] of fields) headers.append(name, textOf(value));
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (given) => void (controller = given),
        pull: () => this.onEvent(),
        cancel: () => this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: WINDOW }),
    );
    const hasBody = !NO_BODY.has(status) && this.method !== 'HEAD';
    this.#answer(new Response(hasBody ? stream : null, { status, headers }));
    return {
      isTerminal: false,
      permit: () => {
        if (this.#isGone) throw gone();
        return hasBody ? Math.max(controller.desiredSize ?? 0, 0) : WINDOW;
      },
      write: (bytes) => {
        if (this.#isGone) throw gone();
        if (hasBody) controller.enqueue(bytes.slice());
      },
      // A `Response` has no trailers.
      finish: () => {
        if (!this.#isGone) controller.close();
      },
      abort: () => {
        if (!this.#isGone) controller.error(new TypeError('the answer ended early'));
      },
    };
  }

  protected refuse(status: number): void {
    this.#answer(new Response(null, { status }));
  }

  #leave(): void {
    this.#isGone = true;
    this.onEvent();
  }
}

/** The class of errors with which bodies end. */
export type ErrorClass = typeof import('@windlass/wasi').HttpError;

/** A body that comes from a stream, which is asked for one chunk at a time. */
class FetchSource extends ChunkSource {
  readonly #stream: ReadableStream<Uint8Array> | null;
  readonly #onEvent: () => void;
  readonly #HttpError: ErrorClass;
  #left: number;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isReading = false;
  #hasEnded: boolean;

  constructor(
    stream: ReadableStream<Uint8Array> | null,
    onEvent: () => void,
    HttpError: ErrorClass,
    maxBody: number,
  ) {
    super();
    this.#stream = stream;
    this.#hasEnded = stream === null;
    this.#onEvent = onEvent;
    this.#HttpError = HttpError;
    this.#left = maxBody;
  }

  ready(): boolean {
    if (this.chunk || this.#hasEnded || this.failure) return true;
    this.#readMore();
    return false;
  }

  trailers(): readonly HttpField[] | undefined {
    if (this.failure) throw this.failure;
    return this.#hasEnded ? [] : undefined;
  }

  discard(): void {
    if (this.#hasEnded || this.failure) return;
    this.#hasEnded = true;
    this.chunk = undefined;
    const cancelled = this.#reader ? this.#reader.cancel() : this.#stream!.cancel();
    cancelled.catch(() => {});
  }

  #readMore(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reader ??= this.#stream!.getReader();
    this.#reader.read().then(
      ({ done, value }) => {
        this.#isReading = false;
        if (done) this.#hasEnded = true;
        else this.#take(value);
        this.#onEvent();
      },
      (error: unknown) => {
        this.#isReading = false;
        this.failure = new this.#HttpError({ tag: 'connection-terminated' }, String(error));
        this.#onEvent();
      },
    );
  }

  #take(chunk: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#left -= chunk.length;
    if (this.#left >= 0) {
      if (chunk.length > 0) this.chunk = chunk;
      return;
    }
    this.failure = new this.#HttpError({ tag: 'HTTP-request-body-size', val: undefined });
    this.#reader!.cancel().catch(() => {});
  }
}

/** Values of fields are bytes, which the fetch API has as characters up to U+00FF. */
function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function textOf(value: Uint8Array): string {
  let text = '';
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}
