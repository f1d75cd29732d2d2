/// <reference lib="esnext.disposable" />

export declare namespace c {
  export interface T {
    x: number;
  }
  export class R implements Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function f(t: T): T;
}
/**
 * Version two.
 *
 * `a:b/c@0.2.0`; another export is called `c`.
 *
 * @since 0.2.0
 */
export declare namespace cV0_2_0 {
  /** @since 0.2.0 */
  export interface T {
    y: number;
  }
  /**
   * Does it.
   *
   * @since 0.2.0
   * @deprecated since 0.2.0
   */
  export function f(t: T): T;
  /** @since 0.1.0 */
  export function g(): void;
}
