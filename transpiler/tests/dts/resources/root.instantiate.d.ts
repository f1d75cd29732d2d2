/// <reference lib="esnext.disposable" />

import type * as component from './root.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
  useThing: typeof component.useThing;
}

/** What the component imports, by import name. */
export interface Imports {
  thing: RootImport<Imports.ThingClass>;
  make: RootImport<() => number>;
  /** @throws {string} to return `err` */
  lookup: RootImport<(i: Imports.Info) => Imports.InfoInput>;
}

export declare namespace Imports {
  export interface Thing {
    get(): number;
    /** Called when the component drops its last handle. */
    [Symbol.dispose]?(): void;
  }
  /** The class of {@link Thing}. */
  export interface ThingClass {
    new (n: number): Thing;
    none(): Thing;
    readonly prototype: Thing;
  }
  export interface Info {
    id: number;
    data: Uint8Array;
  }
  /** What is accepted where {@link Info} goes into the component. */
  export interface InfoInput {
    id: number;
    data: BytesLike;
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

/** A function that is imported by itself: as it is, or the default of a module. */
export type RootImport<F> = F | { readonly default: F };

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
