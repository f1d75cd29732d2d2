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
import type { Capabilities } from '@windlass/wasi';
import { invalidOption, WindlassError } from './error.js';
import { importModule } from './import.js';
import { merged, optionsIn, pairs } from './options.js';
import type { OptionsAt, TranspileOptions } from './schema.js';

/** What a component may see and do. */
export interface Grants {
  /**
   * What the component may see and do, nothing if absent. Paths of directories
   * begin at the configuration file. Plugins have no use for it: a bundle
   * grants by `grant` of `@windlass/wasi`.
   */
  capabilities?: Capabilities;
}

/**
 * What is said about one component, with options as `transpile` has them. A relative specifier
 * in `map` begins at the configuration file.
 */
export interface ComponentSettings extends OptionsAt<'component'>, Grants {}

/** The content of a configuration file. Options in it are for all components. */
export interface WindlassConfig extends OptionsAt<'config'>, Grants {
  /**
   * Settings by path, relative to the configuration file, `*` for any run of
   * characters but `/`, `**` for any at all. All that fit are merged, in order,
   * over those of the file.
   */
  components?: Readonly<Record<string, ComponentSettings>>;
  /**
   * Where the packages of a namespace are, for `windlass add` and `publish`:
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
const { dirname, isAbsolute, join, relative, resolve, sep } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

const extensions = ['json', 'js', 'mjs', 'ts', 'mts'];
const known = new Set(['map', 'capabilities', 'components', 'registries', 'cache', '$schema']);

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
  if (typeof config !== 'object' || config === null) {
    throw invalidConfig(path, 'has no object as its default export');
  }
  for (const key of Object.keys(config)) {
    if (!known.has(key)) throw invalidConfig(path, `has an unknown key \`${key}\``);
  }
  return { folder: dirname(path), path, config: config as WindlassConfig };
}

/** What counts for a component. */
export interface Settings {
  /** Options of `transpile`, with absolute specifiers. */
  readonly options: TranspileOptions;
  /** What it may see and do, with absolute paths. */
  readonly capabilities: Capabilities;
}

/** What counts for a component. */
export function settingsFor({ folder, config }: LoadedConfig, path: string): Settings {
  const name = relative(folder, path).split(sep).join('/');
  const fitting = Object.entries(config.components ?? {})
    .filter(([pattern]) => patternOf(pattern).test(name))
    .map(([, settings]) => settings);
  const capabilities: Capabilities = {};
  for (const settings of [config, ...fitting]) Object.assign(capabilities, settings.capabilities);
  const own = fitting.toReversed().map((settings) => optionsIn('component', settings));
  return {
    options: mapped(merged([...own, optionsIn('config', config)]), (specifier) =>
      specifierFrom(folder, specifier),
    ),
    capabilities: withPathsFrom(folder, capabilities),
  };
}

/** Options in which specifiers are others. */
export function mapped(
  options: TranspileOptions,
  to: (specifier: string) => string,
): TranspileOptions {
  if (options.map === undefined) return options;
  const map = pairs(options.map).map(([pattern, from]): [string, string] => [pattern, to(from)]);
  return { ...options, map };
}

/** A specifier that begins at a folder when it is relative, as a URL. */
export function specifierFrom(folder: string, specifier: string): string {
  if (!/^\.{0,2}\//.test(specifier)) return specifier;
  const [, path = '', member = ''] = /^(.*?)(#[^#/]*)?$/s.exec(specifier) ?? [];
  return pathToFileURL(resolve(folder, path)).href + member;
}

/** Capabilities whose directories begin at a folder. */
export function withPathsFrom(folder: string, capabilities: Capabilities): Capabilities {
  const { preopens } = capabilities;
  if (preopens === undefined) return capabilities;
  if (!Array.isArray(preopens)) throw invalidOption('`capabilities.preopens` must be a list');
  return {
    ...capabilities,
    preopens: preopens.map((one) =>
      'host' in one && !isAbsolute(one.host) ? { ...one, host: resolve(folder, one.host) } : one,
    ),
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
