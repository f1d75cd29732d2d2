import type { TranspileOptions as RawOptions } from '@windlass/wasm';
import { invalidOption } from './error.js';

/** Where the entry file of the output runs. */
export type Target = 'universal' | 'node' | 'web' | 'workerd' | 'inline';

/** The bytes of a component. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** Options of `transpile`. */
export interface TranspileOptions {
  /** The stem of emitted file names: `component` if absent. */
  name?: string;
  /** Where the entry file runs: `universal` if absent. */
  target?: Target;
  /**
   * Where imports come from: a pattern (an import name, with or without
   * `@version`, which fits all compatible ones, and `*` for any run of characters) and a
   * module specifier, in which `*` repeats what the pattern's did. The module is the
   * instance, or an export of it, `module#export`. The first match wins.
   */
  map?: Readonly<Record<string, string>> | Iterable<readonly [pattern: string, specifier: string]>;
  /** Print JavaScript without white space and with short names. */
  minify?: boolean;
  /** Emit `.map` files. */
  sourceMap?: boolean;
  /** Emit `.d.ts` files, which is the default. */
  types?: boolean;
  /**
   * Imported functions that may return a promise although their type is not
   * `async`: JSPI suspends the component until it is settled, and exports that
   * can get there return promises. Names as of `asyncExports`.
   */
  asyncImports?: Iterable<string>;
  /**
   * Exported functions that return a promise and run where JSPI can suspend
   * them, whatever their code is found to do: names as `inspect` tells them,
   * `a:b/c#d` for those of an interface, with or without its `@version`, `*` for
   * any run of characters.
   */
  asyncExports?: Iterable<string>;
  /** Exported functions that JSPI never suspends; these go before `asyncExports`. */
  syncExports?: Iterable<string>;
  /** What is spent at most before the transpiler gives up with an error. */
  budget?: {
    /** Component and core instances together: 10 000 if absent. */
    instances?: number;
    /** Bytes of emitted text: 8 MiB if absent. */
    output?: number;
    /** Bytes that one call may lift, a default for the emitted module: 128 MiB if absent. */
    lift?: number;
  };
}

const MAX_U32 = 0xffff_ffff;

/** Checks options and fills in the defaults. */
export function complete(options: TranspileOptions = {}): RawOptions {
  // Both come from JavaScript too.
  if (typeof (options ?? undefined) !== 'object')
    throw invalidOption('the options must be an object');
  const { budget = {} } = options;
  if (typeof (budget ?? undefined) !== 'object') throw invalidOption('`budget` must be an object');
  const completed = {
    name: text('name', options.name, 'component'),
    target: text('target', options.target, 'universal'),
    map: pairs(options.map),
    minify: flag('minify', options.minify, false),
    sourceMap: flag('sourceMap', options.sourceMap, false),
    types: flag('types', options.types, true),
    asyncImports: texts('asyncImports', options.asyncImports),
    asyncExports: texts('asyncExports', options.asyncExports),
    syncExports: texts('syncExports', options.syncExports),
    budget: {
      instances: count('budget.instances', budget.instances, 10_000, MAX_U32),
      output: count('budget.output', budget.output, 8 * 2 ** 20, Number.MAX_SAFE_INTEGER),
      lift: count('budget.lift', budget.lift, 128 * 2 ** 20, MAX_U32),
    },
  };
  refuseOthers(options, completed);
  refuseOthers(budget, completed.budget, 'budget.');
  return completed;
}

/** Takes a misspelt option for what it is, rather than for one that is absent. */
function refuseOthers(options: object, known: object, of = ''): void {
  const other = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (other === undefined) return;
  const names = Object.keys(known).map((key) => of + key);
  throw invalidOption(`there is no option \`${of}${other}\``, `there are ${names.join(', ')}`);
}

/** The bytes of a component out of what callers have at hand. */
export function bytesOf(source: Bytes): Uint8Array {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  throw new TypeError('the component must be a `Uint8Array` or an `ArrayBuffer`');
}

function text(name: string, value: unknown, fallback: string): string {
  if (value === undefined) return fallback;
  if (typeof value === 'string') return value;
  throw invalidOption(`\`${name}\` must be a string`);
}

function texts(name: string, values: Iterable<string> = []): string[] {
  if (typeof values !== 'object' || values === null || !(Symbol.iterator in values)) {
    throw invalidOption(`\`${name}\` must be a list of strings`);
  }
  return [...values].map((value) => text(name, value, ''));
}

function flag(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw invalidOption(`\`${name}\` must be a boolean`);
}

function count(name: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && (value as number) >= 0) return Math.min(value as number, max);
  throw invalidOption(`\`${name}\` must be a whole number, zero or more`);
}

function pairs(map: TranspileOptions['map']): [string, string][] {
  if (map === undefined) return [];
  if (typeof map !== 'object' || map === null) throw invalidOption('`map` must be an object');
  const entries = Symbol.iterator in map ? [...map] : Object.entries(map);
  return entries.map(([pattern, specifier]) => [
    text('map', pattern, ''),
    // What is absent leads to no module, which the transpiler refuses.
    text(`map['${pattern}']`, specifier, ''),
  ]);
}
