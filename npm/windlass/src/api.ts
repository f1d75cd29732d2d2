import type { Binding, Declared, Notice, Text } from '@windlass/wasm';
import { WindlassError } from './error.js';
import {
  type Component,
  evaluate,
  type Exports,
  type Glue,
  type Imports,
  type InstantiateOptions,
} from './evaluate.js';
import type { Inspection } from './inspection.js';
import {
  type Bytes,
  bytesOf,
  checkKeys,
  complete,
  keysAt,
  type TranspileOptions,
} from './options.js';
import { instanceKeys, type OptionsAt } from './schema.js';

/** The result of `transpile`. */
export interface Transpiled {
  /** Emitted files by name, the entry first. */
  files: Map<string, Uint8Array>;
  /**
   * Import names and what they were mapped to: a module, or one of its exports, `module#export`;
   * with `instantiateOnly` nothing, where nothing says.
   */
  imports: Map<string, string | undefined>;
  /** JavaScript names that the entry exports. */
  exports: string[];
  /** Facts that users should know although nothing is wrong. */
  notices: Notice[];
}

/**
 * Runs `transpile` of a binding.
 *
 * @param shared whether core modules may be views of the component rather than copies
 */
export function transpileWith(
  binding: Binding,
  component: Bytes,
  options?: TranspileOptions,
  shared = false,
): Transpiled {
  return transpileListed(binding, component, complete(options), shared);
}

/** The same for options as bindings take them. */
export function transpileListed(
  binding: Binding,
  component: Bytes,
  options: string[],
  shared: boolean,
): Transpiled {
  const bytes = bytesOf(component);
  return transpiled(binding.transpile(bytes, options), bytes, shared);
}

/** Makes what users see out of what a binding gives for the component `bytes`. */
export function transpiled(
  { output, error }: ReturnType<Binding['transpile']>,
  bytes: Uint8Array,
  shared: boolean,
): Transpiled {
  if (!output) throw new WindlassError(error!);
  const files = new Map<string, Uint8Array>();
  for (const { name, contents, part } of output.files) {
    const view = contents ?? bytes.subarray(...part!);
    files.set(name, contents || shared ? view : new Uint8Array(view));
  }
  const { exports, notices } = output;
  const imports = new Map(output.imports.map(([from, to]) => [from, to]));
  return { files, imports, exports, notices };
}

/** The name under which {@link compileWith} transpiles, which nobody sees. */
const name = 'component';

/** Options of `compile` as bindings take them: for glue that is the body of a function. */
export function forFunction(options: CompileOptions): string[] {
  return [
    // Imports are for whoever instantiates.
    ...complete({ ...options, instantiateOnly: true, name, types: false }),
    // For nobody else, and so none that options have.
    'target',
    'function',
  ];
}

/** Transpiles, compiles the core modules and evaluates the glue. */
export async function compileWith<T = Exports>(
  transpile: (component: Bytes, options: string[], shared: true) => Promise<Transpiled>,
  load: (body: Uint8Array) => Glue | Promise<Glue>,
  component: Bytes,
  options: CompileOptions = {},
): Promise<Component<T>> {
  checkKeys(options, keysAt('compile'));
  const listed = forFunction(options);
  const isInterruptible = options.interruptible === true || options.timeout !== undefined;
  return evaluate<T>(await transpile(component, listed, true), name, isInterruptible, load);
}

/** Compiles a component, and instantiates it. */
export async function instantiateWith<T>(
  compile: (component: Bytes, options: CompileOptions) => Promise<Component<T>>,
  component: Bytes,
  imports: Imports | undefined,
  options: CompileOptions & InstantiateOptions,
): Promise<T> {
  checkKeys(options, [...keysAt('compile'), ...instanceKeys]);
  const all = Object.entries(options);
  const compileKeys = new Set<string>(keysAt('compile'));
  const forInstance = (key: string) =>
    (instanceKeys as readonly string[]).includes(key) && !compileKeys.has(key);
  const compiling = Object.fromEntries(all.filter(([key]) => !forInstance(key)));
  const instantiating = Object.fromEntries(all.filter(([key]) => forInstance(key)));
  return (await compile(component, compiling)).instantiateAsync(imports, instantiating);
}

/** Options of `compile`. */
export type CompileOptions = OptionsAt<'compile'>;

/** Options of `types`, of which those on functions count for components. */
export type TypesOptions = OptionsAt<'types'>;

/** A WIT package: its files by name, those it depends on below `deps/`. */
export type WitFiles =
  | Readonly<Record<string, string>>
  | Iterable<readonly [name: string, text: string]>;

/** Runs `types` of a binding. */
export function typesWith(
  binding: Binding,
  source: Bytes | WitFiles,
  options: TypesOptions = {},
): Map<string, Uint8Array> {
  checkKeys(options, keysAt('types'));
  if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source))) {
    const files = Symbol.iterator in source ? [...source] : Object.entries(source);
    return declared(binding.typesOfWit(files.map(([name, text]) => [String(name), String(text)])));
  }
  const bytes = bytesOf(source);
  // A WIT package is a component in form, which the transpiler would find empty.
  const ofPackage = binding.typesOfPackage(bytes);
  if (ofPackage.error?.code !== 'invalid-wit') return declared(ofPackage);
  const { files } = transpileWith(binding, bytes, { ...options, instantiateOnly: true });
  return new Map([...files].filter(([name]) => name.endsWith('.d.ts')));
}

/** Runs `wit` of a binding. */
export function witWith(binding: Binding, component: Bytes): string {
  return textOf(binding.wit(bytesOf(component)));
}

/** Runs `inspect` of a binding. */
export function inspectWith(binding: Binding, component: Bytes): Inspection {
  return JSON.parse(textOf(binding.inspect(bytesOf(component)))) as Inspection;
}

function declared({ files, error }: Declared): Map<string, Uint8Array> {
  if (!files) throw new WindlassError(error!);
  return new Map(files.map(({ name, contents }) => [name, contents!]));
}

function textOf({ text, error }: Text): string {
  if (text === undefined) throw new WindlassError(error!);
  return text;
}
