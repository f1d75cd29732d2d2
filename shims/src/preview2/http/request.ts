/// <reference lib="esnext.disposable" preserve="true" />
/** The requests of `wasi:http/types`. */

import type { HttpCall, HttpSource } from '../../host/http.js';
import type { Context } from '../context.js';
import { IncomingBody, OutgoingBody, lengthOf } from './body.js';
import { type FieldsLike, Fields, countText, toFields } from './fields.js';
import { isNamed } from '../../network/rules.js';
import { peerOf } from './peers.js';
import { HttpError, type Method, type Scheme, TOKEN, failure } from './types.js';

/** RFC 3986, 3.1. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;

/** The parts of an `IncomingRequest`. */
export interface IncomingRequestInit {
  method: Method;
  pathWithQuery?: string | undefined;
  scheme?: Scheme | undefined;
  authority?: string | undefined;
  headers: Fields;
  body?: HttpSource | undefined;
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
    return new IncomingBody(body, Fields.contextOf(headers));
  }

  [Symbol.dispose](): void {
    const { body, headers } = this.#init;
    if (!this.#isConsumed) body?.discard();
    headers[Symbol.dispose]();
  }
}

const otherOf = (value: Method | Scheme | undefined): string | undefined =>
  value?.tag === 'other' ? value.val : undefined;

/** The resource `wasi:http/types.outgoing-request`. */
export class OutgoingRequest {
  readonly #headers: Fields;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #body: OutgoingBody | undefined;

  constructor(headers: FieldsLike) {
    this.#headers = toFields(headers);
  }

  body(): OutgoingBody {
    if (this.#body) throw failure('the body was taken already');
    const cx = Fields.contextOf(this.#headers);
    return (this.#body = new OutgoingBody(cx, lengthOf(this.#headers), true));
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

  /** Sends the request; its body follows as the guest writes it. */
  static send(
    request: OutgoingRequest,
    options: RequestOptions | undefined,
    cx: Context,
  ): HttpCall {
    const scheme = request.#scheme?.tag ?? 'HTTPS';
    if (scheme === 'other') throw new HttpError({ tag: 'HTTP-protocol-error' });
    const authority = request.#authority;
    if (authority === undefined) throw new HttpError({ tag: 'HTTP-request-URI-invalid' });
    const lower = scheme === 'HTTPS' ? 'https' : 'http';
    const peer = peerOf(authority, lower);
    if (!isNamed(cx.network, peer)) {
      cx.refuse('network');
      throw new HttpError({ tag: 'HTTP-request-denied' }, 'no `network` names the peer');
    }
    if (cx.host.sendHttp === undefined || cx.waiter.events === undefined) {
      const val = 'requests need a host that can wait for them: JSPI, or `windlass serve`';
      throw new HttpError({ tag: 'internal-error', val }, val);
    }
    const body = request.#body;
    const { events } = cx.waiter;
    const call = cx.host.sendHttp(
      {
        method:
          request.#method.tag === 'other' ? request.#method.val : request.#method.tag.toUpperCase(),
        scheme: lower,
        peer,
        authority,
        pathWithQuery: request.#pathWithQuery || '/',
        fields: request.#headers.entries(),
        isStreamed: body !== undefined && !OutgoingBody.isEmpty(body),
        connectTimeout: millisecondsOf(options?.connectTimeout()),
        firstByteTimeout: millisecondsOf(options?.firstByteTimeout()),
        betweenBytesTimeout: millisecondsOf(options?.betweenBytesTimeout()),
        network: cx.network,
      },
      () => events.wake(),
    );
    if (body) OutgoingBody.attach(body, call.sink);
    else call.sink.finish([]);
    return call;
  }

  [Symbol.dispose](): void {
    this.setMethod({ tag: 'get' });
    this.setPathWithQuery(undefined);
    this.setScheme(undefined);
    this.setAuthority(undefined);
    this.#headers[Symbol.dispose]();
  }
}

/** The milliseconds of a timeout, at least one; ten minutes if there is none. */
function millisecondsOf(duration: bigint | undefined): number {
  const milliseconds = duration === undefined ? 600_000 : Math.ceil(Number(duration) / 1e6);
  return Math.min(Math.max(milliseconds, 1), 0x7fff_ffff);
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
