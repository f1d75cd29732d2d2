import type { Types, BytesLike, Result, ComponentError } from './exports.instantiate.js';

export declare namespace values {
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
  export function bytesOf(b: BytesLike, c: BytesLike): Uint8Array;
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
  export function records(p: Types.Point, a: Types.Point): Types.Blob;
  export function blobs(
    b: readonly Types.BlobInput[],
    o?: Types.BlobInput | undefined,
  ): [Types.Blob, [number, string]];
  export function shapes(s: Types.ShapeInput): Types.Shape;
  export function options(
    first: number | undefined,
    needed: number,
    last?: string | undefined,
    least?: Types.BlobInput | undefined,
  ): number | undefined;
  export function nested(
    a: { tag: 'some'; val: number | undefined } | { tag: 'none' },
    b: { tag: 'some'; val: { tag: 'some'; val: number | undefined } | { tag: 'none' } } | { tag: 'none' },
    c: { tag: 'some'; val: string | undefined } | { tag: 'none' },
  ): { tag: 'some'; val: string | undefined } | { tag: 'none' };
  export function results(
    a: Result<number, string>,
    b: { tag: 'ok'; val?: undefined } | { tag: 'err'; val: string },
    c: { tag: 'ok'; val: number } | { tag: 'err'; val?: undefined },
    d: { tag: 'ok'; val?: undefined } | { tag: 'err'; val?: undefined },
    e: Result<number, Types.Errno>,
  ): Result<string, Types.Errno>[];
  /** @throws {ComponentError<Types.Errno>} */
  export function fails(): string;
  /** @throws {ComponentError<Types.Errno>} */
  export function failsAlias(): number;
  /** @throws {ComponentError<Types.Blob>} */
  export function failsVoid(): void;
  /** @throws {ComponentError<undefined>} */
  export function failsNothing(): void;
  export function maps(m: Map<string, BytesLike>): Map<string, number>;
  export function flagged(p: Types.Permissions): Types.Permissions;
  export function colored(c: Types.Color): Types.Errno;
  export function nothing(): void;
}
