/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `wasi:http`: requests, responses and their fields. Requests are sent by hosts that can, for
 * guests that wait by events; otherwise sending one fails with the WIT's own error.
 */

import type { Context } from './context.js';
import { FutureTrailers, IncomingBody, OutgoingBody, toWasiError } from './http/body.js';
import { guestFields } from './http/fields.js';
import { IncomingRequest, OutgoingRequest, RequestOptions } from './http/request.js';
import {
  FutureIncomingResponse,
  IncomingResponse,
  OutgoingResponse,
  ResponseOutparam,
} from './http/response.js';
import { HttpError, httpErrorCode } from './http/types.js';

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
      httpErrorCode,
    },
    outgoingHandler: {
      handle(request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse {
        try {
          if (cx.network.length === 0) {
            cx.refuse('network');
            const message = 'the network is not granted (capability `network`)';
            throw new HttpError({ tag: 'HTTP-request-denied' }, message);
          }
          return new FutureIncomingResponse(OutgoingRequest.send(request, options, cx), cx);
        } catch (error) {
          throw toWasiError(error);
        } finally {
          request[Symbol.dispose]();
          options?.[Symbol.dispose]();
        }
      },
    },
  };
}
