/**
 * Lifts WebAssembly components into JavaScript modules, in browsers and workerd.
 *
 * The transpiler is a download, so the functions that are synchronous in Node
 * need {@link init} before they are called; the others wait for it themselves.
 *
 * @module
 */
import { type Binding, module as imported, moduleUrl, start } from '@windlass/wasm';
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
import { WindlassError } from './error.js';
import type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
import type { Inspection } from './inspection.js';
import type { Bytes, TranspileOptions } from './options.js';

export type { CompileOptions, Transpiled, TypesOptions, WitFiles } from './api.js';
export { WindlassError } from './error.js';
export type { Notice } from '@windlass/wasm';
export type { InspectedItem, InspectedModule, InspectedSection, Inspection } from './inspection.js';
export type { Component, Exports, Imports, InstantiateOptions } from './evaluate.js';
export type { Bytes, Target, TranspileOptions } from './options.js';

let binding: Binding | undefined;
let starting: Promise<Binding> | undefined;

/**
 * Downloads and starts the transpiler, once.
 *
 * @param source the `windlass.wasm` of `@windlass/wasm`, if not beside this module
 */
export async function init(source?: Response | BufferSource | WebAssembly.Module): Promise<void> {
  await ready(source);
}

/** Like its namesake in Node, after {@link init}. */
export function transpile(component: Bytes, options?: TranspileOptions): Transpiled {
  return transpileWith(started(), component, options);
}

/** Like its namesake in Node, after {@link init}. */
export function types(source: Bytes | WitFiles, options?: TypesOptions): Map<string, Uint8Array> {
  return typesWith(started(), source, options);
}

/** Like its namesake in Node, after {@link init}. */
export function wit(component: Bytes): string {
  return witWith(started(), component);
}

/** Like its namesake in Node, after {@link init}. */
export function inspect(component: Bytes): Inspection {
  return inspectWith(started(), component);
}

/** Like its namesake in Node. */
export async function transpileAsync(
  component: Bytes,
  options?: TranspileOptions,
): Promise<Transpiled> {
  return transpileReady(component, options, false);
}

async function transpileReady(
  component: Bytes,
  options: TranspileOptions | undefined,
  shared: boolean,
): Promise<Transpiled> {
  return transpileWith(await ready(), component, options, shared);
}

/** Like its namesake in Node. */
export function compile<T = Exports>(
  component: Bytes,
  options?: CompileOptions,
): Promise<Component<T>> {
  return compileWith(transpileReady, load, component, options);
}

/** Like its namesake in Node. */
export function instantiate<T = Exports>(
  component: Bytes,
  imports?: Imports,
  options: CompileOptions & InstantiateOptions = {},
): Promise<T> {
  return instantiateWith(compile<T>, component, imports, options);
}

function started(): Binding {
  if (binding) return binding;
  throw new WindlassError({
    code: 'no-binding',
    message: 'the transpiler is not there yet',
    help: 'await `init()` first, or use `transpileAsync`',
  });
}

function ready(source?: Response | BufferSource | WebAssembly.Module): Promise<Binding> {
  starting ??= compileModule(source).then(
    (module) => (binding = start(module)),
    (error: unknown) => {
      // The next call may try again.
      starting = undefined;
      throw error;
    },
  );
  return starting;
}

async function compileModule(
  source: Response | BufferSource | WebAssembly.Module | undefined = imported,
): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source && !(source instanceof Response)) return WebAssembly.compile(source);
  const response = source ?? (await fetch(moduleUrl));
  // Some servers do not know the type of `.wasm` files, which streaming insists on.
  if (response.headers.get('content-type') === 'application/wasm') {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Imports the text of a module that has no imports itself. */
async function load(text: Uint8Array): Promise<unknown> {
  const blob = new Blob([text as Uint8Array<ArrayBuffer>], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
