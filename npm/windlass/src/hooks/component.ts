/**
 * The components that this thread imports. The modules that the hooks give to
 * Node are text, and come here for what text cannot carry: compiled core
 * modules, and grants that may hold functions.
 */
import type { Capabilities } from '@windlass/wasi';
import {
  type ComponentSettings,
  type FunctionSettings,
  type LoadedConfig,
  loadConfig,
  settingsFor,
} from '../config.js';
import { WindlassError } from '../error.js';
import { settingsOf } from './attributes.js';
import type { Lifted } from './cache.js';
import { lift, pathOf } from './lift.js';

const { dirname } = process.getBuiltinModule('node:path');

/**
 * The property of `globalThis` where the modules that stand for components find
 * {@link capabilities} and {@link cores} of their thread: an `import` would wait for a
 * file, and `require` refuses modules that import what awaits, as the hooks do.
 */
export const shared = Symbol.for('windlass.registered');

/** The parameter of a component's URL in which the hooks keep what they know of the import. */
export const parameter = 'windlass';

/** What the hooks know of an import. */
export interface Import {
  /** Import attributes, if there are any. */
  with?: Record<string, string>;
  /** The path of the importing module, where paths in attributes begin. */
  from?: string;
}

/** What is needed to write the modules of a component. */
export interface Described {
  glue: Uint8Array;
  /** Whether a part of WASI 0.2 is imported. */
  needsWasi: boolean;
  /** Import names and what they are mapped to, WASI 0.2 not among them. */
  imports: [name: string, specifier: string][];
  exports: string[];
}

interface Loaded extends Described {
  cores: Uint8Array[];
}

const loaded = new Map<string, Loaded>();
const granted = new Map<string, Capabilities>();
let config: LoadedConfig | undefined;

/** Reads the configuration of this thread, once. */
export async function configure(folder: string): Promise<void> {
  config ??= await loadConfig(folder);
}

/** Describes the component of a URL. */
export function describe(url: string): Described {
  return load(url);
}

/** The compiled core modules of a component. */
export function cores(url: string): WebAssembly.Module[] {
  const { cores } = load(url);
  // Nobody asks twice, and bytes would be kept for as long as the process runs.
  loaded.delete(url);
  return cores.map((bytes) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
}

/** What a component is granted. */
export function capabilities(url: string): Capabilities {
  let found = granted.get(url);
  if (!found) {
    found = settings(url).capabilities;
    granted.set(url, found);
  }
  return found;
}

function load(url: string): Loaded {
  let found = loaded.get(url);
  if (!found) {
    found = loadOnce(url);
    loaded.set(url, found);
  }
  return found;
}

/** In place of `#` in a specifier, which the transpiler would take away with what follows. */
const MEMBER = '\u0001';

function loadOnce(url: string): Loaded {
  const path = pathOf(url);
  const { folder, config: whole } = configured(path);
  try {
    const { map: mapped, asyncImports, asyncExports, syncExports } = settings(url);
    const map: [string, string][] = Object.entries(mapped).map(([pattern, specifier]) => [
      pattern,
      specifier.replace('#', MEMBER),
    ]);
    // WASI 0.2 is made for each component, with its grants.
    map.push(['wasi:*@0.2', 'wasi:*']);
    const options = { map, asyncImports, asyncExports, syncExports };
    return described(lift(path, options, folder, whole.cache));
  } catch (error) {
    if (error instanceof WindlassError && error.at === undefined) {
      const { code, message, offset, help } = error;
      throw new WindlassError({ code, message: `${path}: ${message}`, at: path, offset, help });
    }
    throw error;
  }
}

function configured(path: string): LoadedConfig {
  return config ?? { folder: dirname(path), config: {} };
}

/** What counts for an import: what it says itself, then the configuration. */
function settings(url: string): Required<ComponentSettings & FunctionSettings> {
  const path = pathOf(url);
  const whole = settingsFor(configured(path), path);
  if (!url.includes('?')) return whole;
  const { with: attributes = {}, from = path } = importOf(url);
  const own = settingsOf(attributes, from);
  return {
    ...whole,
    // The first match wins, and an object keeps the place of a key that comes again.
    map: { ...own.map, ...whole.map, ...own.map },
    capabilities: { ...whole.capabilities, ...own.capabilities },
  };
}

function described({ glue, cores, imports, exports }: Lifted): Loaded {
  const others = imports.filter(([, specifier]) => !specifier.startsWith('wasi:'));
  return { glue, cores, needsWasi: others.length < imports.length, imports: others, exports };
}

/**
 * The module that an import is mapped to; `member` is its export that is the
 * instance, when the instance is not the module.
 *
 * @throws {@link WindlassError} `unknown-import` when it is mapped to none
 */
export function moduleOf(name: string, mapped: string): { specifier: string; member?: string } {
  const [specifier = '', member] = mapped.split(MEMBER);
  if (/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\//.test(specifier)) {
    throw new WindlassError({
      code: 'unknown-import',
      message: `nothing is known to provide the import \`${name}\``,
      help: `map it to a module of yours in windlass.config.json: { "map": { "${specifier}": "./my-module.js" } }`,
    });
  }
  if (member !== undefined) return { specifier, member: camelCase(member) };
  // The shims of other versions hold several interfaces in a module.
  if (!specifier.startsWith('@windlass/wasi/')) return { specifier };
  const [, interfaceName = ''] = /\/([^@]*)/.exec(name) ?? [];
  return { specifier, member: camelCase(interfaceName) };
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function importOf(url: string): Import {
  const text = new URL(url).searchParams.get(parameter);
  return text === null ? {} : (JSON.parse(text) as Import);
}
