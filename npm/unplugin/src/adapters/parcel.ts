/**
 * The Parcel transformer, which `@windlass/parcel-transformer` hands to Parcel.
 *
 * Parcel bundles no top-level `await` in development, nor in modules that a dynamic
 * import shares, so that core modules are compiled at once: read from files on
 * servers, inside the JavaScript elsewhere unless `topLevelAwait` says more.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindOf } from 'windlass/kind';
import { type LoadedConfig, loadConfig, mapped } from 'windlass/config';
import { writeComponentTypes, writeWitTypes } from '../declarations.js';
import { described, typeScript, variantOf, witImportsIn } from '../imports.js';
import {
  fromFolder,
  isInline,
  modulesFor,
  slashed,
  transpileOptionsFor,
  type Variant,
} from '../modules.js';
import { checked, INLINE_LIMIT, type Options, typesOfOwn } from '../options.js';
import { type Loading, specifierOf } from '../bring.js';

/** The key of `package.json` with the options. */
export const packageKey = '@windlass/parcel-transformer';

/** Options in `package.json`, where a path begins. */
export interface ParcelOptions extends Omit<Options, 'root' | 'workerd'> {
  /**
   * Whether core modules for browsers that are larger than `inline` become files,
   * fetched by top-level `await`: in production, and where no dynamic import
   * shares what imports them, or Parcel's output is no JavaScript.
   */
  topLevelAwait?: boolean;
}

/** The part of Parcel's asset that is used. */
interface Asset {
  type: string;
  readonly filePath: string;
  readonly query: URLSearchParams;
  readonly pipeline: string | null | undefined;
  readonly env: {
    readonly shouldScopeHoist: boolean;
    readonly outputFormat: string;
    isNode(): boolean;
  };
  getBuffer(): Promise<Uint8Array>;
  getCode(): Promise<string>;
  setCode(code: string): void;
  invalidateOnFileChange(path: string): void;
}

/** An asset that a transformer adds. */
interface AddedAsset {
  type: string;
  uniqueKey: string;
  content: string | Buffer;
  map?: unknown;
  bundleBehavior?: 'isolated' | null;
  meta?: Record<string, string>;
}

/** The part of Parcel's configuration that is used. */
interface Config {
  getConfig(
    names: string[],
    options: { packageKey: string },
  ): Promise<{ contents: unknown; filePath: string } | null | undefined>;
  invalidateOnFileChange(path: string): void;
  invalidateOnFileCreate(where: { glob: string }): void;
}

/** Facts known before the first asset; Parcel keeps them as data. */
export interface Loaded {
  readonly options: ParcelOptions;
  /** The folder where paths in the options begin. */
  readonly folder: string;
  readonly config: LoadedConfig;
}

/** A class for source maps, which only Parcel has. */
type SourceMaps = new (root: string) => { addVLQMap(map: object): void };

/** `loadConfig` of the transformer. */
export async function load(config: Config, projectRoot: string): Promise<Loaded> {
  const own = await config.getConfig([], { packageKey });
  const loaded = await loadConfig(projectRoot);
  if (loaded.path !== undefined) config.invalidateOnFileChange(loaded.path);
  config.invalidateOnFileCreate({ glob: slashed(join(projectRoot, 'windlass.config.*')) });
  // Capabilities may hold functions, and count for nothing here.
  const { capabilities: _, components = {}, ...settings } = loaded.config;
  const plain = Object.entries(components).map(([of, { capabilities: __, ...rest }]) => [of, rest]);
  return {
    options: optionsOf(own),
    folder: own ? dirname(own.filePath) : projectRoot,
    config: {
      folder: loaded.folder,
      config: { ...settings, components: Object.fromEntries(plain) },
    },
  };
}

/** The options that `package.json` has, of which some are not for Parcel. */
function optionsOf(own: { contents: unknown; filePath: string } | null | undefined): ParcelOptions {
  if (!own) return {};
  const { root: _, workerd: __, ...types } = typesOfOwn;
  try {
    return checked(own.contents as ParcelOptions, { ...types, topLevelAwait: ['boolean'] });
  } catch (error) {
    throw described(error, own.filePath);
  }
}

/**
 * `transform` of the transformer: of a component, of a file of WIT, or of
 * TypeScript that imports types from one.
 *
 * @throws an error with a code frame when a component or WIT is refused
 */
export async function transform(
  asset: Asset,
  { options, folder, config }: Loaded,
  projectRoot: string,
  sourceMaps?: SourceMaps,
): Promise<(Asset | AddedAsset)[]> {
  const { filePath } = asset;
  const { inline = INLINE_LIMIT, types = true, topLevelAwait = false } = options;
  if (filePath.endsWith('.wit')) {
    declared(filePath, () => writeWitTypes(filePath, projectRoot, types));
    asset.type = 'js';
    asset.setCode('export {};\n');
    return [asset];
  }
  if (typeScript.test(filePath)) {
    for (const specifier of witImportsIn(await asset.getCode())) {
      const path = join(dirname(filePath), specifier);
      if (!specifier.startsWith('.') || !existsSync(path)) continue;
      asset.invalidateOnFileChange(path);
      declared(path, () => writeWitTypes(path, projectRoot, types));
    }
    return [asset];
  }
  const bytes = await asset.getBuffer();
  const variant = variantOf(asset.query.toString());
  // A file that is imported as a URL stays as it is.
  if (kindOf(bytes) !== 'component' || asset.pipeline === 'url' || !variant) return [asset];

  const loading = (of: Uint8Array): Loading =>
    isInline(of, variant, inline) ? 'base64' : fileLoading(asset, variant, topLevelAwait);
  const transpiling = mapped(transpileOptionsFor(filePath, options, config, folder), (specifier) =>
    fromFolder(dirname(filePath), specifier),
  );
  const made = declared(filePath, () => modulesFor(filePath, bytes, variant, transpiling, loading));
  writeComponentTypes(filePath, made.types, projectRoot, types);

  const keys = new Map([...made.files.keys()].map((name) => [name, `windlass:${variant}:${name}`]));
  const added = new Map<string, AddedAsset>();
  // An asset that nothing refers to would stand for the import as well.
  const add = (name: string, text: string): string => {
    const content = linked(text, name, keys);
    for (const [other, uniqueKey] of keys) {
      if (added.has(other) || !content.includes(JSON.stringify(uniqueKey))) continue;
      const contents = made.files.get(other)!;
      if (other.endsWith('.wasm')) {
        const file = { bundleBehavior: 'isolated', meta: { jsRuntime: 'url' } } as const;
        added.set(other, { type: 'wasm', uniqueKey, content: Buffer.from(contents), ...file });
      } else {
        const js: AddedAsset = { type: 'js', uniqueKey, content: '' };
        added.set(other, js);
        js.content = add(other, String(contents));
        const map = made.files.get(`${other}.map`);
        if (map !== undefined && sourceMaps) js.map = sourceMapOf(map, projectRoot, sourceMaps);
      }
    }
    return content;
  };
  // With a key, since Parcel forgets the query when the type changes.
  const uniqueKey = `windlass:${variant}`;
  const content = add('import.js', made.entry);
  return [{ type: 'js', uniqueKey, content, bundleBehavior: null }, ...added.values()];
}

/** Loading of files that are too large to inline. */
function fileLoading({ env }: Asset, variant: Variant, topLevelAwait: boolean): Loading {
  if (variant === 'url') return 'url';
  if (env.isNode()) return 'read';
  const canAwait = env.shouldScopeHoist && env.outputFormat === 'esmodule';
  return topLevelAwait && canAwait ? 'fetch' : 'base64';
}

/** A module in which other modules have the names that Parcel knows them by. */
function linked(text: string, name: string, keys: ReadonlyMap<string, string>): string {
  // The glue imports nothing, and has texts of its own.
  if (name.endsWith('.instantiate.js')) return text;
  let result = text;
  for (const [other, key] of keys) {
    // An entry imports a core module as JavaScript that loads it.
    const brings = other.endsWith('.wasm') && !name.endsWith('.wasm.js');
    const target = brings ? (keys.get(`${other}.js`) ?? key) : key;
    result = result.replaceAll(JSON.stringify(specifierOf(other)), JSON.stringify(target));
  }
  return result;
}

function sourceMapOf(text: string | Uint8Array, root: string, sourceMaps: SourceMaps): object {
  const map = new sourceMaps(root);
  map.addVLQMap(JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text)));
  return map;
}

function declared<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw described(error, path);
  }
}
