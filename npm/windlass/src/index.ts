/**
 * Lifts WebAssembly components into JavaScript modules.
 *
 * @module
 */
import './node.js';
import * as wasm from '@windlass/wasm';
import {
  compileWith,
  instantiateWith,
  type CompileOptions,
  inspectWith,
  type Transpiled,
  transpileWith,
  type TypesOptions,
  typesWith,
  type WitFiles,
  witWith,
} from './api.js';
import { transpileApart } from './apart.js';
import { binding, provide } from './binding.js';
import type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
import type { Inspection } from './inspection.js';
import { load } from './load.js';
import { type Bytes, complete, type TranspileOptions } from './options.js';

export type { CompileOptions, Transpiled, TypesOptions, WitFiles } from './api.js';
export { WindlassError } from './error.js';
export type { Notice } from '@windlass/wasm';
export type { InspectedItem, InspectedModule, InspectedSection, Inspection } from './inspection.js';
export type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
export type { Bytes, Target, TranspileOptions } from './options.js';

provide(wasm);

/**
 * Downloads and starts the transpiler in browsers, which synchronous functions need there.
 * Elsewhere it is there already, and nothing happens.
 *
 * @param _source a response with, the bytes of, or the compiled `windlass.wasm` of
 *   `@windlass/wasm`, if it is not beside this module
 */
export async function init(_source?: object): Promise<void> {}

/**
 * Turns the bytes of a component into an ES module and its core modules.
 *
 * @throws {@link WindlassError} when the component or an option is refused
 */
export function transpile(component: Bytes, options?: TranspileOptions): Transpiled {
  return transpileWith(binding(), component, options);
}

/**
 * Writes the declarations (`.d.ts`) of a component, or of every world of a WIT
 * package, which is text or a binary.
 *
 * @param source bytes, or WIT files by name with those of other packages below `deps/`
 * @throws {@link WindlassError} when it is refused
 */
export function types(source: Bytes | WitFiles, options?: TypesOptions): Map<string, Uint8Array> {
  return typesWith(binding(), source, options);
}

/**
 * Prints the world of a component as WIT.
 *
 * @throws {@link WindlassError} when it is refused, or has no WIT spelling
 */
export function wit(component: Bytes): string {
  return witWith(binding(), component);
}

/**
 * Describes a component: sections, sizes, imports, exports, features.
 *
 * @throws {@link WindlassError} when it is refused
 */
export function inspect(component: Bytes): Inspection {
  return inspectWith(binding(), component);
}

/** Like {@link transpile}, on another thread where the addon is at work. */
export async function transpileAsync(
  component: Bytes,
  options?: TranspileOptions,
): Promise<Transpiled> {
  return transpileApart(component, complete(options), false);
}

/**
 * Transpiles and compiles a component, for any number of instances; `T` is the type of its
 * exports, as `typeof import('./thing.js')`.
 *
 * @throws {@link WindlassError} when the component is refused
 */
export function compile<T = Exports>(
  component: Bytes,
  options?: CompileOptions,
): Promise<Component<T>> {
  return compileWith(transpileApart, load, component, options);
}

/**
 * Transpiles, compiles and instantiates in one step; `T` is the type of the exports.
 *
 * @param imports what the component may use, by import name; see `createWasi` of `@windlass/wasi`
 * @throws {@link WindlassError} when the component is refused
 */
export function instantiate<T = Exports>(
  component: Bytes,
  imports?: Imports,
  options: CompileOptions & InstantiateOptions = {},
): Promise<T> {
  return instantiateWith(compile<T>, component, imports, options);
}
