import type * as component from './exports.js';

export interface Exports {
  values: typeof component.values;
  'test:values/values@1.0.0': typeof component.values;
}

/** What the component imports, by import name. */
export interface Imports {
}

/** Settings of one instance. */
export interface InstantiateOptions {
  /** Bytes that one call may bring from the component into JavaScript. */
  readonly maxLiftBytes?: number | undefined;
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

/** What a function throws when its result is `err`; an `err` that is an `Error` is thrown as it is. */
export interface ComponentError<E = unknown> extends Error {
  readonly name: 'ComponentError';
  readonly payload: E;
}

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
