/// <reference lib="esnext.disposable" />

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
  c: Imports.C;
  d: Imports.Outer.Inner;
}

/** What the component imports, by import name. */
export interface Imports {
  'a:b/c': Imports.C;
  outer: Imports.Outer;
}

export declare namespace Imports {
  export interface C {
    f(): number;
    R: C.RClass;
  }
  export namespace C {
    export interface R {
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link R}. */
    export interface RClass {
      new (): R;
      readonly prototype: R;
    }
  }
  export interface Outer {
    inner: Outer.Inner;
  }
  export namespace Outer {
    export interface Inner {
      g(s: string): void;
    }
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
