import type * as component from './exports.js';

export interface Exports {
  c: typeof component.c;
  'a:aliases/c': typeof component.c;
}

/** What the component imports, by import name. */
export interface Imports {
}

export declare namespace Imports {
}

/** Types that belong to no interface. */
export declare namespace Types {
  export interface R {
    b: Uint8Array;
  }
  /** What is accepted where {@link R} goes into the component. */
  export interface RInput {
    b: BytesLike;
  }
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

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
