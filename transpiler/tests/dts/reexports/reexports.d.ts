import type { Imports } from './reexports.instantiate.js';

export declare const c: Imports.C;
export declare const d: Imports.Outer.Inner;
