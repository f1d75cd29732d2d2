/** The interface of `wasi:http` to whoever has the connections. */

import type { NetworkRule, Peer } from '../network/rules.js';
import type { ByteSink, ByteSource } from './bytes.js';

/** A header or a trailer. */
export type HttpField = readonly [name: string, value: Uint8Array];

/**
 * A body that arrives. Nothing here blocks; an event tells when there is more.
 *
 * `read` throws an `HttpError` where the body does not end as it should.
 */
export interface HttpSource extends ByteSource {
  /** The trailers, none of them if there were none; `undefined` before the end has come. Throws as `read`. */
  trailers(): readonly HttpField[] | undefined;
  /** Takes the rest of the body and forgets it. */
  discard(): void;
  /** Wants nothing more of the message, its trailers neither. The same as `discard` if absent. */
  cancel?(): void;
}

/** A body that is sent. */
export interface HttpSink extends ByteSink {
  permit(): number;
  /** Ends the message. */
  finish(trailers: readonly HttpField[]): void;
  /** Ends it in a way that the receiver does not take for the end of a message. */
  abort(): void;
}

/** The head of an answer. */
export interface HttpHead {
  readonly status: number;
  readonly fields: readonly HttpField[];
}

/** A request that a server received, and the answer to it. */
export interface HttpExchange {
  readonly method: string;
  readonly pathWithQuery: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly authority: string | undefined;
  readonly fields: readonly HttpField[];
  readonly body: HttpSource;
  /** Sends the head of the answer and gives the sink of its body. Called once at most. */
  respond(head: HttpHead): HttpSink;
}

/** A request that a guest sends. */
export interface HttpRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly peer: Peer;
  readonly authority: string;
  readonly pathWithQuery: string;
  readonly fields: readonly HttpField[];
  /** Whether a body of unknown length follows. */
  readonly isStreamed: boolean;
  /** Milliseconds until there is a connection, the head of a response, the next bytes. */
  readonly connectTimeout: number;
  readonly firstByteTimeout: number;
  readonly betweenBytesTimeout: number;
  /** The rules for the addresses that the name leads to. */
  readonly network: readonly NetworkRule[];
}

/** A response to a guest. */
export interface HttpResponse extends HttpHead {
  readonly body: HttpSource;
}

/** A request that is on its way. */
export interface HttpCall {
  readonly sink: HttpSink;
  /** `undefined` before there is one. Throws an `HttpError`. */
  response(): HttpResponse | undefined;
  /** Wants no response any more. */
  cancel(): void;
}
