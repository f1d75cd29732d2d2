/** Requests that a server passes to a guest. */

import type { HttpExchange } from '../../host/http.js';
import type { Context } from '../context.js';
import { Fields } from './fields.js';
import { IncomingRequest } from './request.js';
import { OutgoingResponse, ResponseOutparam, type ResponseResult } from './response.js';
import { type ErrorCode, HttpError, type Method } from './types.js';

/** The arguments of `handle`, and the outcome of the call. */
export interface Receipt {
  readonly request: IncomingRequest;
  readonly out: ResponseOutparam;
  /** Why there was no answer, as the guest or the host said. */
  error(): ErrorCode | undefined;
}

const METHODS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);

/** Makes the arguments of `wasi:http/incoming-handler.handle` for the guest of `cx`. */
export function receive(cx: Context, exchange: HttpExchange): Receipt {
  const { method, pathWithQuery, scheme, authority, fields, body } = exchange;
  const request = new IncomingRequest({
    method: toMethod(method),
    pathWithQuery,
    scheme: { tag: scheme === 'https' ? 'HTTPS' : 'HTTP' },
    authority,
    headers: Fields.received(cx, fields),
    body,
  });
  let error: ErrorCode | undefined;
  const out = new ResponseOutparam((result: ResponseResult) => {
    if (result.tag === 'err') error = result.val;
    else error = attempt(result.val, exchange);
  });
  return { request, out, error: () => error };
}

/** Sends a response, and gives the reason why it cannot be sent. */
function attempt(response: OutgoingResponse, exchange: HttpExchange): ErrorCode | undefined {
  try {
    OutgoingResponse.send(response, exchange);
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    response[Symbol.dispose]();
  }
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof HttpError) return error.payload;
  return { tag: 'internal-error', val: (error as Error).message };
}

function toMethod(method: string): Method {
  if (!METHODS.has(method)) return { tag: 'other', val: method };
  return { tag: method.toLowerCase() } as Method;
}
