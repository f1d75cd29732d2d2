/** The values of `wasi:http/types`, and errors that carry them. */

import { WasiError } from '../errors.js';
import { IoError } from '../io.js';

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
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The failure of a message: what hosts throw, and what a guest finds out from a stream's error. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** The WIT's word for it. */
  readonly payload: ErrorCode;

  constructor(payload: ErrorCode, message: string = payload.tag) {
    super(message);
    this.payload = payload;
  }
}

/** `http-error-code`. */
export function httpErrorCode(error: unknown): ErrorCode | undefined {
  const cause = error instanceof IoError ? IoError.causeOf(error) : undefined;
  return cause instanceof HttpError ? cause.payload : undefined;
}

/** The `err` of a `result` that carries nothing. */
export function failure(message: string): WasiError<undefined> {
  return new WasiError(undefined, message);
}
