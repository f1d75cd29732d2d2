import type * as component from './both.js';

export interface Exports {
  values: typeof component.values;
  'test:values/values@1.0.0': typeof component.values;
}

/** What the component imports, by import name. */
export interface Imports {
  'test:values/values@1.0.0': Imports.Values;
}

export declare namespace Imports {
  export interface Values {
    numbers(
      a: number,
      b: number,
      c: number,
      d: number,
      e: number,
      f: number,
      g: bigint,
      h: bigint,
      i: number,
      j: number,
    ): bigint;
    text(c: string, s: string, b: boolean): string;
    bytesOf(b: Uint8Array, c: Uint8Array): BytesLike;
    lists(
      a: Uint16Array,
      b: Int8Array,
      c: Float64Array,
      d: BigUint64Array,
      e: BigInt64Array,
      f: boolean[],
      g: Uint32Array[],
    ): readonly (Float32Array | Iterable<number>)[];
    fixed(a: Uint32Array, b: string[]): BytesLike;
    records(p: Types.Point, a: Types.Point): Types.BlobInput;
    blobs(b: Types.Blob[], o: Types.Blob | undefined): [Types.BlobInput, [number, string]];
    shapes(s: Types.Shape): Types.ShapeInput;
    options(
      first: number | undefined,
      needed: number,
      last: string | undefined,
      least: Types.Blob | undefined,
    ): number | undefined;
    nested(
      a: { tag: 'some'; val: number | undefined } | { tag: 'none' },
      b: { tag: 'some'; val: { tag: 'some'; val: number | undefined } | { tag: 'none' } } | { tag: 'none' },
      c: { tag: 'some'; val: string | undefined } | { tag: 'none' },
    ): { tag: 'some'; val: string | undefined } | { tag: 'none' };
    results(
      a: Result<number, string>,
      b: { tag: 'ok'; val?: undefined } | { tag: 'err'; val: string },
      c: { tag: 'ok'; val: number } | { tag: 'err'; val?: undefined },
      d: { tag: 'ok'; val?: undefined } | { tag: 'err'; val?: undefined },
      e: Result<number, Types.Errno>,
    ): readonly Result<string, Types.Errno>[];
    /** @throws {Types.Errno} to return `err` */
    fails(): string;
    /** @throws {Types.Errno} to return `err` */
    failsAlias(): number;
    /** @throws {Types.BlobInput} to return `err` */
    failsVoid(): void;
    /** @throws {undefined} to return `err` */
    failsNothing(): void;
    maps(m: Map<string, Uint8Array>): Map<string, number>;
    flagged(p: Types.Permissions): Types.Permissions;
    colored(c: Types.Color): Types.Errno;
    nothing(): void;
  }
}

/** Types that belong to no interface. */
export declare namespace Types {
  export interface Point {
    x: number;
    y: number;
    label?: string | undefined;
  }
  export interface Blob {
    name: string;
    bytes: Uint8Array;
    tags: string[];
  }
  /** What is accepted where {@link Blob} goes into the component. */
  export interface BlobInput {
    name: string;
    bytes: BytesLike;
    tags: readonly string[];
  }
  export type Shape =
    | { tag: 'empty' }
    | { tag: 'circle'; val: number }
    | { tag: 'polygon'; val: Point[] }
    | { tag: 'data'; val: Blob };
  /** What is accepted where {@link Shape} goes into the component. */
  export type ShapeInput =
    | { tag: 'empty' }
    | { tag: 'circle'; val: number }
    | { tag: 'polygon'; val: readonly Point[] }
    | { tag: 'data'; val: BlobInput };
  export type Errno =
    | 'access'
    | 'again'
    | 'already'
    | 'bad-descriptor'
    | 'busy'
    | 'deadlock'
    | 'quota'
    | 'exist'
    | 'file-too-large'
    | 'illegal-byte-sequence';
  export interface Permissions {
    read?: boolean | undefined;
    write?: boolean | undefined;
    execAll?: boolean | undefined;
  }
  export type Color = 'red' | 'green' | 'blue';
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
