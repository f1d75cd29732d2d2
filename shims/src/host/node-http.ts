/** HTTP of Node: bodies of its messages, and requests that guests send. */

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { mayReach } from '../network/rules.js';
import { type ErrorCode, HttpError } from '../preview2/http/types.js';
import type {
  HttpCall,
  HttpField,
  HttpRequest,
  HttpResponse,
  HttpSink,
  HttpSource,
} from './http.js';

/** Bytes of a body that one write may bring. */
const WINDOW = 65_536;

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
    const { rawTrailers } = message;
    const trailers: HttpField[] = [];
    for (let i = 0; i + 1 < rawTrailers.length; i += 2) {
      trailers.push([rawTrailers[i]!, bytesOf(rawTrailers[i + 1]!)]);
    }
    return trailers;
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

/** A request of `node:http` or `node:https`. */
class NodeCall implements HttpCall {
  readonly sink: HttpSink;
  readonly #sent: ClientRequest;
  readonly #onEvent: () => void;
  #response: HttpResponse | undefined;
  #failure: HttpError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(request: HttpRequest, onEvent: () => void) {
    this.#onEvent = onEvent;
    const sent = (this.#sent = open(request));
    this.#failLater(request.connectTimeout, 'connection-timeout');
    sent.on('socket', (socket) => {
      const connected = (): void =>
        this.#failLater(request.firstByteTimeout, 'connection-read-timeout');
      if (!socket.connecting) connected();
      else socket.once(request.scheme === 'https' ? 'secureConnect' : 'connect', connected);
    });
    sent.on('response', (message) => this.#receive(message, request.betweenBytesTimeout));
    sent.on('error', (error) => this.#fail(codeOf(error)));
    sent.on('drain', onEvent);
    sent.on('close', () => this.#fail({ tag: 'connection-terminated' }));
    this.sink = this.#sinkOf(sent);
    // What follows streams, and the answer may come before its end.
    if (request.isStreamed) sent.flushHeaders();
  }

  response(): HttpResponse | undefined {
    if (this.#response) return this.#response;
    if (this.#failure) throw this.#failure;
    return undefined;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#sent.destroy();
  }

  #receive(message: IncomingMessage, betweenBytes: number): void {
    clearTimeout(this.#timer);
    const body = new MessageSource(message, this.#onEvent, { betweenBytes, isResponse: true });
    this.#response = { status: message.statusCode!, fields: fieldsOf(message.rawHeaders), body };
    this.#onEvent();
  }

  #failLater(milliseconds: number, tag: 'connection-timeout' | 'connection-read-timeout'): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#fail({ tag });
      this.#sent.destroy();
    }, milliseconds);
  }

  #fail(code: ErrorCode): void {
    clearTimeout(this.#timer);
    this.#failure ??= new HttpError(code);
    this.#onEvent();
  }

  #sinkOf(sent: ClientRequest): HttpSink {
    const check = (): void => {
      if (this.#failure || sent.destroyed) throw Object.assign(new Error(), { code: 'EPIPE' });
    };
    return {
      isTerminal: false,
      permit() {
        check();
        return sent.writableNeedDrain ? 0 : WINDOW;
      },
      write(bytes) {
        check();
        sent.write(bytes.slice());
      },
      finish(trailers) {
        if (sent.destroyed) return;
        if (trailers.length > 0)
          sent.addTrailers(
            trailers.map(([name, value]): [string, string] => [name, textOf(value)]),
          );
        sent.end();
      },
      abort: () => this.#sent.destroy(),
    };
  }
}

/** Sends a request. */
export function sendHttp(request: HttpRequest, onEvent: () => void): HttpCall {
  return new NodeCall(request, onEvent);
}

function open(request: HttpRequest): ClientRequest {
  const { scheme, peer, method, pathWithQuery, authority, fields, isStreamed } = request;
  const { port } = peer;
  const host = peer.host.replace(/^\[|\]$/g, '');
  const name = scheme === 'https' ? 'node:https' : 'node:http';
  const { request: send } = process.getBuiltinModule(name) as typeof import('node:https');
  const headers = ['host', authority];
  for (const [name, value] of fields) headers.push(name, textOf(value));
  // Node frames no body by itself where a method has none as a rule.
  const hasLength = fields.some(([name]) => name === 'content-length');
  if (isStreamed && !hasLength) headers.push('transfer-encoding', 'chunked');
  const options: RequestOptions = {
    host,
    port,
    method,
    path: pathWithQuery,
    headers,
    setHost: false,
    // A connection is for one request: another guest may not be allowed to reach its peer.
    agent: false,
    lookup: lookupOf(request),
  };
  const { isIP } = process.getBuiltinModule('node:net');
  // A name goes through `lookup`, which an address does not.
  if (isIP(host) && !mayReach(request.network, peer, host)) throw prohibited();
  return send(options);
}

/** Looks a name up, and gives those addresses that the guest may reach. */
function lookupOf({ network, peer }: HttpRequest): LookupFunction {
  const { lookup } = process.getBuiltinModule('node:dns');
  return (name, options: LookupOptions, callback) => {
    lookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => mayReach(network, peer, address));
      const [first] = allowed;
      if (first === undefined) return callback(prohibited(), '', 0);
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function prohibited(): HttpError {
  return new HttpError({ tag: 'destination-IP-prohibited' });
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: { tag: 'DNS-error', val: { rcode: 'NXDOMAIN', infoCode: 0 } },
  EAI_AGAIN: { tag: 'DNS-timeout' },
  ECONNREFUSED: { tag: 'connection-refused' },
  ECONNRESET: { tag: 'connection-terminated' },
  EPIPE: { tag: 'connection-terminated' },
  ETIMEDOUT: { tag: 'connection-timeout' },
  EHOSTUNREACH: { tag: 'destination-IP-unroutable' },
  ENETUNREACH: { tag: 'destination-IP-unroutable' },
  HPE_HEADER_OVERFLOW: { tag: 'HTTP-response-header-section-size', val: undefined },
  EPROTO: { tag: 'TLS-protocol-error' },
};

function codeOf(error: Error): ErrorCode {
  if (error instanceof HttpError) return error.payload;
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = CODES[code];
  if (known) return known;
  if (code.startsWith('HPE_')) return { tag: 'HTTP-protocol-error' };
  if (code.startsWith('ERR_SSL_')) return { tag: 'TLS-protocol-error' };
  if (/CERT|SIGNATURE|ERR_TLS/.test(code)) return { tag: 'TLS-certificate-error' };
  return { tag: 'internal-error', val: code };
}

function fieldsOf(raw: readonly string[]): HttpField[] {
  const fields: HttpField[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i]!, bytesOf(raw[i + 1]!)]);
  return fields;
}

/** A character for each byte, as Node has fields; `Buffer` would bring a polyfill into pages. */
function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function textOf(value: Uint8Array): string {
  let text = '';
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}
