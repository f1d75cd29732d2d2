/** HTTP of Node: requests that guests send. */

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { fieldsOf, MessageSource } from './message.js';
import { mayReach } from '../network/rules.js';
import { type ErrorCode, HttpError } from '../preview2/http/types.js';
import type { HttpCall, HttpRequest, HttpResponse, HttpSink } from './http.js';

/** Bytes of a body that one write may bring. */
const WINDOW = 65_536;

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
    // The rest streams, and the answer may come before its end.
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

function textOf(value: Uint8Array): string {
  let text = '';
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}
