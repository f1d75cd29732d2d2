/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `wasi:http`: requests, responses and their fields. Sending a request fails with the WIT's own
 * error until this host has a network to give.
 */

import type { Context } from './context.js';
import { WasiError } from './errors.js';
import { FutureTrailers, IncomingBody, OutgoingBody } from './http/body.js';
import { guestFields } from './http/fields.js';
import { IncomingRequest, OutgoingRequest, RequestOptions } from './http/request.js';
import {
  FutureIncomingResponse,
  IncomingResponse,
  OutgoingResponse,
  ResponseOutparam,
} from './http/response.js';
import { type ErrorCode, httpErrorCode } from './http/types.js';

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
