/// <reference lib="esnext.disposable" />

import type { Result, CallOptions, ComponentError } from './both.instantiate.js';

export declare namespace pipes {
  export type Code = 'a' | 'b';
  export class Job implements Disposable {
    private constructor();
    /** @throws {ComponentError<Code>} */
    wait(options?: CallOptions): Promise<string>;
    static start(options?: CallOptions): Promise<Job>;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function run(x: number, options?: CallOptions): Promise<number>;
  /** @throws {ComponentError<Code>} */
  export function fails(options?: CallOptions): Promise<void>;
  export function nothing(options?: CallOptions): Promise<void>;
  export function bytes(
    s: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;
  export function texts(
    s: ReadableStream<string> | AsyncIterable<string> | Iterable<string>,
  ): ReadableStream<string> & AsyncIterable<string>;
  export function bare(
    s: ReadableStream<undefined> | AsyncIterable<undefined> | Iterable<undefined>,
    f: Promise<void>,
  ): [ReadableStream<undefined> & AsyncIterable<undefined>, Promise<void>];
  export function later(f: Promise<Result<string, Code>>): Promise<Uint8Array>;
  export function deep(): ReadableStream<ReadableStream<Uint32Array> & AsyncIterable<Uint32Array>> & AsyncIterable<ReadableStream<Uint32Array> & AsyncIterable<Uint32Array>>;
}
/** @throws {ComponentError<undefined>} */
export declare function main(options?: CallOptions): Promise<void>;

// For projects whose libraries do not have them.
declare global {
  interface ReadableStream<R = any> {}
}
