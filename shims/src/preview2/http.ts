/**
 * `wasi:http`: requests, responses and their fields as data. Sending one fails
 * with the WIT's own error until this host has a network to give.
 */

import type { ByteSource } from '../host/host.js';
import type { Context } from './context.js';
import { WasiError } from './errors.js';
import { ALWAYS_READY, EMPTY_SOURCE, InputStream, OutputStream, Pollable } from './io.js';

/** For streams that are always ready, so that nothing waits on them. */
const NO_WAITER = { monotonicNow: () => 0n, sleep: () => {} };

/** The WIT `method`. */
export type Method =
  | { tag: 'get' | 'head' | 'post' | 'put' | 'delete' | 'connect' | 'options' | 'trace' | 'patch' }
  | { tag: 'other'; val: string };

/** The WIT `scheme`. */
export type Scheme = { tag: 'HTTP' | 'HTTPS' } | { tag: 'other'; val: string };

/** The WIT `field-size-payload`. */
export interface FieldSize {
  fieldName?: string | undefined;
  fieldSize?: number | undefined;
}

/** The WIT `error-code`. */
export type ErrorCode =
  | {
      tag:
        | 'DNS-timeout'
        | 'destination-not-found'
        | 'destination-unavailable'
        | 'destination-IP-prohibited'
        | 'destination-IP-unroutable'
        | 'connection-refused'
        | 'connection-terminated'
        | 'connection-timeout'
        | 'connection-read-timeout'
        | 'connection-write-timeout'
        | 'connection-limit-reached'
        | 'TLS-protocol-error'
        | 'TLS-certificate-error'
        | 'HTTP-request-denied'
        | 'HTTP-request-length-required'
        | 'HTTP-request-method-invalid'
        | 'HTTP-request-URI-invalid'
        | 'HTTP-request-URI-too-long'
        | 'HTTP-response-incomplete'
        | 'HTTP-response-timeout'
        | 'HTTP-upgrade-failed'
        | 'HTTP-protocol-error'
        | 'loop-detected'
        | 'configuration-error';
    }
  | { tag: 'DNS-error'; val: { rcode?: string | undefined; infoCode?: number | undefined } }
  | {
      tag: 'TLS-alert-received';
      val: { alertId?: number | undefined; alertMessage?: string | undefined };
    }
  | { tag: 'HTTP-request-body-size' | 'HTTP-response-body-size'; val: bigint | undefined }
  | {
      tag:
        | 'HTTP-request-header-section-size'
        | 'HTTP-request-trailer-section-size'
        | 'HTTP-response-header-section-size'
        | 'HTTP-response-trailer-section-size';
      val: number | undefined;
    }
  | { tag: 'HTTP-request-header-size'; val: FieldSize | undefined }
  | {
      tag: 'HTTP-request-trailer-size' | 'HTTP-response-header-size' | 'HTTP-response-trailer-size';
      val: FieldSize;
    }
  | {
      tag: 'HTTP-response-transfer-coding' | 'HTTP-response-content-coding' | 'internal-error';
      val: string | undefined;
    };

/** The WIT `header-error`. */
export type HeaderError = { tag: 'invalid-syntax' | 'forbidden' | 'immutable' };

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 3986, 3.1. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
/** They belong to the connection, which is the host's. */
const FORBIDDEN = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** The resource `wasi:http/types.fields`, also `headers` and `trailers`. */
export class Fields {
  /** In order, names in lower case. */
  #entries: [string, Uint8Array][] = [];
  #isImmutable = false;

  static fromList(entries: [string, Uint8Array][]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  /** The same fields, which nobody can change any more. */
  static immutable(fields: Fields): Fields {
    const copy = fields.clone();
    copy.#isImmutable = true;
    return copy;
  }

  get(name: string): Uint8Array[] {
    const key = name.toLowerCase();
    return this.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return this.#entries.some((entry) => entry[0] === key);
  }

  set(name: string, values: Uint8Array[]): void {
    const key = this.#changedName(name);
    for (const value of values) checkValue(value);
    this.#remove(key);
    for (const value of values) this.#entries.push([key, value.slice()]);
  }

  delete(name: string): void {
    this.#remove(this.#changedName(name));
  }

  append(name: string, value: Uint8Array): void {
    const key = this.#changedName(name);
    checkValue(value);
    this.#entries.push([key, value.slice()]);
  }

  entries(): [string, Uint8Array][] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const copy = new Fields();
    copy.#entries = this.entries();
    return copy;
  }

  [Symbol.dispose](): void {}

  #changedName(name: string): string {
    if (this.#isImmutable) throw headerError('immutable');
    if (!TOKEN.test(name)) throw headerError('invalid-syntax');
    const key = name.toLowerCase();
    if (FORBIDDEN.has(key)) throw headerError('forbidden');
    return key;
  }

  #remove(key: string): void {
    this.#entries = this.#entries.filter((entry) => entry[0] !== key);
  }
}

/** A `Fields`, as declarations made from the WIT know it. */
export interface FieldsLike {
  has(name: string): boolean;
}

function toFields(fields: FieldsLike): Fields {
  if (fields instanceof Fields) return fields;
  throw new TypeError('`headers` is no `Fields` of this host');
}

/** The resource `wasi:http/types.incoming-body`. */
export class IncomingBody {
  #source: ByteSource | undefined;

  constructor(source: ByteSource = EMPTY_SOURCE) {
    this.#source = source;
  }

  stream(): InputStream {
    const source = this.#source;
    if (source === undefined) throw failure('the body was taken already');
    this.#source = undefined;
    return new InputStream(source, NO_WAITER);
  }

  static finish(_body: IncomingBody): FutureTrailers {
    return new FutureTrailers();
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.future-trailers`. */
export class FutureTrailers {
  #isTaken = false;

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY, NO_WAITER);
  }

  get(): { tag: 'ok'; val: { tag: 'ok'; val: undefined } } | { tag: 'err'; val: undefined } {
    if (this.#isTaken) return { tag: 'err', val: undefined };
    this.#isTaken = true;
    return { tag: 'ok', val: { tag: 'ok', val: undefined } };
  }

  [Symbol.dispose](): void {}
}

/** What an `IncomingRequest` is made of. */
export interface IncomingRequestInit {
  method: Method;
  pathWithQuery?: string | undefined;
  scheme?: Scheme | undefined;
  authority?: string | undefined;
  headers: Fields;
  body?: ByteSource | undefined;
}

/** The resource `wasi:http/types.incoming-request`, made by a server. */
export class IncomingRequest {
  readonly #init: IncomingRequestInit;
  #isConsumed = false;

  constructor(init: IncomingRequestInit) {
    this.#init = init;
  }

  method(): Method {
    return this.#init.method;
  }

  pathWithQuery(): string | undefined {
    return this.#init.pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#init.scheme;
  }

  authority(): string | undefined {
    return this.#init.authority;
  }

  headers(): Fields {
    return Fields.immutable(this.#init.headers);
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw failure('the request was consumed already');
    this.#isConsumed = true;
    return new IncomingBody(this.#init.body);
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.outgoing-body`. */
export class OutgoingBody {
  readonly #chunks: Uint8Array[] = [];
  #hasStream = false;

  write(): OutputStream {
    if (this.#hasStream) throw failure('the stream was taken already');
    this.#hasStream = true;
    const write = (bytes: Uint8Array): void => {
      this.#chunks.push(bytes.slice());
    };
    return new OutputStream({ isTerminal: false, write }, NO_WAITER);
  }

  static finish(_body: OutgoingBody, _trailers?: Fields): void {}

  /** What was written so far, for whoever sends it. */
  static chunks(body: OutgoingBody): readonly Uint8Array[] {
    return body.#chunks;
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.outgoing-request`. */
export class OutgoingRequest {
  readonly #headers: Fields;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #hasBody = false;

  constructor(headers: FieldsLike) {
    this.#headers = toFields(headers);
  }

  body(): OutgoingBody {
    if (this.#hasBody) throw failure('the body was taken already');
    this.#hasBody = true;
    return new OutgoingBody();
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === 'other' && !TOKEN.test(method.val)) throw failure('not a method');
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !/^[\x21-\x7e]*$/.test(pathWithQuery)) {
      throw failure('not a path with query');
    }
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === 'other' && !SCHEME.test(scheme.val)) throw failure('not a scheme');
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !/^[^\s/?#\\]+$/.test(authority)) {
      throw failure('not an authority');
    }
    this.#authority = authority;
  }

  headers(): Fields {
    return Fields.immutable(this.#headers);
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.request-options`; times are in nanoseconds. */
export class RequestOptions {
  #connectTimeout: bigint | undefined;
  #firstByteTimeout: bigint | undefined;
  #betweenBytesTimeout: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connectTimeout;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connectTimeout = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByteTimeout;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByteTimeout = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytesTimeout;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytesTimeout = duration;
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.outgoing-response`. */
export class OutgoingResponse {
  readonly #headers: Fields;
  #statusCode = 200;
  #hasBody = false;

  constructor(headers: FieldsLike) {
    this.#headers = toFields(headers);
  }

  statusCode(): number {
    return this.#statusCode;
  }

  setStatusCode(statusCode: number): void {
    if (statusCode < 100 || statusCode > 999) throw failure('not a status code');
    this.#statusCode = statusCode;
  }

  headers(): Fields {
    return Fields.immutable(this.#headers);
  }

  body(): OutgoingBody {
    if (this.#hasBody) throw failure('the body was taken already');
    this.#hasBody = true;
    return new OutgoingBody();
  }

  [Symbol.dispose](): void {}
}

/** What a guest answers. */
export type ResponseResult = { tag: 'ok'; val: OutgoingResponse } | { tag: 'err'; val: ErrorCode };

/** The resource `wasi:http/types.response-outparam`, made by a server. */
export class ResponseOutparam {
  readonly #answer: (response: ResponseResult) => void;

  constructor(answer: (response: ResponseResult) => void) {
    this.#answer = answer;
  }

  sendInformational(_status: number, _headers: Fields): void {
    throw new WasiError<ErrorCode>(
      { tag: 'internal-error', val: 'informational responses are not supported' },
      'informational responses are not supported',
    );
  }

  static set(param: ResponseOutparam, response: ResponseResult): void {
    param.#answer(response);
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.incoming-response`, made by a client. */
export class IncomingResponse {
  readonly #status: number;
  readonly #headers: Fields;
  readonly #body: ByteSource | undefined;
  #isConsumed = false;

  constructor(status: number, headers: Fields, body?: ByteSource) {
    this.#status = status;
    this.#headers = headers;
    this.#body = body;
  }

  status(): number {
    return this.#status;
  }

  headers(): Fields {
    return Fields.immutable(this.#headers);
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw failure('the response was consumed already');
    this.#isConsumed = true;
    return new IncomingBody(this.#body);
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.future-incoming-response`. No guest has one. */
export class FutureIncomingResponse {
  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY, NO_WAITER);
  }

  get(): { tag: 'ok'; val: { tag: 'err'; val: ErrorCode } } {
    return { tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-request-denied' } } };
  }

  [Symbol.dispose](): void {}
}

/** The interfaces of `wasi:http` for the guest of `cx`. */
export function createHttp(cx: Context) {
  return {
    types: {
      Fields,
      IncomingBody,
      FutureTrailers,
      IncomingRequest,
      OutgoingBody,
      OutgoingRequest,
      RequestOptions,
      OutgoingResponse,
      ResponseOutparam,
      IncomingResponse,
      FutureIncomingResponse,
      /** No stream here comes from a connection, so no error does. */
      httpErrorCode: (_error: unknown): ErrorCode | undefined => undefined,
    },
    outgoingHandler: {
      handle(_request: OutgoingRequest, _options?: RequestOptions): FutureIncomingResponse {
        if (cx.network.length === 0) {
          const message = 'the network is not granted (capability `network`)';
          throw new WasiError<ErrorCode>({ tag: 'HTTP-request-denied' }, message);
        }
        const message = 'outgoing requests are not supported on this host yet';
        throw new WasiError<ErrorCode>({ tag: 'internal-error', val: message }, message);
      },
    },
  };
}

function headerError(tag: HeaderError['tag']): WasiError<HeaderError> {
  return new WasiError({ tag }, `the field is refused: ${tag}`);
}

/** The `err` of a `result` that carries nothing. */
function failure(message: string): WasiError<undefined> {
  return new WasiError(undefined, message);
}

function checkValue(value: Uint8Array): void {
  // RFC 9110, 5.5: visible characters, space, tab and bytes past ASCII.
  const isValid = value.every((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));
  if (!isValid) throw headerError('invalid-syntax');
}
