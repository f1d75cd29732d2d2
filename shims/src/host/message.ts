/** Bodies of messages of `node:http`, without anything of Node. */

import { HttpError } from '../preview2/http/types.js';
import type { HttpField, HttpSource } from './http.js';

/** The part of an `IncomingMessage` of `node:http` that is its body. */
export interface MessageBody {
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  /** Whether it came to its end as it should. */
  readonly complete: boolean;
  readonly rawTrailers: readonly string[];
  // oxlint-disable-next-line typescript/no-explicit-any -- as Node has it
  read(): any;
  on(event: 'readable' | 'end' | 'close' | 'error', listener: () => void): unknown;
  removeListener(event: 'readable', listener: () => void): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** Options of a {@link MessageSource}. */
export interface MessageOptions {
  readonly maxBytes?: number;
  /** Milliseconds that the next bytes may take, 0 for no bound. */
  readonly betweenBytes?: number;
  readonly isResponse?: boolean;
}

/** A body that comes from a `node:http` message. */
export class MessageSource implements HttpSource {
  readonly isTerminal = false;
  readonly hasEvents = true;
  readonly #message: MessageBody;
  readonly #onEvent: () => void;
  readonly #betweenBytes: number;
  readonly #isResponse: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left: number;
  #chunk: Uint8Array | undefined;
  #isWatched = false;
  #isDiscarded = false;
  #failure: Error | undefined;

  constructor(
    message: MessageBody,
    onEvent: () => void,
    { maxBytes = Infinity, betweenBytes = 0, isResponse = false }: MessageOptions = {},
  ) {
    this.#message = message;
    this.#onEvent = onEvent;
    this.#left = maxBytes;
    this.#betweenBytes = betweenBytes;
    this.#isResponse = isResponse;
  }

  ready(): boolean {
    this.#watch();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#chunk || this.#failure || this.#isDiscarded) return true;
    const message = this.#message;
    const chunk = message.read() as Uint8Array | null;
    if (chunk) {
      this.#left -= chunk.length;
      if (this.#left >= 0) this.#chunk = chunk;
      else this.#failure = new HttpError({ tag: 'HTTP-request-body-size', val: undefined });
      return true;
    }
    if (message.readableEnded || message.destroyed) return true;
    this.#beImpatient();
    return false;
  }

  read(into: Uint8Array): number {
    if (!this.ready()) return 0;
    if (this.#failure) throw this.#failure;
    if (!this.#chunk) {
      this.#checkEnd();
      return -1;
    }
    const part = this.#chunk.subarray(0, into.length);
    into.set(part);
    this.#chunk = part.length < this.#chunk.length ? this.#chunk.subarray(part.length) : undefined;
    return part.length;
  }

  trailers(): readonly HttpField[] | undefined {
    if (this.#failure) throw this.#failure;
    const message = this.#message;
    if (!message.readableEnded && !message.destroyed) return undefined;
    this.#checkEnd();
    return fieldsOf(message.rawTrailers);
  }

  discard(): void {
    if (this.#isDiscarded) return;
    this.#watch();
    this.#isDiscarded = true;
    this.#chunk = undefined;
    const message = this.#message;
    message.removeListener('readable', this.#onEvent);
    message.resume();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    if (this.#isResponse) this.#message.destroy();
    else this.discard();
  }

  /** Fails if nothing comes for too long while somebody waits. */
  #beImpatient(): void {
    if (this.#betweenBytes === 0) return;
    this.#timer = setTimeout(() => {
      this.#failure = new HttpError({ tag: 'connection-read-timeout' });
      this.#message.destroy();
      this.#onEvent();
    }, this.#betweenBytes);
  }

  /** A body that ends early has an error in place of an end. */
  #checkEnd(): void {
    if (this.#message.complete) return;
    throw (this.#failure ??= new HttpError({
      tag: this.#isResponse ? 'HTTP-response-incomplete' : 'connection-terminated',
    }));
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const message = this.#message;
    message.on('readable', this.#onEvent);
    message.on('end', this.#onEvent);
    message.on('close', this.#onEvent);
    // Told by `close` too.
    message.on('error', () => {});
  }
}

/** Fields of a list of names and values, as Node has them. */
export function fieldsOf(raw: readonly string[]): HttpField[] {
  const fields: HttpField[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i]!, bytesOf(raw[i + 1]!)]);
  return fields;
}

/** A character for each byte, as Node has fields; `Buffer` would bring a polyfill into pages. */
function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}
