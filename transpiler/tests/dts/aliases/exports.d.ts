import type { Imports, BytesLike } from './exports.instantiate.js';

export declare namespace c {
  export type Bytes = Imports.T.Bytes;
  /** What is accepted where {@link Bytes} goes into the component. */
  export type BytesInput = Imports.T.BytesInput;
  export type R = Imports.T.R;
  /** What is accepted where {@link R} goes into the component. */
  export type RInput = Imports.T.RInput;
  export type Other = Imports.T.Again;
  /** What is accepted where {@link Other} goes into the component. */
  export type OtherInput = Imports.T.AgainInput;
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
