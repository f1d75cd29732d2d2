/// <reference lib="esnext.disposable" />

import type * as component from './both.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
  pipes: typeof component.pipes;
  'test:concurrency/pipes': typeof component.pipes;
  main: typeof component.main;
}

/** What the component imports, by import name. */
export interface Imports {
  'test:concurrency/pipes': Imports.Pipes;
}

export declare namespace Imports {
  export interface Pipes {
    Job: Pipes.JobClass;
    run(x: number): number | PromiseLike<number>;
    /** @throws {Imports.Pipes.Code} to return `err` */
    fails(): void | PromiseLike<void>;
    nothing(): void | PromiseLike<void>;
    bytes(
      s: ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>,
    ): ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
    texts(
      s: ReadableStream<string> & AsyncIterable<string>,
    ): ReadableStream<string> | AsyncIterable<string> | Iterable<string>;
    bare(
      s: ReadableStream<undefined> & AsyncIterable<undefined>,
      f: Promise<void>,
    ): [ReadableStream<undefined> | AsyncIterable<undefined> | Iterable<undefined>, Promise<void>];
    later(f: Promise<Result<string, Imports.Pipes.Code>>): Promise<BytesLike>;
    deep(): ReadableStream<ReadableStream<Uint32Array | Iterable<number>> | AsyncIterable<Uint32Array | Iterable<number>> | Iterable<Uint32Array | Iterable<number>>> | AsyncIterable<ReadableStream<Uint32Array | Iterable<number>> | AsyncIterable<Uint32Array | Iterable<number>> | Iterable<Uint32Array | Iterable<number>>> | Iterable<ReadableStream<Uint32Array | Iterable<number>> | AsyncIterable<Uint32Array | Iterable<number>> | Iterable<Uint32Array | Iterable<number>>>;
  }
  export namespace Pipes {
    export type Code = 'a' | 'b';
    export interface Job {
      /** @throws {Code} to return `err` */
      wait(): string | PromiseLike<string>;
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Job}. */
    export interface JobClass {
      start(): Job | PromiseLike<Job>;
      readonly prototype: Job;
    }
  }
}

/** Settings of one instance. */
export interface InstantiateOptions {
  /** Bytes that one call may bring from the component into JavaScript. */
  readonly maxLiftBytes?: number | undefined;
  /** Told why a stream or future of the host failed when no call is left to reject; `console.error` by default. */
  readonly onStreamError?: ((error: unknown) => void) | undefined;
  /** Handles that the instance may hold at one time; one more is a trap. */
  readonly maxHandles?: number | undefined;
  /** The module that traps, where nothing is compiled at run time: the file `.trap.wasm`. */
  readonly trapModule?: WebAssembly.Module | undefined;
}

/**
 * Makes an instance of the component.
 *
 * @param cores - the core modules, in the order of their files
 * @param imports - what the component imports, by import name
 */
export declare function instantiate(
  cores: readonly WebAssembly.Module[],
  imports: Imports,
  options?: InstantiateOptions,
): Exports;

/** What is accepted where bytes go into the component. */
export type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView | Iterable<number>;

/** A `result` that is not a function's own. */
export type Result<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };

/** Settings of one call of an asynchronous function. */
export interface CallOptions {
  /** Cancels the call: its promise rejects with the signal's reason, and the component is told. */
  readonly signal?: AbortSignal | undefined;
}

/** What a function throws when its result is `err`; an `err` that is an `Error` is thrown as it is. */
export interface ComponentError<E = unknown> extends Error {
  readonly name: 'ComponentError';
  readonly payload: E;
}

// For projects whose libraries do not have them.
declare global {
  interface AbortSignal {}
  interface ReadableStream<R = any> {}
  namespace WebAssembly { interface Module {} }
}
