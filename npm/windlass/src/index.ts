/**
 * Lifts WebAssembly components into JavaScript modules.
 *
 * @module
 */
import {
  compileWith,
  type CompileOptions,
  type Transpiled,
  transpiled,
  transpileWith,
} from './api.js';
import { binding } from './binding.js';
import type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
import { load } from './load.js';
import { type Bytes, bytesOf, complete, type TranspileOptions } from './options.js';

export type { CompileOptions, Transpiled } from './api.js';
export { WindlassError } from './error.js';
export type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
export type { Bytes, Target, TranspileOptions } from './options.js';

/**
 * Turns the bytes of a component into an ES module and its core modules.
 *
 * @throws {@link WindlassError} when the component or an option is refused
 */
export function transpile(component: Bytes, options?: TranspileOptions): Transpiled {
  return transpileWith(binding(), component, options);
}

/** Like {@link transpile}, on another thread where the addon is at work. */
export async function transpileAsync(
  component: Bytes,
  options?: TranspileOptions,
): Promise<Transpiled> {
  const chosen = binding();
  if (!chosen.transpileAsync) return transpileWith(chosen, component, options);
  return transpiled(await chosen.transpileAsync(bytesOf(component), complete(options)));
}

/**
 * Transpiles and compiles a component, for any number of instances.
 *
 * @throws {@link WindlassError} when the component is refused
 */
export function compile(component: Bytes, options?: CompileOptions): Promise<Component> {
  return compileWith(transpileAsync, load, component, options);
}

/**
 * Transpiles, compiles and instantiates in one step.
 *
 * @param imports what the component may use, by import name; see `createWasi` of `@windlass/wasi`
 * @throws {@link WindlassError} when the component is refused
 */
export async function instantiate(
  component: Bytes,
  imports?: Imports,
  options: CompileOptions & InstantiateOptions = {},
): Promise<Exports> {
  return (await compile(component, options)).instantiate(imports, options);
}
