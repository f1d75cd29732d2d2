/// <reference lib="esnext.disposable" />

import type * as component_ from './all.js';

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
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
}

/** What the component imports, by import name. */
export interface Imports {
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
    string2(s: Types.String): Types.String;
    foo1(): void;
    fooA(): void;
    same(a1: number, aB: number): void;
    use(
      m: Types.Map,
      e: Types.Error,
      p: Types.String,
      s: Types.String,
      u: Types.Uint8Array,
      i: Types.Iterable,
      rs: Types.ReadableStream,
    ): Types.Result;
    inputs(
      a: Types.Uint8Array,
      b: Types.Uint8Array,
      c: Types.BytesLike,
      d: Result_<Types.Uint8Array, Types.Error>,
    ): [Types.Map, globalThis.Map<string, number>];
    globalThis(): void;
  }
  export namespace Interface {
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
      [Symbol.dispose]?(): void;
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
      [Symbol.dispose]?(): void;
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
    f(x: Types.String): Types.String;
  }
  export namespace HostileImports {
    export interface Types {
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Types}. */
    export interface TypesClass {
      readonly prototype: Types;
    }
  }
  export interface HostileTypes {
    f(x: Types.String): Types.String;
  }
  export interface Exports {
    f(): void;
  }
}

/** Types that belong to no interface. */
export declare namespace Types {
  export interface String {
    x: number;
  }
  export interface Map {
    a: globalThis.Map<string, number>;
  }
  export interface Error {
    m: string;
  }
  export interface Uint8Array {
    b: globalThis.Uint8Array;
  }
  /** What is accepted where {@link Uint8Array} goes into the component. */
  export interface Uint8ArrayInput {
    b: BytesLike_;
  }
  export interface Iterable {
    b: Uint16Array;
  }
  /** What is accepted where {@link Iterable} goes into the component. */
  export interface IterableInput {
    b: Uint16Array | globalThis.Iterable<number>;
  }
  export interface ReadableStream {
    b: number;
  }
  export interface Result {
    x: Result_<number, string>;
  }
  export interface BytesLike {
    x: globalThis.Uint8Array;
  }
  /** What is accepted where {@link BytesLike} goes into the component. */
  export interface BytesLikeInput {
    x: BytesLike_;
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
export type BytesLike_ = globalThis.Uint8Array | ArrayBuffer | ArrayBufferView | globalThis.Iterable<number>;

/** A `result` that is not a function's own. */
export type Result_<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };

/** A function that is imported by itself: as it is, or the default of a module. */
export type RootImport<F> = F | { readonly default: F };

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
