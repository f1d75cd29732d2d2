/** Bodies between connections of this thread and a guest of another one. */
import type { HttpError, HttpField, HttpSink, HttpSource } from '@windlass/wasi';
import type { ErrorClass } from './fetch.js';
import type { BodyFailure, PumpFromGuest, PumpToGuest } from './messages.js';

/** Bytes of a body that one message brings. */
const PIECE = 65_536;

/** A body that comes, and one that goes. */
export class Pump {
  source: HttpSource | undefined;
  sink: HttpSink | undefined;
  readonly #of: number;
  readonly #post: (message: PumpToGuest) => void;
  readonly #HttpError: ErrorClass;
  /** Bytes that went, of which the guest has not been told. */
  #owed = 0;
  #isAsked = false;
  #isGone = false;

  constructor(of: number, post: (message: PumpToGuest) => void, HttpError: ErrorClass) {
    this.#of = of;
    this.#post = post;
    this.#HttpError = HttpError;
  }

  take(message: PumpFromGuest): void {
    try {
      this.#pass(message);
    } catch {
      // The peer is gone, which the guest is told.
    }
    this.onEvent();
  }

  onEvent(): void {
    if (this.#isAsked && this.source) this.#sendBody(this.source);
    if (this.#isGone || !this.sink) return;
    try {
      const room = this.sink.permit();
      if (this.#owed === 0 || room === 0) return;
      this.#post({ type: 'room', of: this.#of, bytes: this.#owed });
      this.#owed = 0;
    } catch {
      this.#isGone = true;
      this.#post({ type: 'gone', of: this.#of });
    }
  }

  #pass(message: PumpFromGuest): void {
    if (message.type === 'finish') this.sink?.finish(message.trailers);
    else if (message.type === 'abort') this.sink?.abort();
    else if (message.type === 'more') this.#isAsked = true;
    else if (message.type === 'discard') this.source?.discard();
    else {
      this.#owed += message.bytes.length;
      this.sink?.write(message.bytes);
    }
  }

  /** Sends the next bytes of the body, or its end, if they are there. */
  #sendBody(source: HttpSource): void {
    const of = this.#of;
    try {
      if (!source.ready()) return;
      this.#isAsked = false;
      const buffer = new Uint8Array(PIECE);
      const length = source.read(buffer, false);
      if (length >= 0) this.#post({ type: 'chunk', of, bytes: buffer.slice(0, length) });
      else this.#post({ type: 'end', of, trailers: [...(source.trailers() ?? [])] as HttpField[] });
    } catch (error) {
      this.#post({ type: 'failed', of, failure: failureOf(error, this.#HttpError) });
    }
  }
}

/** An `HttpError` on its way to another thread. */
export function failureOf(error: unknown, HttpError: ErrorClass): BodyFailure {
  if (!(error instanceof HttpError)) throw error;
  const { payload, message } = error as HttpError;
  return { payload, message };
}
