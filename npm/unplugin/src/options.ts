import {
  checkKeys,
  complete,
  invalidOption,
  keysAt,
  merged,
  type OptionsAt,
  optionsIn,
} from 'windlass/options';

/** Options of the plugin. */
export interface Options extends OptionsAt<'plugin'> {
  /**
   * Core modules up to this number of bytes become a part of the JavaScript,
   * larger ones files beside it: 8192 if absent. `true` for all, `false` for none.
   */
  inline?: number | boolean;
  /**
   * The place for declarations, from which `tsc` and editors (with
   * `allowArbitraryExtensions`) know the exports of a component: `true`, the
   * default, for `thing.d.wasm.ts` beside each `thing.wasm` that is not in
   * `node_modules`; a folder for the same tree of them there, to be named in
   * `rootDirs`; `false` for none.
   */
  types?: boolean | string;
  /** Leave `import core from './thing.core.wasm'` as it is, for workerd. */
  workerd?: boolean;
  /** The folder of the application, where `node_modules` is: the working directory if absent. */
  root?: string;
}

/** The default of `inline`. */
export const INLINE_LIMIT = 8192;

/** Options that only plugins have. */
type OwnKey = Exclude<keyof Options, keyof OptionsAt<'plugin'>>;

/** The values that they take, and a sentence for tables, without its end. */
export const ownOptions: Readonly<
  Record<OwnKey, readonly [types: readonly string[], doc: string]>
> = {
  inline: [
    ['number', 'boolean'],
    'up to how many bytes a core module becomes a part of the JavaScript: 8192 if absent; `true` for all, `false` for none',
  ],
  types: [
    ['boolean', 'string'],
    'where `thing.d.wasm.ts` is written: beside the component if absent, a folder, or `false`',
  ],
  workerd: [['boolean'], "leave `import core from './thing.core.wasm'` as it is"],
  root: [['string'], 'the folder of the application'],
};

/**
 * Options as they were given, in which lists can be read any number of times.
 *
 * @param keys the types of those that other options may have
 * @throws {@link WindlassError} `invalid-option` for a key or a value that plugins do not have
 */
export function checked<T extends object>(
  options: T,
  keys: Readonly<Record<string, readonly string[]>> = typesOfOwn,
): T {
  checkKeys(options, [...keysAt('plugin'), ...Object.keys(keys)]);
  const shared = merged([optionsIn('plugin', options)]);
  complete(shared, 'plugin');
  for (const [key, value] of Object.entries(options)) {
    const types = Object.hasOwn(keys, key) ? keys[key]! : undefined;
    if (value === undefined || types === undefined || types.includes(typeof value)) continue;
    const expected = types.map((type) => `a ${type}`).join(' or ');
    throw invalidOption(`\`${key}\` must be ${expected}`);
  }
  return { ...options, ...shared };
}

/** The types of {@link ownOptions}. */
export const typesOfOwn: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(ownOptions).map(([key, [types]]) => [key, types]),
);
