/// <reference lib="esnext.disposable" />

import type * as component from './shapes.js';
import type { Imports, Types, ComponentValue } from './shapes.instantiate.js';

export declare class Res implements Disposable {
  constructor(x: number);
  static name(x: number): number;
  /** Gives the resource back: drops the handle, and runs the destructor. */
  [Symbol.dispose](): void;
}
export declare const ResAgain: typeof Res;
export type ResAgain = Res;
export declare namespace nested {
  export namespace deep {
    export function f(p: Types.Point): Types.Point;
  }
  export function f(p: Types.Point): Types.Point;
  export const Res: typeof component.Res;
  export type Res = component.Res;
}
declare const _module: WebAssembly.Module;
export declare const hostModuleAgain: WebAssembly.Module;
export declare const madeHere: ComponentValue;
export declare const passedOn: Imports.Outer.Inner;
export declare const ThingAgain: Imports.ThingClass;
export type ThingAgain = Imports.Thing;
export declare function takeAgain(t: Imports.Thing, b: Imports.Bare): void;
export declare function f(p: Types.Point): Types.Point;
export declare function anonymous(e: Types.Choice): [number];
export declare function listed(r: Res): void;
export { _module as module };
export type Thing = Imports.Thing;
export type Bare = Imports.Bare;

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
