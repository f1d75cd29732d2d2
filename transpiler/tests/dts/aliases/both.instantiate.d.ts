import type * as component from './both.js';

export interface Exports {
  t: object;
  'a:aliases/t': object;
  c: typeof component.c;
  'a:aliases/c': typeof component.c;
  g: typeof component.g;
}

/** What the component imports, by import name. */
export interface Imports {
  'a:aliases/c': Imports.C;
  f: RootImport<(b: Imports.Again) => Imports.AgainInput>;
}

export declare namespace Imports {
  export namespace T {
    export type Bytes = Uint8Array;
    /** What is accepted where {@link Bytes} goes into the component. */
    export type BytesInput = BytesLike;
    export interface R {
      b: Uint8Array;
    }
    /** What is accepted where {@link R} goes into the component. */
    export interface RInput {
      b: BytesLike;
    }
    export type Again = R;
    /** What is accepted where {@link Again} goes into the component. */
    export type AgainInput = RInput;
  }
  export interface C {
    f(x: Imports.C.Bytes): Imports.C.BytesInput;
    g(r: Imports.C.R): Imports.C.RInput;
    h(
      x: Imports.C.Second,
      r: Imports.C.Other,
      l: Imports.C.Third[],
      o: Imports.C.Third | undefined,
    ): Imports.C.ThirdInput;
  }
  export namespace C {
    export type Bytes = Imports.T.Bytes;
    /** What is accepted where {@link Bytes} goes into the component. */
    export type BytesInput = Imports.T.BytesInput;
    export type R = Imports.T.R;
    /** What is accepted where {@link R} goes into the component. */
    export type RInput = Imports.T.RInput;
    export type Other = Imports.T.Again;
    /** What is accepted where {@link Other} goes into the component. */
    export type OtherInput = Imports.T.AgainInput;
    export type Local = Uint8Array;
    export type Second = Local;
    export type Third = Other;
    /** What is accepted where {@link Third} goes into the component. */
    export type ThirdInput = OtherInput;
  }
  export type Bytes = Uint8Array;
  /** What is accepted where {@link Bytes} goes into the component. */
  export type BytesInput = BytesLike;
  export type Again = Bytes;
  /** What is accepted where {@link Again} goes into the component. */
  export type AgainInput = BytesInput;
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

/** A function that is imported by itself: as it is, or the default of a module. */
export type RootImport<F> = F | { readonly default: F };

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
