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
  transpileListed,
  transpileWith,
  type TypesOptions,
  typesWith,
  type WitFiles,
  witWith,
} from './api.js';
import { WindlassError } from './error.js';
import type { Component, Exports, Glue, Imports, InstantiateOptions } from './evaluate.js';
import type { Inspection } from './inspection.js';
import { type Bytes, complete, type TranspileOptions } from './options.js';

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
  return transpileReady(component, complete(options), false);
}

async function transpileReady(
  component: Bytes,
  options: string[],
  shared: boolean,
): Promise<Transpiled> {
  return transpileListed(await ready(), component, options, shared);
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

/**
 * Evaluates the body of a function. A module would stay as long as the page; it serves where
 * the page's Content Security Policy allows no `unsafe-eval`.
 */
function load(body: Uint8Array): Glue | Promise<Glue> {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the transpiler wrote the text
    return new Function(new TextDecoder().decode(body))() as Glue;
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return importBody(body as Uint8Array<ArrayBuffer>);
  }
}

async function importBody(body: Uint8Array<ArrayBuffer>): Promise<Glue> {
  const blob = new Blob(['export default () => {', body, '\n}'], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    return (module as { default: () => Glue }).default();
  } finally {
    URL.revokeObjectURL(url);
  }
}
