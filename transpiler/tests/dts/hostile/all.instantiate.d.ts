/// <reference lib="esnext.disposable" />

import type * as component_ from './all.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [globalThis.Symbol.dispose](): void;
  interface: typeof component_.interface;
  'test:hostile/interface': typeof component_.interface;
  class: typeof component_.class;
  'test:hostile/class': typeof component_.class;
  default: typeof component_.default;
  'test:hostile/default': typeof component_.default;
  global: typeof component_.global;
  'test:hostile/global': typeof component_.global;
  module: typeof component_.module;
  'test:hostile/module': typeof component_.module;
  declare: typeof component_.declare;
  'test:hostile/declare': typeof component_.declare;
  namespace: typeof component_.namespace;
  'test:hostile/namespace': typeof component_.namespace;
  imports: typeof component_.imports;
  'test:hostile/imports': typeof component_.imports;
  types: typeof component_.types;
  'test:hostile/types': typeof component_.types;
  exports: typeof component_.exports;
  'test:hostile/exports': typeof component_.exports;
  onlyTypes: object;
  'test:hostile/only-types': object;
  f: typeof component_.f;
  component: typeof component_.component;
  delete: typeof component_.delete;
  enum: typeof component_.enum;
  instantiate: typeof component_.instantiate;
  undefined: typeof component_.undefined;
  eval: typeof component_.eval;
  foo1: typeof component_.foo1;
  fooA: typeof component_.fooA;
  await: typeof component_.await;
  let: typeof component_.let;
  type: typeof component_.type;
}

/** What the component imports, by import name. */
export interface Imports {
  /** Ends here: *\/ and *\/ and /* too */
  'test:hostile/interface': Imports.Interface;
  'test:hostile/class': Imports.Class;
  'test:hostile/default': Imports.Default;
  'test:hostile/global': Imports.Global;
  'test:hostile/module': Imports.Module;
  'test:hostile/imports': Imports.HostileImports;
  'test:hostile/types': Imports.HostileTypes;
  'test:hostile/exports': Imports.Exports;
  delete: RootImport<(_new: number) => void>;
}

export declare namespace Imports {
  /** Ends here: *\/ and *\/ and /* too */
  export interface Interface {
    R: Interface.RClass;
    delete(
      _delete: number,
      _class: string,
      _this: number,
      _arguments: number,
      _eval: number,
      _default: number,
      _new: number,
      _await: number,
      _yield: number,
    ): void;
    class(): void;
    default(): void;
    async(): void;
    await(): void;
    import(): void;
    export(): void;
    eval(): void;
    arguments(): void;
    undefined(): void;
    string2(s: Imports.Interface.String): Imports.Interface.String;
    foo1(): void;
    fooA(): void;
    same(a1: number, aB: number): void;
    use(
      m: Imports.Interface.Map,
      e: Imports.Interface.Error,
      p: Imports.Interface.Promise,
      s: Imports.Interface.Symbol,
      u: Imports.Interface.Uint8Array,
      i: Imports.Interface.Iterable,
      rs: Imports.Interface.ReadableStream,
    ): Imports.Interface.Result;
    inputs(
      a: Imports.Interface.Foo,
      b: Imports.Interface.FooInput,
      c: Imports.Interface.BytesLike,
      d: Result_<Imports.Interface.Foo, Imports.Interface.Error>,
    ): [Imports.Interface.Map, globalThis.Map<string, number>];
    globalThis(): void;
  }
  export namespace Interface {
    export interface Record {
      type: number;
      class: string;
      constructor: number;
      then: number;
      toString: string;
      hasownproperty: boolean;
      proto: number;
    }
    export interface Map {
      a: globalThis.Map<string, number>;
    }
    export interface Error {
      m: string;
    }
    export interface Promise {
      x: number;
    }
    export interface String {
      x: number;
    }
    export interface Symbol {
      x: number;
    }
    export interface Disposable {
      x: number;
    }
    export interface Uint8Array {
      b: globalThis.Uint8Array;
    }
    export interface Iterable {
      b: Uint16Array;
    }
    export interface ReadableStream {
      b: number;
    }
    export interface Imports {
      x: number;
    }
    export interface Exports {
      x: number;
    }
    export interface Types {
      x: number;
    }
    export interface Result {
      x: Result_<number, string>;
    }
    export interface BytesLike {
      x: globalThis.Uint8Array;
    }
    export interface Component {
      x: number;
    }
    export interface WebAssembly {
      x: number;
    }
    export interface Array {
      x: string[];
    }
    export interface Object {
      x: number;
    }
    export interface Foo {
      b: globalThis.Uint8Array;
    }
    export interface FooInput {
      b: globalThis.Uint8Array;
    }
    export interface A1 {
      x: number;
    }
    export interface AB1 {
      x: number;
    }
    export type Quotes = 'a-b' | 'default' | 'class';
    export interface R {
      ['constructor'](): void;
      static(): void;
      then(): void;
      ['new'](): void;
      async(): void;
      get(): void;
      set(): void;
      delete(): void;
      /** Called when the component drops its last handle. */
      [globalThis.Symbol.dispose]?(): void;
    }
    /** The class of {@link R}. */
    export interface RClass {
      new (): R;
      name(): void;
      length(): void;
      caller(): void;
      arguments(): void;
      apply(): void;
      new2(): void;
      readonly prototype: R;
    }
  }
  export interface Class {
    Class: Class.ClassClass;
  }
  export namespace Class {
    export interface Class {
      type(): Class;
      /** Called when the component drops its last handle. */
      [globalThis.Symbol.dispose]?(): void;
    }
    /** The class of {@link Class}. */
    export interface ClassClass {
      new (_class: Class): Class;
      classClass(): Class;
      readonly prototype: Class;
    }
  }
  export interface Default {
    f(): void;
  }
  export interface Global {
    f(): void;
  }
  export interface Module {
    f(): void;
  }
  export interface HostileImports {
    /** If it is there, objects are checked to be instances of it. */
    Types?: HostileImports.TypesClass | undefined;
    f(x: Imports.HostileImports.Imports): Imports.HostileImports.Imports;
  }
  export namespace HostileImports {
    export interface Imports {
      x: number;
    }
    export interface Types {
      /** Called when the component drops its last handle. */
      [globalThis.Symbol.dispose]?(): void;
    }
    /** The class of {@link Types}. */
    export interface TypesClass {
      readonly prototype: Types;
    }
  }
  export interface HostileTypes {
    f(x: Imports.HostileTypes.Types): Imports.HostileTypes.Types;
  }
  export namespace HostileTypes {
    export interface Types {
      x: number;
    }
  }
  export interface Exports {
    f(): void;
  }
  export namespace OnlyTypes {
    export interface Only {
      x: globalThis.Uint8Array;
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
  readonly trapModule?: globalThis.WebAssembly.Module | undefined;
}

/**
 * Makes an instance of the component.
 *
 * @param cores - the core modules, in the order of their files
 * @param imports - what the component imports, by import name
 */
export declare function instantiate(
  cores: readonly globalThis.WebAssembly.Module[],
  imports: Imports,
  options?: InstantiateOptions,
): Exports;

/** What is accepted where bytes go into the component. */
export type BytesLike_ = globalThis.Uint8Array | ArrayBuffer | ArrayBufferView | globalThis.Iterable<number>;

/** A `result` that is not a function's own. */
export type Result_<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };

/** A function that is imported by itself: as it is, or the default of a module. */
export type RootImport<F> = F | { readonly default: F };

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
