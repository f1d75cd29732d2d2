/** The messages between the thread that has the connections and one that has guests. */
import type { HttpField, HttpHead, HttpRequest } from '@windlass/wasi';

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  readonly pathWithQuery: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly authority: string | undefined;
  readonly fields: readonly HttpField[];
}

/** The failure of a body. */
export interface BodyFailure {
  readonly payload: { tag: string; val?: unknown };
  readonly message: string;
}

/** Messages about a body that comes, and the one that goes, with the number of their exchange. */
export type PumpToGuest =
  | { readonly type: 'chunk'; readonly of: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly of: number; readonly trailers: readonly HttpField[] }
  | { readonly type: 'failed'; readonly of: number; readonly failure: BodyFailure }
  /** There is room for as many bytes more. */
  | { readonly type: 'room'; readonly of: number; readonly bytes: number }
  | { readonly type: 'gone'; readonly of: number };

/** The same in the other direction. */
export type PumpFromGuest =
  /** The guest wants the next bytes of the body. */
  | { readonly type: 'more'; readonly of: number }
  | { readonly type: 'discard'; readonly of: number }
  | { readonly type: 'bytes'; readonly of: number; readonly bytes: Uint8Array }
  | { readonly type: 'finish'; readonly of: number; readonly trailers: readonly HttpField[] }
  | { readonly type: 'abort'; readonly of: number };

/** Messages to a guest. All but the first are of the request that runs, which is number 0. */
export type ToGuest = { readonly id: number } & (
  | { readonly type: 'request'; readonly head: RequestHead }
  | { readonly type: 'response'; readonly of: number; readonly head: HttpHead }
  | { readonly type: 'no-response'; readonly of: number; readonly failure: BodyFailure }
  | { readonly type: 'late' }
  | PumpToGuest
);

/** Messages from a guest. */
export type FromGuest =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly error: ThrownError }
  | { readonly type: 'head'; readonly head: HttpHead }
  /** The guest sends a request, which has a number of its own. */
  | { readonly type: 'call'; readonly of: number; readonly request: HttpRequest }
  | { readonly type: 'cancel'; readonly of: number }
  | { readonly type: 'done'; readonly error?: ThrownError | undefined }
  | { readonly type: 'output'; readonly name: OutputName; readonly chunk: Uint8Array }
  | PumpFromGuest;

/** Capabilities whose functions are called on the thread of their owner. */
export const outputNames = ['stdout', 'stderr'] as const;
export type OutputName = (typeof outputNames)[number];

/** An error on its way to another thread, which keeps no classes. */
export interface ThrownError {
  readonly kind: 'trap' | 'link' | 'error';
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  readonly help?: string | undefined;
}

/** The data that a thread starts with. */
export interface ThreadData {
  readonly glue: Uint8Array;
  readonly cores: readonly WebAssembly.Module[];
  readonly capabilities: object;
  readonly outputs: readonly OutputName[];
  /** The imports besides WASI: the URL of a module, and the export that is meant. */
  readonly modules: readonly (readonly [name: string, url: string, member: string | undefined])[];
  readonly reuse: number;
  /** Counts messages to the guest, so that it can wait for the next. */
  readonly signal: SharedArrayBuffer;
}

/** Bytes of an answer that are on their way at one time. */
export const WINDOW = 131_072;

export function toThrown(error: unknown): ThrownError {
  const { message, stack, code, help } = error as Error & { code?: unknown; help?: unknown };
  const kind =
    error instanceof WebAssembly.RuntimeError || error instanceof RangeError
      ? 'trap'
      : error instanceof WebAssembly.LinkError
        ? 'link'
        : 'error';
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { kind, message, stack, code: text(code), help: text(help) };
}

export function fromThrown({ kind, message, stack, code, help }: ThrownError): Error {
  const make = { trap: WebAssembly.RuntimeError, link: WebAssembly.LinkError, error: Error }[kind];
  const error = Object.assign(new make(message), { ...(code && { code }), ...(help && { help }) });
  if (stack !== undefined) error.stack = stack;
  return error;
}
