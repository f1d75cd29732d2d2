import type { Imports, BytesLike } from './both.instantiate.js';

export declare namespace t {
  export type Bytes = Uint8Array;
  /** What is accepted where {@link Bytes} goes into the component. */
  export type BytesInput = BytesLike;
  export interface R {
    b: Uint8Array;
  }
  /** What is accepted where {@link R} goes into the component. */
  export interface RInput {
    b: BytesLike;
  }
  export type Again = R;
  /** What is accepted where {@link Again} goes into the component. */
  export type AgainInput = RInput;
}
export declare namespace c {
  export type Bytes = t.Bytes;
  /** What is accepted where {@link Bytes} goes into the component. */
  export type BytesInput = t.BytesInput;
  export type R = t.R;
  /** What is accepted where {@link R} goes into the component. */
  export type RInput = t.RInput;
  export type Other = t.Again;
  /** What is accepted where {@link Other} goes into the component. */
  export type OtherInput = t.AgainInput;
  export type Local = Uint8Array;
  /** What is accepted where {@link Local} goes into the component. */
  export type LocalInput = BytesLike;
  export type Second = Local;
  /** What is accepted where {@link Second} goes into the component. */
  export type SecondInput = LocalInput;
  export type Third = Other;
  /** What is accepted where {@link Third} goes into the component. */
  export type ThirdInput = OtherInput;
  export function f(x: BytesInput): Bytes;
  export function g(r: RInput): R;
  export function h(
    x: SecondInput,
    r: OtherInput,
    l: readonly ThirdInput[],
    o?: ThirdInput | undefined,
  ): Third;
}
export declare function g(b: Imports.AgainInput): Imports.Again;
export type Bytes = Imports.Bytes;
export type BytesInput = Imports.BytesInput;
export type Again = Imports.Again;
export type AgainInput = Imports.AgainInput;
