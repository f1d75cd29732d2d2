/// <reference lib="esnext.disposable" />

import type { Types } from './two.instantiate.js';

export declare namespace c {
  export class R implements Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function f(t: Types.T): Types.T;
}
/** `a:b/c@0.2.0`; another export is called `c`. */
export declare namespace cV0_2_0 {
  export function f(t: Types.T2): Types.T2;
  export function g(): void;
}
