import type { Types, BytesLike } from './both.instantiate.js';

export declare function g(b: BytesLike): Uint8Array;
export declare namespace t {
}
export declare namespace c {
  export function f(x: BytesLike): Uint8Array;
  export function g(r: Types.RInput): Types.R;
  export function h(
    x: BytesLike,
    r: Types.RInput,
    l: readonly Types.RInput[],
    o?: Types.RInput | undefined,
  ): Types.R;
}
