/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `wasi:http`: requests, responses and their fields as data. Sending one fails
 * with the WIT's own error until this host has a network to give.
 */

import type { ByteSource } from '../host/host.js';
import type { Context } from './context.js';
import { HostError, WasiError } from './errors.js';
import {
  type Waiter,
  ALWAYS_READY,
  EMPTY_SOURCE,
  InputStream,
  OutputStream,
  Pollable,
} from './io.js';
import type { Quota } from './quota.js';

/** For streams of a host that are always ready, so that nothing waits on them. */
const NO_WAITER: Waiter = { monotonicNow: () => 0n, sleep: () => {} };
/** The approximate cost of a field besides its name and its value. */
const FIELD_COST = 256;
/** The largest pieces in which bytes of a body are collected. */
const LONGEST_PIECE = 65_536;

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
  /** The guest whose limits they count towards, `undefined` for those of a host. */
  readonly #cx: Context | undefined;
  /** In order, names in lower case. */
  #entries: [string, Uint8Array][] = [];
  #isImmutable = false;

  constructor(cx?: Context) {
    this.#cx = cx;
  }

  static fromList(entries: [string, Uint8Array][]): Fields {
    const fields = new this();
    try {
      for (const [name, value] of entries) fields.append(name, value);
    } catch (error) {
      fields[Symbol.dispose]();
      throw error;
    }
    return fields;
  }

  /** The same fields, which nobody can change any more. */
  static immutable(fields: Fields): Fields {
    const copy = fields.clone();
    copy.#isImmutable = true;
    return copy;
  }

  /** The guest that a message with these fields belongs to. */
  static contextOf(fields: Fields): Context | undefined {
    return fields.#cx;
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
    this.#count(values.map((value) => [key, value]));
    this.#remove(key);
    for (const value of values) this.#entries.push([key, value.slice()]);
  }

  delete(name: string): void {
    this.#remove(this.#changedName(name));
  }

  append(name: string, value: Uint8Array): void {
    const key = this.#changedName(name);
    checkValue(value);
    this.#count([[key, value]]);
    this.#entries.push([key, value.slice()]);
  }

  entries(): [string, Uint8Array][] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const copy = new Fields(this.#cx);
    copy.#count(this.#entries);
    copy.#entries = this.entries();
    return copy;
  }

  [Symbol.dispose](): void {
    this.#giveBack(this.#entries);
    this.#entries = [];
  }

  #changedName(name: string): string {
    if (this.#isImmutable) throw headerError('immutable');
    if (!TOKEN.test(name)) throw headerError('invalid-syntax');
    const key = name.toLowerCase();
    if (FORBIDDEN.has(key)) throw headerError('forbidden');
    return key;
  }

  #remove(key: string): void {
    const removed = this.#entries.filter((entry) => entry[0] === key);
    if (removed.length === 0) return;
    this.#entries = this.#entries.filter((entry) => entry[0] !== key);
    this.#giveBack(removed);
  }

  /** The WIT has no error for fields that are too large: past the limit it is a trap. */
  #count(entries: readonly [string, Uint8Array][]): void {
    this.#cx?.quotas.fieldBytes.take(costOf(entries));
  }

  #giveBack(entries: readonly [string, Uint8Array][]): void {
    this.#cx?.quotas.fieldBytes.give(costOf(entries));
  }
}

function costOf(entries: readonly [string, Uint8Array][]): number {
  return entries.reduce((cost, [name, value]) => cost + name.length + value.length + FIELD_COST, 0);
}

/** The class of fields that `cx`'s guest makes. Instances of one are instances of all. */
function guestFields(cx: Context): typeof Fields {
  return class extends Fields {
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Fields;
    }

    constructor() {
      super(cx);
    }
  };
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
  readonly #waiter: Waiter;

  constructor(source: ByteSource = EMPTY_SOURCE, waiter: Waiter = NO_WAITER) {
    this.#source = source;
    this.#waiter = waiter;
  }

  stream(): InputStream {
    const source = this.#source;
    if (source === undefined) throw failure('the body was taken already');
    this.#source = undefined;
    return new InputStream(source, this.#waiter);
  }

  static finish(body: IncomingBody): FutureTrailers {
    return new FutureTrailers(body.#waiter);
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.future-trailers`. */
export class FutureTrailers {
  readonly #waiter: Waiter;
  #isTaken = false;

  constructor(waiter: Waiter = NO_WAITER) {
    this.#waiter = waiter;
  }

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY, this.#waiter);
  }

  get(): { tag: 'ok'; val: { tag: 'ok'; val: undefined } } | { tag: 'err'; val: undefined } {
    if (this.#isTaken) return { tag: 'err', val: undefined };
    this.#isTaken = true;
    return { tag: 'ok', val: { tag: 'ok', val: undefined } };
  }

  [Symbol.dispose](): void {}
}

/** The parts of an `IncomingRequest`. */
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
    const { body, headers } = this.#init;
    return new IncomingBody(body, waiterOf(headers));
  }

  [Symbol.dispose](): void {}
}

/** The resource `wasi:http/types.outgoing-body`. */
export class OutgoingBody {
  readonly #waiter: Waiter;
  readonly #quota: Quota | undefined;
  #chunks: Uint8Array[] = [];
  /** The free bytes at the end of the last chunk. */
  #free = 0;
  #counted = 0;
  #hasStream = false;

  /** A body of the guest that `cx` is for. */
  constructor(cx?: Context) {
    this.#waiter = cx?.waiter ?? NO_WAITER;
    this.#quota = cx?.quotas.bodyBytes;
  }

  write(): OutputStream {
    if (this.#hasStream) throw failure('the stream was taken already');
    this.#hasStream = true;
    const write = (bytes: Uint8Array): void => this.#append(bytes);
    return new OutputStream({ isTerminal: false, write }, this.#waiter);
  }

  static finish(_body: OutgoingBody, trailers?: Fields): void {
    trailers?.[Symbol.dispose]();
  }

  /** The bytes written so far, for whoever sends them and then drops the body. */
  static chunks(body: OutgoingBody): readonly Uint8Array[] {
    return body.#chunks;
  }

  [Symbol.dispose](): void {
    this.#chunks = [];
    this.#free = 0;
    this.#quota?.give(this.#counted);
    this.#counted = 0;
  }

  /** Keeps a copy of `bytes`: small ones together, as each chunk takes more than its bytes. */
  #append(bytes: Uint8Array): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && bytes.length <= this.#free) {
      const { buffer, byteOffset, length } = last;
      const grown = new Uint8Array(buffer, byteOffset, length + bytes.length);
      grown.set(bytes, length);
      this.#free -= bytes.length;
      this.#chunks[this.#chunks.length - 1] = grown;
      return;
    }
    const room = Math.max(bytes.length, Math.min(this.#counted, LONGEST_PIECE));
    this.#quota?.take(room, (message) => new HostError('ENOBUFS', message));
    this.#counted += room;
    const piece = new Uint8Array(room).subarray(0, bytes.length);
    piece.set(bytes);
    this.#free = room - bytes.length;
    this.#chunks.push(piece);
  }
}

/** Counts text that a guest keeps in a message towards its fields: `after` in place of `before`. */
function countText(fields: Fields, before: string | undefined, after: string | undefined): void {
  const quota = Fields.contextOf(fields)?.quotas.fieldBytes;
  quota?.take(2 * (after?.length ?? 0));
  quota?.give(2 * (before?.length ?? 0));
}

const otherOf = (value: Method | Scheme | undefined): string | undefined =>
  value?.tag === 'other' ? value.val : undefined;

function waiterOf(headers: Fields): Waiter {
  return Fields.contextOf(headers)?.waiter ?? NO_WAITER;
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
    return new OutgoingBody(Fields.contextOf(this.#headers));
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === 'other' && !TOKEN.test(method.val)) throw failure('not a method');
    countText(this.#headers, otherOf(this.#method), otherOf(method));
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !/^[\x21-\x7e]*$/.test(pathWithQuery)) {
      throw failure('not a path with query');
    }
    countText(this.#headers, this.#pathWithQuery, pathWithQuery);
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === 'other' && !SCHEME.test(scheme.val)) throw failure('not a scheme');
    countText(this.#headers, otherOf(this.#scheme), otherOf(scheme));
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !/^[^\s/?#\\]+$/.test(authority)) {
      throw failure('not an authority');
    }
    countText(this.#headers, this.#authority, authority);
    this.#authority = authority;
  }

  headers(): Fields {
    return Fields.immutable(this.#headers);
  }

  [Symbol.dispose](): void {
    this.setMethod({ tag: 'get' });
    this.setPathWithQuery(undefined);
    this.setScheme(undefined);
    this.setAuthority(undefined);
    this.#headers[Symbol.dispose]();
  }
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
    return new OutgoingBody(Fields.contextOf(this.#headers));
  }

  [Symbol.dispose](): void {
    this.#headers[Symbol.dispose]();
  }
}

/** The answer of a guest. */
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
    return new IncomingBody(this.#body, waiterOf(this.#headers));
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
      Fields: guestFields(cx),
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
          cx.refuse('network');
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
