/** Exchanges of a guest whose requests come from another thread, for which it may block its own. */
import type { MessagePort } from 'node:worker_threads';
import type { Events, HttpError, HttpField, HttpHead, HttpSink, HttpSource } from '@windlass/wasi';
import { Exchange, gone } from './exchange.js';
import type { ErrorClass } from './fetch.js';
import { LATE } from './instances.js';
import { type FromGuest, type RequestHead, type ToGuest, WINDOW } from './messages.js';

/** Waiting by blocking: the events of all guests of a thread, of which one runs at a time. */
export class BlockingEvents implements Events {
  readonly #signal: Int32Array;
  readonly #receive: () => ToGuest | undefined;
  #failure: Error | undefined;
  #exchange: RemoteExchange | undefined;

  constructor(signal: SharedArrayBuffer, receive: () => ToGuest | undefined) {
    this.#signal = new Int32Array(signal);
    this.#receive = receive;
  }

  /** Messages are for this exchange from now on. */
  begin(exchange: RemoteExchange): void {
    this.#exchange = exchange;
    this.#failure = undefined;
  }

  /** Takes a message, which may be one of an exchange that is over. */
  take(message: ToGuest): void {
    const exchange = this.#exchange;
    if (exchange === undefined || message.id !== exchange.id) return;
    if (message.type === 'late') this.end(new Error(LATE));
    else exchange.take(message);
  }

  wake(): void {}

  end(failure: Error): void {
    this.#failure = failure;
  }

  wait(nanoseconds?: bigint): boolean {
    const before = Atomics.load(this.#signal, 0);
    let isOver = false;
    if (!this.#takeAll()) {
      const milliseconds = nanoseconds === undefined ? Infinity : Number(nanoseconds) / 1e6;
      isOver = Atomics.wait(this.#signal, 0, before, milliseconds) === 'timed-out';
      this.#takeAll();
    }
    if (this.#failure) throw this.#failure;
    return isOver;
  }

  #takeAll(): boolean {
    let hasAny = false;
    for (let message = this.#receive(); message; message = this.#receive()) {
      hasAny = true;
      this.take(message);
    }
    return hasAny;
  }
}

/** A request that another thread has. */
export class RemoteExchange extends Exchange implements RequestHead {
  readonly id: number;
  readonly method: string;
  readonly pathWithQuery: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly authority: string | undefined;
  readonly fields: readonly HttpField[];
  readonly body: RemoteSource;
  readonly #port: MessagePort;
  #room = WINDOW;
  #isGone = false;

  constructor(id: number, head: RequestHead, port: MessagePort, HttpError: ErrorClass) {
    super();
    this.id = id;
    this.method = head.method;
    this.pathWithQuery = head.pathWithQuery;
    this.scheme = head.scheme;
    this.authority = head.authority;
    this.fields = head.fields;
    this.body = new RemoteSource((message) => this.#post(message), HttpError);
    this.#port = port;
  }

  take(message: ToGuest): void {
    if (message.type === 'room') this.#room += message.bytes;
    else if (message.type === 'gone') this.#isGone = true;
    else this.body.take(message);
  }

  protected begin(head: HttpHead): HttpSink {
    this.#post({ type: 'head', head });
    return {
      isTerminal: false,
      permit: () => {
        if (this.#isGone) throw gone();
        return Math.max(this.#room, 0);
      },
      write: (bytes) => {
        if (this.#isGone) throw gone();
        this.#room -= bytes.length;
        const copy = bytes.slice();
        // Moved, so that nothing is left to collect while this thread is blocked.
        this.#port.postMessage({ type: 'bytes', bytes: copy } satisfies FromGuest, [copy.buffer]);
      },
      finish: (trailers) => this.#post({ type: 'finish', trailers }),
      abort: () => this.#post({ type: 'abort' }),
    };
  }

  /** The thread that has the connection does that. */
  protected refuse(): void {}

  #post(message: FromGuest): void {
    this.#port.postMessage(message);
  }
}

/** A body that another thread reads. */
class RemoteSource implements HttpSource {
  readonly isTerminal = false;
  readonly hasEvents = true;
  readonly #post: (message: FromGuest) => void;
  readonly #HttpError: ErrorClass;
  #chunk: Uint8Array | undefined;
  #isAsking = false;
  #isDiscarded = false;
  #trailers: readonly HttpField[] | undefined;
  #failure: HttpError | undefined;

  constructor(post: (message: FromGuest) => void, HttpError: ErrorClass) {
    this.#post = post;
    this.#HttpError = HttpError;
  }

  take(message: ToGuest): void {
    this.#isAsking = false;
    if (message.type === 'chunk' && !this.#isDiscarded) this.#chunk = message.bytes;
    else if (message.type === 'end') this.#trailers = message.trailers;
    else if (message.type === 'failed') {
      const { payload, message: text } = message.failure;
      this.#failure = new this.#HttpError(payload as HttpError['payload'], text);
    }
  }

  ready(): boolean {
    if (this.#chunk || this.#trailers || this.#failure || this.#isDiscarded) return true;
    if (!this.#isAsking) this.#post({ type: 'more' });
    this.#isAsking = true;
    return false;
  }

  read(into: Uint8Array): number {
    if (!this.ready()) return 0;
    if (!this.#chunk) {
      if (this.#failure) throw this.#failure;
      return -1;
    }
    const part = this.#chunk.subarray(0, into.length);
    into.set(part);
    this.#chunk = part.length < this.#chunk.length ? this.#chunk.subarray(part.length) : undefined;
    return part.length;
  }

  trailers(): readonly HttpField[] | undefined {
    if (this.#failure) throw this.#failure;
    return this.#trailers;
  }

  discard(): void {
    this.#chunk = undefined;
    if (this.#isDiscarded || this.#trailers) return;
    this.#isDiscarded = true;
    this.#post({ type: 'discard' });
  }
}
