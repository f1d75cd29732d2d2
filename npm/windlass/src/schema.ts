/**
 * The options of windlass, each said once: `transpile`, the command line, plugins, the
 * configuration, import attributes and the tables of the documentation take them from here.
 * `transpiler/src/options.rs` has the same keys, kinds and defaults.
 *
 * @module
 */

/** The environment in which the entry file of the output runs. */
export type Target = 'universal' | 'node' | 'web' | 'workerd' | 'bundler' | 'inline';

/** The sources of imports, as pairs or an object of them. */
export type Mapping =
  | Readonly<Record<string, string>>
  | Iterable<readonly [pattern: string, specifier: string]>;

/** Limits on the cost of transpiling, past which it fails with an error. */
export interface Budget {
  /** Component and core instances together: 10 000 if absent. */
  instances?: number;
  /** Bytes of emitted text: 8 MiB if absent. */
  output?: number;
  /** Bytes that one call may lift, a default for the emitted module: 128 MiB if absent. */
  lift?: number;
  /** Handles that an instance may hold at one time. */
  handles?: number;
}

/** Options of `transpile`. */
export interface TranspileOptions {
  /** The stem of emitted file names: `component` if absent. */
  name?: string;
  /** The environment in which the entry file runs: `universal` if absent. */
  target?: Target;
  /**
   * The sources of imports, but for `wasi:*`: a pattern (an import name, with or without
   * `@version`, which fits all compatible ones, and `*` for any run of characters) and a
   * module specifier, in which `*` repeats what the pattern's did. The module is the
   * instance, or an export of it, `module#export`. That of the very name wins, else the
   * first that fits. One that fits no import is refused.
   *
   * A pattern with `*` leads to a path or a package, and a specifier with `*` begins
   * with a folder or package (`./host/*.js`, `@acme/*`), so that no component chooses another
   * module. A name without `*` may lead anywhere, `node:vm` too.
   */
  map?: Mapping;
  /**
   * Names that end in `.mjs` and `.d.mts`: modules also in folders where `.js` is CommonJS.
   */
  mjs?: boolean;
  /** As `map`, which goes before it, for settings of several components: it may fit none of the imports. */
  sharedMap?: Mapping;
  /**
   * Emit no entry, but only the glue, whose `instantiate` is handed the imports: nothing
   * needs to be mapped.
   */
  instantiateOnly?: boolean;
  /** Print JavaScript without white space and with short names. */
  minify?: boolean;
  /** Emit `.map` files. */
  sourceMap?: boolean;
  /** Emit `.d.ts` files, which is the default. */
  types?: boolean;
  /**
   * Whether the entry may use top-level await, which is the default. Otherwise it exports
   * `$init`, a promise: its exports are there when that is settled, and at once where core
   * modules can be compiled at once.
   */
  tla?: boolean;
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
  /**
   * Refuse numbers that would be converted to an integer (1.5, -1 or NaN for `u32`), and what
   * is no boolean for `bool`, with a `TypeError` that names the export and the parameter.
   */
  strict?: boolean;
  /**
   * Bytes up to which each memory of the component can grow, written into its core modules as a
   * maximum: `memory.grow` past it gives -1. No bound if absent.
   */
  maxMemory?: number;
  /** Elements up to which each table of the component can grow, in the same way. */
  maxTableElements?: number;
  /**
   * Let core code look at the time now and then, so that a call that takes longer than `timeout`
   * of the instance ends in a trap, an endless loop too. It makes code about a tenth slower.
   */
  interruptible?: boolean;
  /**
   * Milliseconds that a call may take, unless `timeout` of the instance says: it makes code
   * interruptible. No bound if absent.
   */
  timeout?: number;
  /** Limits on the cost of transpiling. */
  budget?: Budget;
}

/**
 * The places that take an option. `transpile`, `types` and `pack` are functions and commands,
 * `compile` is a function (and `instantiate`), `run` a command, `plugin` the bundler plugins,
 * `config` the configuration as a whole and its blocks, `component` only the blocks, and
 * `attribute` an import attribute.
 */
export type Door =
  | 'transpile'
  | 'compile'
  | 'types'
  | 'pack'
  | 'run'
  | 'serve'
  | 'plugin'
  | 'config'
  | 'component'
  | 'attribute';

/**
 * The values that an option takes. A list or pairs of several places are joined; of others the
 * nearest counts.
 */
export type Kind = 'text' | 'choice' | 'flag' | 'count' | 'duration' | 'list' | 'pairs';

/** One option. */
export interface Rule<K extends Kind = Kind> {
  readonly kind: K;
  /** A sentence for tables, without its end. */
  readonly doc: string;
  /** The default; lists are empty. */
  readonly default?: string | boolean | number;
  readonly choices?: readonly string[];
  /** The largest number that makes a difference; greater ones are taken for it. */
  readonly max?: number;
  /** The form on the command line, as Commander reads it, and its help. */
  readonly flag?: readonly [flags: string, help: string];
  readonly doors: readonly Door[];
}

/** The key of an option, `budget.lift` for one of `budget`. */
export type Key =
  | Exclude<keyof TranspileOptions, 'budget'>
  | { [K in keyof Budget]-?: `budget.${K}` }[keyof Budget];

type ValueAt<K extends Key> = K extends `budget.${infer B extends keyof Budget}`
  ? Budget[B]
  : K extends keyof TranspileOptions
    ? TranspileOptions[K]
    : never;
type KindOf<V> = V extends boolean
  ? 'flag'
  : V extends number
    ? 'count' | 'duration'
    : V extends string
      ? string extends V
        ? 'text'
        : 'choice'
      : V extends Iterable<string>
        ? 'list'
        : 'pairs';
type Schema = {
  readonly [K in Key]: Rule<KindOf<NonNullable<ValueAt<K>>>> & {
    readonly choices?: readonly NonNullable<ValueAt<K>>[];
  };
};

const wherever = ['transpile', 'compile', 'pack', 'run', 'serve', 'plugin', 'component'] as const;
/** The doors of options that decide which functions return promises, and so types. */
const functions = [...wherever, 'types'] as const;
const MAX_U32 = 0xffff_ffff;
const MAX_SIZE = Number.MAX_SAFE_INTEGER;

/** All options, in the order of tables and help. */
export const schema = {
  name: {
    kind: 'text',
    doc: 'the stem of emitted file names',
    default: 'component',
    flag: ['-n, --name <name>', 'the stem of the file names'],
    doors: ['transpile', 'types'],
  },
  target: {
    kind: 'choice',
    doc: 'where the entry file runs',
    default: 'universal',
    choices: ['universal', 'node', 'web', 'workerd', 'bundler', 'inline'],
    flag: ['-t, --target <target>', 'universal (default), node, web, workerd, bundler, inline'],
    doors: ['transpile'],
  },
  map: {
    kind: 'pairs',
    doc: "where imports come from, `{ 'acme:log/*': './log-*.js' }`",
    flag: ['-m, --map <import=module>', 'where an import comes from, * for any characters'],
    doors: ['transpile', 'pack', 'run', 'serve', 'plugin', 'config', 'component', 'attribute'],
  },
  mjs: {
    kind: 'flag',
    doc: 'names that end in `.mjs` and `.d.mts`, for folders where `.js` is CommonJS',
    default: false,
    flag: ['--mjs', 'names that end in .mjs and .d.mts'],
    doors: ['transpile'],
  },
  sharedMap: {
    kind: 'pairs',
    doc: 'as `map`, which goes before it, for several components: it may fit no import',
    doors: ['transpile', 'pack', 'run', 'serve'],
  },
  instantiateOnly: {
    kind: 'flag',
    doc: 'emit no entry, but only the glue, which needs no `map`',
    default: false,
    flag: ['--instantiate-only', 'the glue without an entry, which needs no --map'],
    doors: ['transpile'],
  },
  minify: {
    kind: 'flag',
    doc: 'print JavaScript without white space and with short names',
    default: false,
    flag: ['--minify', 'no white space, short names'],
    doors: ['transpile', 'compile', 'pack', 'plugin'],
  },
  sourceMap: {
    kind: 'flag',
    doc: 'emit source maps',
    default: false,
    flag: ['--source-map', 'write a source map of the glue'],
    doors: ['transpile'],
  },
  types: {
    kind: 'flag',
    doc: 'emit `.d.ts` files',
    default: true,
    flag: ['--no-types', 'write no .d.ts'],
    doors: ['transpile'],
  },
  tla: {
    kind: 'flag',
    doc: 'let the entry use top-level await; without, its exports are there when `$init` is settled',
    default: true,
    flag: ['--no-tla', 'no top-level await: exported $init says when'],
    doors: ['transpile', 'types', 'plugin'],
  },
  asyncImports: {
    kind: 'list',
    doc: 'imported functions that may return promises although their type is synchronous',
    flag: ['--async-imports <name>', 'a function of the host that may return a promise'],
    doors: functions,
  },
  asyncExports: {
    kind: 'list',
    doc: 'exported functions that return promises, where JSPI can suspend them',
    flag: ['--async-exports <name>', 'a function that JSPI can suspend, for a promise'],
    doors: functions,
  },
  syncExports: {
    kind: 'list',
    doc: 'exported functions that JSPI never suspends, though `asyncExports` names them',
    flag: ['--sync-exports <name>', 'a function that JSPI never suspends'],
    doors: functions,
  },
  strict: {
    kind: 'flag',
    doc: 'refuse numbers and booleans that would be converted',
    default: false,
    flag: ['--strict', 'refuse 1.5 or -1 for a u32, convert nothing'],
    doors: wherever,
  },
  maxMemory: {
    kind: 'count',
    doc: 'bytes up to which each memory can grow; `memory.grow` past it gives -1',
    max: MAX_SIZE,
    flag: ['--max-memory <size>', 'bytes that each memory may have, 64MiB'],
    doors: [...wherever, 'attribute'],
  },
  maxTableElements: {
    kind: 'count',
    doc: 'elements up to which each table can grow; `table.grow` past it gives -1',
    max: MAX_SIZE,
    flag: ['--max-table-elements <size>', 'elements that each table may have'],
    doors: [...wherever, 'attribute'],
  },
  interruptible: {
    kind: 'flag',
    doc: 'let core code look at the time, for `timeout` of the instance',
    default: false,
    flag: ['--interruptible', 'code that looks at the time, for timeouts'],
    doors: ['transpile', 'compile', 'pack', 'plugin', 'component', 'attribute'],
  },
  timeout: {
    kind: 'duration',
    doc: 'milliseconds that a call may take, a trap past them, unless `timeout` of the instance says; implies `interruptible`',
    max: MAX_U32,
    flag: ['--timeout <duration>', 'how long a call may take, 500ms or 10s'],
    doors: [...wherever, 'attribute'],
  },
  'budget.instances': {
    kind: 'count',
    doc: 'component and core instances together',
    default: 10_000,
    max: MAX_U32,
    doors: wherever,
  },
  'budget.output': {
    kind: 'count',
    doc: 'bytes of emitted text',
    default: 8 * 2 ** 20,
    max: MAX_SIZE,
    doors: wherever,
  },
  'budget.lift': {
    kind: 'count',
    doc: 'bytes that one call may lift, unless `maxLiftBytes` of the instance says',
    default: 128 * 2 ** 20,
    max: MAX_U32,
    flag: ['--max-lift-bytes <size>', 'what one call may hand over, else 128MiB'],
    doors: wherever,
  },
  'budget.handles': {
    kind: 'count',
    doc: 'handles that an instance may hold, unless `maxHandles` of the instance says',
    default: 100_000,
    max: MAX_U32,
    doors: wherever,
  },
} as const satisfies Schema;

type KeyAt<D extends Door> = {
  [K in Key]: D extends (typeof schema)[K]['doors'][number]
    ? K extends `budget.${string}`
      ? 'budget'
      : K
    : never;
}[Key];

/** The options that may be said in one place. */
export type OptionsAt<D extends Door> = Pick<TranspileOptions, KeyAt<D> & keyof TranspileOptions>;

/** The options of an instance that is made, which the glue itself reads. */
export const instanceKeys = ['maxLiftBytes', 'maxHandles', 'timeout', 'onStreamError'] as const;

/** The rules of the options that may be said in one place. */
export function rulesAt(door: Door): [key: Key, rule: Rule][] {
  const all = Object.entries(schema) as [Key, Rule][];
  return all.filter(([, { doors }]) => doors.includes(door));
}
