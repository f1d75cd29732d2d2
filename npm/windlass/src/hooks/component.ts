/**
 * The components that this thread imports. The modules that the hooks give to
 * Node are text, and come here for what text cannot carry: compiled core
 * modules, and WASI with grants that may hold functions.
 */
import type { Capabilities, createWasi as CreateWasi } from '@windlass/wasi';
import { type LoadedConfig, loadConfig, type Settings, settingsFor } from '../config.js';
import { WindlassError } from '../error.js';
import { merged } from '../options.js';
import { settingsOf } from './attributes.js';
import type { Lifted } from './cache.js';
import { lift, pathOf } from './lift.js';

const { dirname } = process.getBuiltinModule('node:path');

/**
 * The property of `globalThis` where the modules that stand for components find a
 * {@link Registered} of their thread: an `import` would wait for a file, and `require`
 * refuses modules that import what awaits, as the hooks do. The transpiler writes its
 * name into those modules.
 */
export const shared = Symbol.for('windlass.registered');

/** The state that modules for components ask for, by their own URLs. */
export interface Registered {
  cores: typeof cores;
  wasi: typeof wasi;
}

/** The parameter of a component's URL in which the hooks keep what they know of the import. */
export const parameter = 'windlass';

/** The facts that the hooks have about an import. */
export interface Import {
  /** Import attributes, if there are any. */
  with?: Record<string, string>;
  /** The path of the importing module, where paths in attributes begin. */
  from?: string;
}

/** Whether a URL asks for the function that makes instances, rather than for one. */
export function isInstantiate(url: string): boolean {
  return new URL(url).searchParams.has('instantiate');
}

const loaded = new Map<string, Lifted>();
const granted = new Map<string, Capabilities>();
let config: LoadedConfig | undefined;

/** Reads the configuration of this thread, once. */
export async function configure(folder: string): Promise<void> {
  config ??= await loadConfig(folder);
}

/** The transpiled component of a URL. */
export function lifted(url: string): Lifted {
  let found = loaded.get(url);
  if (!found) {
    found = liftOnce(url);
    loaded.set(url, found);
  }
  return found;
}

/** The compiled core modules of a component. */
export function cores(url: string): WebAssembly.Module[] {
  const { cores } = lifted(url);
  // Nobody asks twice, and bytes would be kept for as long as the process runs.
  loaded.delete(url);
  return cores.map((bytes) => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
}

/**
 * WASI for a component, with what it is granted.
 *
 * @param createWasi that of the shims, which are loaded for components that need them
 * @throws {@link WindlassError} `invalid-option` when that cannot be granted
 */
export function wasi(createWasi: typeof CreateWasi, url: string): object {
  let capabilities = granted.get(url);
  if (!capabilities) {
    ({ capabilities } = settings(url));
    granted.set(url, capabilities);
  }
  try {
    return createWasi(capabilities);
  } catch (error) {
    throw refused(error, createWasi, url);
  }
}

/** Why WASI cannot be made, with the import attribute or the file that asks for too much. */
function refused(error: unknown, createWasi: typeof CreateWasi, url: string): unknown {
  const { code, message, help } = error as Partial<WindlassError>;
  if (code !== 'invalid-capability' || message === undefined) return error;
  const path = pathOf(url);
  const { with: attributes = {}, from = path } = importOf(url);
  const name = Object.keys(attributes).find((name) => {
    try {
      createWasi(settingsOf({ [name]: attributes[name]! }, from).capabilities);
      return false;
    } catch {
      return true;
    }
  });
  const asks = name === undefined ? 'the configuration' : `the import attribute \`${name}\``;
  return new WindlassError({
    code: 'invalid-option',
    message: `${path}: ${asks} is refused: ${message}`,
    at: name === undefined ? (config?.path ?? path) : from,
    help,
  });
}

function liftOnce(url: string): Lifted {
  const path = pathOf(url);
  const { folder, config: whole } = configured(path);
  try {
    const options = { ...settings(url).options, instantiateOnly: isInstantiate(url) };
    return lift(path, options, folder, whole.cache);
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    const { code, message, at = path, offset, help } = error;
    throw new WindlassError({ code, message: `${path}: ${message}`, at, offset, help });
  }
}

function configured(path: string): LoadedConfig {
  return config ?? { folder: dirname(path), config: {} };
}

/** The settings of an import: its own, then those of the configuration. */
function settings(url: string): Settings {
  const path = pathOf(url);
  const whole = settingsFor(configured(path), path);
  if (!url.includes('?')) return whole;
  const { with: attributes = {}, from = path } = importOf(url);
  const own = settingsOf(attributes, from);
  return {
    options: merged([own.options, whole.options]),
    capabilities: { ...whole.capabilities, ...own.capabilities },
  };
}

function importOf(url: string): Import {
  const text = new URL(url).searchParams.get(parameter);
  return text === null ? {} : (JSON.parse(text) as Import);
}
