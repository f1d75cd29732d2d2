/** A request on its way through a guest, whatever carries it. */
import type * as Wasi from '@windlass/wasi';
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

/** Answers requests. */
export interface Service {
  readonly wasi: typeof Wasi;
  readonly maxBodyBytes: number;
  /** Settles when the request is done with. Never rejects. */
  answer(exchange: Exchange): Promise<void>;
  /** Ends what is idle. */
  close(): void;
}

/** A body that comes in chunks, of which one at most is here. */
export abstract class ChunkSource implements HttpSource {
  readonly isTerminal = false;
  readonly hasEvents = true;
  /** The part of the last chunk that nobody took. */
  protected chunk: Uint8Array | undefined;
  /** The reason why there is no more. */
  protected failure: Error | undefined;

  abstract ready(): boolean;
  abstract trailers(): readonly HttpField[] | undefined;
  abstract discard(): void;

  read(into: Uint8Array): number {
    if (!this.ready()) return 0;
    const { chunk } = this;
    if (chunk === undefined) {
      if (this.failure) throw this.failure;
      return -1;
    }
    const part = chunk.subarray(0, into.length);
    into.set(part);
    this.chunk = part.length < chunk.length ? chunk.subarray(part.length) : undefined;
    return part.length;
  }
}

/** The error of writes to somebody who is gone, which guests see as `closed`. */
export function gone(): Error {
  return Object.assign(new Error('the client is gone'), { code: 'EPIPE' });
}
