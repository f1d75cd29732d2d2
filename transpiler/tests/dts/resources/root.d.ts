import type { Imports } from './root.instantiate.js';

export declare function useThing(t: Imports.Thing, i: Imports.InfoInput): Imports.Info;
export type Thing = Imports.Thing;
export type Info = Imports.Info;
export type InfoInput = Imports.InfoInput;
