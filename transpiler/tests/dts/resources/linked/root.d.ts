import type { Imports, Types } from './root.instantiate.js';

export declare function useThing(t: Imports.Thing, i: Types.InfoInput): Types.Info;
export type Thing = Imports.Thing;
