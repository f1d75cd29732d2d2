import type * as component from './narrowed.js';

export interface Exports {
  c: typeof component.c;
  'a:b/c': typeof component.c;
}

/** What the component imports, by import name. */
export interface Imports {
  'a:b/c': Imports.C;
}

export declare namespace Imports {
  export interface C {
    f(): number;
    g(): void;
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

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
