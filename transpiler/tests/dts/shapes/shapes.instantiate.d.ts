/// <reference lib="esnext.disposable" />

import type * as component from './shapes.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
  Res: typeof component.Res;
  ResAgain: typeof component.ResAgain;
  nested: typeof component.nested;
  module: WebAssembly.Module;
  hostModuleAgain: WebAssembly.Module;
  madeHere: ComponentValue;
  passedOn: Imports.Outer.Inner;
  ThingAgain: typeof component.ThingAgain;
  takeAgain: typeof component.takeAgain;
  f: typeof component.f;
  anonymous: typeof component.anonymous;
  listed: typeof component.listed;
}

/** What the component imports, by import name. */
export interface Imports {
  'host-module': RootImport<WebAssembly.Module>;
  'host-component': RootImport<ComponentValue>;
  thing: RootImport<Imports.ThingClass>;
  /** If it is there, objects are checked to be instances of it. */
  bare?: RootImport<Imports.BareClass> | undefined;
  take: RootImport<(t: Imports.Thing, b: Imports.Bare) => void>;
  outer: Imports.Outer;
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
    readonly prototype: Thing;
  }
  export interface Bare {
    /** Called when the component drops its last handle. */
    [Symbol.dispose]?(): void;
  }
  /** The class of {@link Bare}. */
  export interface BareClass {
    readonly prototype: Bare;
  }
  export interface Outer {
    inner: Outer.Inner;
    m: WebAssembly.Module;
  }
  export namespace Outer {
    export interface Inner {
      f(): void;
      /** If it is there, objects are checked to be instances of it. */
      R?: Inner.RClass | undefined;
    }
    export namespace Inner {
      export interface R {
        /** Called when the component drops its last handle. */
        [Symbol.dispose]?(): void;
      }
      /** The class of {@link R}. */
      export interface RClass {
        readonly prototype: R;
      }
    }
    export namespace Outer2 {
    }
  }
}

/** Types that belong to no interface. */
export declare namespace Types {
  export interface Point {
    x: number;
  }
  export type Choice = 'a' | 'b';
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

/** A function that is imported by itself: as it is, or the default of a module. */
export type RootImport<F> = F | { readonly default: F };

/** A component that is passed on as a value. */
export interface ComponentValue {
  instantiate(imports?: object, options?: InstantiateOptions): object;
}

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
