/// <reference lib="esnext.disposable" preserve="true" />
/** The responses of `wasi:http/types`. */

import type { HttpExchange, HttpSource } from '../../host/http.js';
import { WasiError } from '../errors.js';
import type { Pollable } from '../io.js';
import { IncomingBody, OutgoingBody, lengthOf, readyPollable } from './body.js';
import { type FieldsLike, Fields, toFields } from './fields.js';
import { type ErrorCode, HttpError, failure } from './types.js';

/** The resource `wasi:http/types.outgoing-response`. */
export class OutgoingResponse {
  readonly #headers: Fields;
  #statusCode = 200;
  #body: OutgoingBody | undefined;

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
    if (this.#body) throw failure('the body was taken already');
    const cx = Fields.contextOf(this.#headers);
    return (this.#body = new OutgoingBody(cx, lengthOf(this.#headers)));
  }

  /**
   * Sends the response; its body follows as the guest writes it.
   *
   * @throws {@link HttpError} when it is no answer to the request
   */
  static send(response: OutgoingResponse, exchange: HttpExchange): void {
    const status = response.#statusCode;
    if (status < 200) throw new HttpError({ tag: 'HTTP-protocol-error' }, 'not a final status');
    const isBodiless = exchange.method === 'HEAD' || status === 204 || status === 304;
    const body = response.#body;
    const promised = promisedBy(response.#headers);
    if (body === undefined && !isBodiless && promised !== undefined && promised > 0) {
      const code: ErrorCode = { tag: 'HTTP-response-body-size', val: 0n };
      throw new HttpError(code, 'the fields promise a body, and there is none');
    }
    const fields = response.#headers.entries();
    // RFC 9110, 8.6: no `content-length` with this status.
    const sent = status === 204 ? fields.filter(([name]) => name !== 'content-length') : fields;
    const sink = exchange.respond({ status, fields: sent });
    if (body) OutgoingBody.attach(body, sink, isBodiless);
    else sink.finish([]);
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

/** The `content-length` of a message that is sent. */
function promisedBy(fields: Fields): number | undefined {
  try {
    return lengthOf(fields);
  } catch (error) {
    throw new HttpError({ tag: 'HTTP-protocol-error' }, (error as Error).message);
  }
}

/** The resource `wasi:http/types.incoming-response`, made by a client. */
export class IncomingResponse {
  readonly #status: number;
  readonly #headers: Fields;
  readonly #body: HttpSource | undefined;
  #isConsumed = false;

  constructor(status: number, headers: Fields, body?: HttpSource) {
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
    return new IncomingBody(this.#body, Fields.contextOf(this.#headers));
  }

  [Symbol.dispose](): void {
    if (!this.#isConsumed) this.#body?.discard();
    this.#headers[Symbol.dispose]();
  }
}

/** The resource `wasi:http/types.future-incoming-response`. No guest has one. */
export class FutureIncomingResponse {
  subscribe(): Pollable {
    return readyPollable();
  }

  get(): { tag: 'ok'; val: { tag: 'err'; val: ErrorCode } } {
    return { tag: 'ok', val: { tag: 'err', val: { tag: 'HTTP-request-denied' } } };
  }

  [Symbol.dispose](): void {}
}
