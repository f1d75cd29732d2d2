/**
 * `windlass.config.{json,js,mjs,ts,mts}`: what components are granted and where
 * their imports come from, for the Node hooks and the bundler plugins.
 *
 * ```js
 * import { defineConfig } from 'windlass/config';
 *
 * export default defineConfig({
 *   map: { 'acme:log/log': './log.js' },
 *   components: {
 *     'tools/*.wasm': { capabilities: { preopens: [{ guest: '/', host: 'data' }] } },
 *   },
 * });
 * ```
 *
 * @module
 */
import './node.js';
import type { Capabilities, FileKeyvalueBucket, HostPreopen } from '@windlass/wasi';
import type * as CapabilityModule from '@windlass/wasi/capabilities';
import { invalidOption, WindlassError } from './error.js';
import { importModule } from './import.js';
import {
  checkKeys,
  complete,
  forSeveral,
  keysAt,
  merged,
  optionsIn,
  pairs,
  singleValues,
} from './options.js';
import { hostFlavour } from './preopen.js';
import type { OptionsAt, TranspileOptions } from './schema.js';
import { specifierFrom } from './specifier.js';

/** Capabilities of a component. */
export interface Grants {
  /**
   * The capabilities of the component, none if absent. Paths of directories
   * begin at the configuration file. Plugins have no use for it: a bundle
   * grants by `grant` of `@windlass/wasi`.
   */
  capabilities?: Capabilities;
}

/**
 * Settings of one component, with options as `transpile` has them. A relative specifier
 * in `map` begins at the configuration file. An entry that fits no import is refused in a block
 * whose path has no `*`; others may be about other components.
 */
export interface ComponentSettings extends OptionsAt<'component'>, Grants {}

/** The content of a configuration file. Options in it are for all components. */
export interface WindlassConfig extends OptionsAt<'config'>, Grants {
  /**
   * Settings by path, relative to the configuration file, `*` for any run of
   * characters but `/`, `**` for any at all. Lists and mappings of all that fit
   * are joined. Else the narrower has precedence, and over what is said for all:
   * the one with more characters that are no stars, then with fewer `**`, then with
   * fewer `*`, then the later. Where that decides, a warning says so.
   */
  components?: Readonly<Record<string, ComponentSettings>>;
  /**
   * The registry of each namespace, for `windlass add` and `publish`:
   * `{ acme: 'ghcr.io/acme-corp' }` has `acme:log` at `ghcr.io/acme-corp/acme/log`.
   */
  registries?: Readonly<Record<string, string>>;
  /** Folder of the cache; `false` for none. `WINDLASS_CACHE` has precedence. */
  cache?: string | false;
}

/** A configuration and the folder where its paths begin. */
export interface LoadedConfig {
  readonly folder: string;
  /** The file, if there is one. */
  readonly path?: string;
  readonly config: WindlassConfig;
}

// Builtins, here and in what the hooks load: an `import` would also load what is behind
// each export of `node:fs`, which takes longer than all that is done with it.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const paths = process.getBuiltinModule('node:path');
const { dirname, join, relative, resolve, sep } = paths;
const { pathToFileURL } = process.getBuiltinModule('node:url');

const { isDeepStrictEqual } = process.getBuiltinModule('node:util');

const extensions = ['json', 'js', 'mjs', 'ts', 'mts'];
/** The keys besides options of `transpile`. */
const ownKeys = ['capabilities', 'components', 'registries', 'cache', '$schema'];

/** Gives its argument back, with its type checked. */
export function defineConfig(config: WindlassConfig): WindlassConfig {
  return config;
}

/** The configuration file of a folder or the nearest one above it. */
export function findConfig(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const extension of extensions) {
      const path = join(at, `windlass.config.${extension}`);
      if (existsSync(path)) return path;
    }
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Reads the configuration that counts for a folder, an empty one if there is none.
 *
 * @throws {@link WindlassError} `invalid-config` when it cannot be read or makes no sense
 */
export async function loadConfig(folder: string): Promise<LoadedConfig> {
  const path = findConfig(folder);
  if (path === undefined) return { folder: resolve(folder), config: {} };
  let config: unknown;
  try {
    config = path.endsWith('.json')
      ? JSON.parse(readFileSync(path, 'utf8'))
      : ((await importModule(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    const typescript = (error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION';
    throw invalidConfig(
      path,
      `cannot be read: ${(error as Error).message}`,
      typescript ? 'this runtime reads no TypeScript: use windlass.config.js' : undefined,
    );
  }
  const checked = await checkConfig(config, path);
  return { folder: dirname(path), path, config: checked };
}

/**
 * Refuses what a configuration does not have, at every depth.
 *
 * @throws {@link WindlassError} `invalid-config` with file and key
 */
async function checkConfig(config: unknown, path: string): Promise<WindlassConfig> {
  if (!isObject(config)) throw invalidConfig(path, 'has no object as its default export');
  try {
    const { components = {}, registries = {}, cache } = config as WindlassConfig;
    if (!isObject(components)) throw invalidOption('`components` must be an object');
    const whole = await checkBlock(config, 'config', ownKeys, '');
    const blocks: Record<string, ComponentSettings> = {};
    for (const [pattern, block] of Object.entries(components)) {
      const at = `components[${JSON.stringify(pattern)}]`;
      blocks[pattern] = await checkBlock(block, 'component', ['capabilities'], `${at}.`);
    }
    checkTexts('registries', registries);
    if (cache !== undefined && cache !== false && typeof cache !== 'string') {
      throw invalidOption('`cache` must be a folder, or `false` for none');
    }
    return { ...whole, ...((config as WindlassConfig).components && { components: blocks }) };
  } catch (error) {
    const { message, help } = error as WindlassError;
    throw invalidConfig(path, `is refused: ${message}`, help);
  }
}

/** A block of a configuration, in which lists can be read any number of times. */
async function checkBlock(
  block: unknown,
  door: 'config' | 'component',
  others: readonly string[],
  at: string,
): Promise<ComponentSettings> {
  checkKeys(block, [...keysAt(door), ...others], at);
  const options = merged([optionsIn(door, block as ComponentSettings)], at);
  complete(options, door, at);
  const { capabilities } = block as ComponentSettings;
  if (capabilities !== undefined) {
    const checks = (await importModule('@windlass/wasi/capabilities')) as typeof CapabilityModule;
    checks.checkCapabilities(capabilities, `${at}capabilities`);
  }
  return { ...(block as ComponentSettings), ...options };
}

function checkTexts(key: string, texts: unknown): void {
  if (!isObject(texts)) throw invalidOption(`\`${key}\` must be an object`);
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string') throw invalidOption(`\`${key}.${name}\` must be a string`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settings of a component, after precedence. */
export interface Settings {
  /** Options of `transpile`, with absolute specifiers. */
  readonly options: TranspileOptions;
  /** The component's capabilities, with absolute paths. */
  readonly capabilities: Capabilities;
}

/**
 * The settings of a component. Lists and mappings of the blocks that fit are joined. For all other
 * options the narrowest block has precedence over others, and those over the file.
 *
 * @param note told where one block has precedence over another
 */
export function settingsFor(
  { folder, path: file, config }: LoadedConfig,
  path: string,
  note: (text: string) => void = warnOnce,
): Settings {
  const name = relative(folder, path).split(sep).join('/');
  const fitting = Object.entries(config.components ?? {})
    .filter(([pattern]) => patternOf(pattern).test(name))
    .toReversed()
    .toSorted(([one], [other]) => compareWidth(one, other));
  noteConflicts(fitting, (text) => note(`${file ?? folder}: ${text}, in what is said of ${name}`));
  const capabilities: Capabilities = {};
  for (const settings of [config, ...fitting.map(([, block]) => block).toReversed()]) {
    Object.assign(capabilities, settings.capabilities);
  }
  // Only a block that names one component knows what that imports.
  const own = fitting.map(([pattern, settings]) => {
    const options = optionsIn('component', settings);
    return pattern.includes('*') ? forSeveral(options) : options;
  });
  return {
    options: mapped(merged([...own, forSeveral(optionsIn('config', config))]), (specifier) =>
      specifierFrom(folder, specifier),
    ),
    capabilities: withPathsFrom(folder, capabilities),
  };
}

/**
 * Negative if one pattern is narrower than the other: one that fits nothing but what the other
 * fits has all of its characters, too, or stars that stand for less.
 */
function compareWidth(one: string, other: string): number {
  const [a, b] = [one, other].map((pattern) => {
    const stars = pattern.match(/\*\*?/g) ?? [];
    const double = stars.filter((star) => star === '**').length;
    // The slash of `**/` is there only if something is before it.
    const characters = pattern.replace(/\*\*\/|\*/g, '').length;
    return [-characters, double, stars.length - double] as const;
  });
  return a![0] - b![0] || a![1] - b![1] || a![2] - b![2];
}

/** Says where blocks, the narrowest first, disagree. */
function noteConflicts(
  blocks: readonly (readonly [string, ComponentSettings])[],
  note: (text: string) => void,
): void {
  const said = new Map<string, readonly [pattern: string, value: unknown]>();
  for (const [pattern, { capabilities = {}, ...rest }] of blocks) {
    for (const [key, value] of [
      ...Object.entries(capabilities).map(([key, of]) => [`capabilities.${key}`, of] as const),
      ...singleValues(rest),
    ]) {
      const before = said.get(key);
      if (before === undefined) {
        said.set(key, [pattern, value]);
      } else if (!isDeepStrictEqual(before[1], value)) {
        note(`\`${before[0]}\` is narrower than \`${pattern}\`, so its \`${key}\` counts`);
      }
    }
  }
}

const warned = new Set<string>();

function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, 'WindlassWarning');
}

/** Options in which specifiers are others. */
export function mapped(
  options: TranspileOptions,
  to: (specifier: string) => string,
): TranspileOptions {
  const result = { ...options };
  for (const key of ['map', 'sharedMap'] as const) {
    const map = options[key];
    if (map === undefined) continue;
    result[key] = pairs(map).map(([pattern, from]): [string, string] => [pattern, to(from)]);
  }
  return result;
}

/** Capabilities with their directories and files resolved against a folder. */
export function withPathsFrom(
  folder: string,
  capabilities: Capabilities,
  flavour = hostFlavour,
): Capabilities {
  const { preopens, keyvalue } = capabilities;
  // `createWasi` refuses a path that is empty or not a string.
  const moved = <T>(one: T, key: keyof T & string): T => {
    const path: unknown = isObject(one) ? one[key] : undefined;
    if (typeof path !== 'string' || path === '') return one;
    return { ...one, [key]: paths[flavour].resolve(folder, path) };
  };
  return {
    ...capabilities,
    ...(Array.isArray(preopens) && {
      preopens: (preopens as readonly HostPreopen[]).map((one) => moved(one, 'host')),
    }),
    ...(isObject(keyvalue) && {
      keyvalue: Object.fromEntries(
        Object.entries(keyvalue as Readonly<Record<string, FileKeyvalueBucket>>).map(
          ([identifier, one]) => [identifier, moved(one, 'file')],
        ),
      ),
    }),
  };
}

function patternOf(glob: string): RegExp {
  const text = glob
    .replace(/^\.\//, '')
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*/g, (star) =>
      star === '*' ? '[^/]*' : star === '**' ? '.*' : '(?:.*/)?',
    );
  return new RegExp(`^${text}$`);
}

function invalidConfig(
  path: string,
  what: string,
  help = 'see `WindlassConfig` in `windlass/config`',
): WindlassError {
  // Node prints the message of an error that ends it, and for people that has to be enough.
  const message = `the configuration ${what}; ${help}`;
  return new WindlassError({ code: 'invalid-config', message, at: path, help });
}
