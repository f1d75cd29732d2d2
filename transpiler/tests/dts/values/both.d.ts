import type { BytesLike, Result, ComponentError } from './both.instantiate.js';

/** Values in both directions. */
export declare namespace values {
  /** A point. */
  export interface Point {
    /** The abscissa. */
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
    /** No extent. */
    | { tag: 'empty' }
    | { tag: 'circle'; val: number }
    | { tag: 'polygon'; val: Point[] }
    | { tag: 'data'; val: Blob };
  /** What is accepted where {@link Shape} goes into the component. */
  export type ShapeInput =
    /** No extent. */
    | { tag: 'empty' }
    | { tag: 'circle'; val: number }
    | { tag: 'polygon'; val: readonly Point[] }
    | { tag: 'data'; val: BlobInput };
  export type Color = 'red' | 'green' | 'blue';
  /** Many names. */
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
    /** Why not. */
    | 'illegal-byte-sequence';
  export interface Permissions {
    read?: boolean | undefined;
    write?: boolean | undefined;
    execAll?: boolean | undefined;
  }
  export type Alias = Point;
  export type Bytes = Uint8Array;
  /** What is accepted where {@link Bytes} goes into the component. */
  export type BytesInput = BytesLike;
  export type Pair = [number, string];
  export type Maybe = { tag: 'some'; val: string | undefined } | { tag: 'none' };
  export type Failing = Result<number, Errno>;
  export type Lookup = Map<string, number>;
  export function numbers(
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
  export function text(c: string, s: string, b: boolean): string;
  export function bytesOf(b: BytesInput, c: BytesLike): Uint8Array;
  export function lists(
    a: Uint16Array | Iterable<number>,
    b: Int8Array | Iterable<number>,
    c: Float64Array | Iterable<number>,
    d: BigUint64Array | Iterable<bigint>,
    e: BigInt64Array | Iterable<bigint>,
    f: readonly boolean[],
    g: readonly (Uint32Array | Iterable<number>)[],
  ): Float32Array[];
  export function fixed(
    a: Uint32Array | Iterable<number>,
    b: readonly string[],
  ): Uint8Array;
  export function records(p: Point, a: Alias): Blob;
  export function blobs(b: readonly BlobInput[], o?: BlobInput | undefined): [Blob, Pair];
  export function shapes(s: ShapeInput): Shape;
  export function options(
    first: number | undefined,
    needed: number,
    last?: string | undefined,
    least?: BlobInput | undefined,
  ): number | undefined;
  export function nested(
    a: { tag: 'some'; val: number | undefined } | { tag: 'none' },
    b: { tag: 'some'; val: { tag: 'some'; val: number | undefined } | { tag: 'none' } } | { tag: 'none' },
    c: Maybe,
  ): Maybe;
  export function results(
    a: Result<number, string>,
    b: { tag: 'ok'; val?: undefined } | { tag: 'err'; val: string },
    c: { tag: 'ok'; val: number } | { tag: 'err'; val?: undefined },
    d: { tag: 'ok'; val?: undefined } | { tag: 'err'; val?: undefined },
    e: Failing,
  ): Result<string, Errno>[];
  /** @throws {ComponentError<Errno>} */
  export function fails(): string;
  /** @throws {ComponentError<Errno>} */
  export function failsAlias(): number;
  /** @throws {ComponentError<Blob>} */
  export function failsVoid(): void;
  /** @throws {ComponentError<undefined>} */
  export function failsNothing(): void;
  export function maps(m: Map<string, BytesLike>): Lookup;
  export function flagged(p: Permissions): Permissions;
  export function colored(c: Color): Errno;
  export function nothing(): void;
}
