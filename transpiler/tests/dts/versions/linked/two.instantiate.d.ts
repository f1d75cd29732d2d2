/// <reference lib="esnext.disposable" />

import type * as component from './two.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
  c: typeof component.c;
  'a:b/c@0.1.0': typeof component.c;
  cV0_2_0: typeof component.cV0_2_0;
  'a:b/c@0.2.0': typeof component.cV0_2_0;
}

/** What the component imports, by import name. */
export interface Imports {
  'a:b/c@0.1.0': Imports.C;
  'a:b/c@0.2.0': Imports.BC;
  'x:b/c@0.2.0': Imports.XBC;
  'y:z/c': Imports.ZC;
}

export declare namespace Imports {
  export interface C {
    /** If it is there, objects are checked to be instances of it. */
    R?: C.RClass | undefined;
    f(t: Types.T): Types.T;
  }
  export namespace C {
    export interface R {
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link R}. */
    export interface RClass {
      readonly prototype: R;
    }
  }
  export interface BC {
    f(t: Types.T2): Types.T2;
    g(): void;
  }
  export interface XBC {
    f(): void;
  }
  export interface ZC {
    f(): void;
  }
}

/** Types that belong to no interface. */
export declare namespace Types {
  export interface T {
    x: number;
  }
  export interface T2 {
    y: number;
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
