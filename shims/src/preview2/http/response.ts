/// <reference lib="esnext.disposable" preserve="true" />
/** The responses of `wasi:http/types`. */

import type { HttpCall, HttpExchange, HttpResponse, HttpSource } from '../../host/http.js';
import type { Context } from '../context.js';
import { WasiError } from '../errors.js';
import { Pollable } from '../io.js';
import { IncomingBody, OutgoingBody, lengthOf } from './body.js';
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
    if (!this.#isConsumed) (this.#body?.cancel ?? this.#body?.discard)?.call(this.#body);
    this.#headers[Symbol.dispose]();
  }
}

/** The resource `wasi:http/types.future-incoming-response`. */
export class FutureIncomingResponse {
  readonly #call: HttpCall;
  readonly #cx: Context;
  #isTaken = false;
  #isDropped = false;

  constructor(call: HttpCall, cx: Context) {
    cx.quotas.httpRequests.take(1, (message) => {
      call.cancel();
      return new HttpError({ tag: 'connection-limit-reached' }, message);
    });
    this.#call = call;
    this.#cx = cx;
  }

  subscribe(): Pollable {
    const ready = () => this.#look() !== undefined;
    return new Pollable({ ready, hasEvents: true }, this.#cx.waiter);
  }

  get():
    | {
        tag: 'ok';
        val: { tag: 'ok'; val: IncomingResponse } | { tag: 'err'; val: ErrorCode };
      }
    | { tag: 'err'; val: undefined }
    | undefined {
    const found = this.#look();
    if (found === undefined) return undefined;
    if (this.#isTaken) return { tag: 'err', val: undefined };
    this.#isTaken = true;
    if (found instanceof HttpError) return { tag: 'ok', val: { tag: 'err', val: found.payload } };
    const { status, fields, body } = found;
    const response = new IncomingResponse(status, Fields.received(this.#cx, fields), body);
    return { tag: 'ok', val: { tag: 'ok', val: response } };
  }

  [Symbol.dispose](): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#cx.quotas.httpRequests.give(1);
    if (!this.#isTaken) this.#call.cancel();
  }

  #look(): HttpResponse | HttpError | undefined {
    try {
      return this.#call.response();
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    }
  }
}
