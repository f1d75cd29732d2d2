/** Exchanges of a guest whose requests come from another thread, for which it may block its own. */
import type { MessagePort } from 'node:worker_threads';
import type {
  Events,
  HttpCall,
  HttpError,
  HttpField,
  HttpHead,
  HttpRequest,
  HttpResponse,
  HttpSink,
} from '@windlass/wasi';
import { ChunkSource, Exchange, gone } from './exchange.js';
import type { ErrorClass } from './fetch.js';
import { LATE } from './instances.js';
import {
  type BodyFailure,
  type FromGuest,
  type RequestHead,
  type ToGuest,
  WINDOW,
} from './messages.js';

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

  /** Sends a request of the guest that runs. */
  call(request: HttpRequest): HttpCall {
    return this.#exchange!.call(request);
  }

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
  readonly #wire: Wire;
  readonly #sink: RemoteSink;
  /** The requests of the guest, by their numbers. */
  readonly #calls = new Map<number, RemoteCall>();

  constructor(id: number, head: RequestHead, port: MessagePort, HttpError: ErrorClass) {
    super();
    this.id = id;
    this.method = head.method;
    this.pathWithQuery = head.pathWithQuery;
    this.scheme = head.scheme;
    this.authority = head.authority;
    this.fields = head.fields;
    this.#wire = { post: (message, moved = []) => port.postMessage(message, moved), HttpError };
    this.body = new RemoteSource(0, this.#wire);
    this.#sink = new RemoteSink(0, this.#wire);
  }

  take(message: ToGuest): void {
    if (!('of' in message)) return;
    if (message.of > 0) this.#calls.get(message.of)?.take(message);
    else {
      this.#sink.take(message);
      this.body.take(message);
    }
  }

  /** Sends a request of the guest. */
  call(request: HttpRequest): HttpCall {
    const of = this.#calls.size + 1;
    const call = new RemoteCall(of, this.#wire);
    this.#calls.set(of, call);
    this.#wire.post({ type: 'call', of, request });
    return call;
  }

  protected begin(head: HttpHead): HttpSink {
    this.#wire.post({ type: 'head', head });
    return this.#sink;
  }

  /** The thread that has the connection does that. */
  protected refuse(): void {}
}

/** The way to the thread that has the connections. */
interface Wire {
  readonly HttpError: ErrorClass;
  post(message: FromGuest, moved?: ArrayBuffer[]): void;
}

/** A request of the guest that another thread sends. */
class RemoteCall implements HttpCall {
  readonly sink: RemoteSink;
  readonly #of: number;
  readonly #wire: Wire;
  readonly #source: RemoteSource;
  #response: HttpResponse | undefined;
  #failure: HttpError | undefined;

  constructor(of: number, wire: Wire) {
    this.#of = of;
    this.#wire = wire;
    this.sink = new RemoteSink(of, wire);
    this.#source = new RemoteSource(of, wire);
  }

  take(message: ToGuest): void {
    if (message.type === 'response') {
      this.#response = { ...message.head, body: this.#source };
    } else if (message.type === 'no-response') {
      this.#failure = toHttpError(message.failure, this.#wire);
    } else {
      this.sink.take(message);
      this.#source.take(message);
    }
  }

  response(): HttpResponse | undefined {
    if (this.#failure) throw this.#failure;
    return this.#response;
  }

  cancel(): void {
    this.#wire.post({ type: 'cancel', of: this.#of });
  }
}

function toHttpError({ payload, message }: BodyFailure, { HttpError }: Wire): HttpError {
  return new HttpError(payload as HttpError['payload'], message);
}

/** A body that another thread sends. */
class RemoteSink implements HttpSink {
  readonly isTerminal = false;
  readonly #of: number;
  readonly #wire: Wire;
  #room = WINDOW;
  #isGone = false;

  constructor(of: number, wire: Wire) {
    this.#of = of;
    this.#wire = wire;
  }

  take(message: ToGuest): void {
    if (message.type === 'room') this.#room += message.bytes;
    else if (message.type === 'gone') this.#isGone = true;
  }

  permit(): number {
    if (this.#isGone) throw gone();
    return Math.max(this.#room, 0);
  }

  write(bytes: Uint8Array): void {
    if (this.#isGone) throw gone();
    this.#room -= bytes.length;
    const copy = new Uint8Array(bytes);
    // Moved, so that nothing is left to collect while this thread is blocked.
    this.#wire.post({ type: 'bytes', of: this.#of, bytes: copy }, [copy.buffer]);
  }

  finish(trailers: readonly HttpField[]): void {
    this.#wire.post({ type: 'finish', of: this.#of, trailers });
  }

  abort(): void {
    this.#wire.post({ type: 'abort', of: this.#of });
  }
}

/** A body that another thread reads. */
class RemoteSource extends ChunkSource {
  readonly #of: number;
  readonly #wire: Wire;
  #isAsking = false;
  #isDiscarded = false;
  #trailers: readonly HttpField[] | undefined;

  constructor(of: number, wire: Wire) {
    super();
    this.#of = of;
    this.#wire = wire;
  }

  take(message: ToGuest): void {
    if (message.type === 'room' || message.type === 'gone') return;
    this.#isAsking = false;
    if (message.type === 'chunk' && !this.#isDiscarded) this.chunk = message.bytes;
    else if (message.type === 'end') this.#trailers = message.trailers;
    else if (message.type === 'failed') {
      this.failure = toHttpError(message.failure, this.#wire);
    }
  }

  ready(): boolean {
    if (this.chunk || this.#trailers || this.failure || this.#isDiscarded) return true;
    if (!this.#isAsking) this.#wire.post({ type: 'more', of: this.#of });
    this.#isAsking = true;
    return false;
  }

  trailers(): readonly HttpField[] | undefined {
    if (this.failure) throw this.failure;
    return this.#trailers;
  }

  discard(): void {
    this.chunk = undefined;
    if (this.#isDiscarded || this.#trailers) return;
    this.#isDiscarded = true;
    this.#wire.post({ type: 'discard', of: this.#of });
  }
}
