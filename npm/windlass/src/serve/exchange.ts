/** A request on its way through a guest, whatever carries it. */
import type { HttpExchange, HttpField, HttpHead, HttpSink, HttpSource } from '@windlass/wasi';

/** A request and its answer. Those who carry it implement the rest. */
export abstract class Exchange implements HttpExchange {
  abstract readonly method: string;
  abstract readonly pathWithQuery: string | undefined;
  abstract readonly scheme: 'http' | 'https';
  abstract readonly authority: string | undefined;
  abstract readonly fields: readonly HttpField[];
  abstract readonly body: HttpSource;
  /** Told that the body, or the room for the answer, may be another. */
  onEvent: () => void = () => {};
  #sink: HttpSink | undefined;
  #hasEnded = false;

  /** Whether the guest has begun to answer. */
  get hasAnswer(): boolean {
    return this.#sink !== undefined;
  }

  respond(head: HttpHead): HttpSink {
    const sink = this.begin(head);
    return (this.#sink = {
      isTerminal: false,
      permit: () => sink.permit(),
      write: (bytes) => sink.write(bytes),
      finish: (trailers) => {
        this.#hasEnded = true;
        sink.finish(trailers);
      },
      abort: () => {
        this.#hasEnded = true;
        sink.abort();
      },
    });
  }

  /** Ends what the guest left open: a status in place of an answer, or a broken answer. */
  settle(status: number): void {
    if (this.#sink === undefined) this.refuse(status);
    else if (!this.#hasEnded) this.#sink.abort();
  }

  /** Sends the head of the answer. */
  protected abstract begin(head: HttpHead): HttpSink;
  /** Answers with a status and nothing of the guest. */
  protected abstract refuse(status: number): void;
}

/** The error of writes to somebody who is gone, which guests see as `closed`. */
export function gone(): Error {
  return Object.assign(new Error('the client is gone'), { code: 'EPIPE' });
}
