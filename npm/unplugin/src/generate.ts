/** Components become modules in a folder of the cache, from where bundlers take them. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { transpile, type TranspileOptions } from 'windlass';
import { type LoadedConfig, mapped } from 'windlass/config';
import { pairs } from 'windlass/options';
import type { Adapter } from './adapter.js';
import { declarationsPath, writeComponentTypes, writeWitTypes } from './declarations.js';
import { writeAtomically, writeIfAbsent } from './files.js';
import {
  fromFolder,
  isInline,
  modulesFor,
  slashed,
  stemOf,
  transpileOptionsFor,
  type Variant,
} from './modules.js';
import { INLINE_LIMIT, type Options } from './options.js';
import { type Loading, runtimeFile, runtimeNames, runtimeText } from './bring.js';

/** A component that is imported in one way. */
export interface Imported {
  /** The path of the component. */
  readonly component: string;
  readonly variant: Variant;
  /** The bundler's loading of files; inlined ones need nothing from it. */
  readonly files: FileLoading;
  /** The folder of the modules. */
  readonly folder: string;
  /** The path of the module that stands for the import. */
  readonly entry: string;
}

/** The bundler's loading of files that are not inlined; `text` where it can load none. */
export type FileLoading = Exclude<Loading, 'base64' | 'read'>;

/** Writes modules for components, and knows which it wrote. */
export class Generator {
  readonly #options: Options;
  readonly #adapter: Adapter;
  readonly #byEntry = new Map<string, Imported>();
  readonly #witByEntry = new Map<string, string>();
  /** Modules that stand for an import and have a default export. */
  readonly #withDefault = new Set<string>();
  /** Size and time of the component that the modules of a folder were made of. */
  readonly #madeOf = new Map<string, string>();
  #root: string;
  /** Called with the folder that modules were written into. */
  onWrite: (folder: string) => void = () => {};
  /** Called after the modules of an import were written again, for a changed component. */
  onRewrite: (imported: Imported) => void = () => {};
  /** The configuration file, whose mappings come after those of the options. */
  config: LoadedConfig | undefined;

  constructor(options: Options, adapter: Adapter) {
    this.#options = options;
    this.#adapter = adapter;
    this.#root = resolve(options.root ?? '.');
  }

  /** The folder of the application. */
  get root(): string {
    return this.#root;
  }

  /**
   * The root according to the bundler, which knows better than the working directory; an option
   * wins.
   */
  set root(path: string) {
    if (this.#options.root === undefined) this.#root = path;
  }

  /** The folder for modules of all components. */
  get cache(): string {
    return join(this.#root, 'node_modules', '.cache', 'windlass', this.#adapter.name);
  }

  /** A text that is another one when all modules were removed. */
  cacheId(): string {
    const path = join(this.cache, 'id');
    writeIfAbsent(path, randomUUID());
    return readFileSync(path, 'utf8');
  }

  /** Whether a path is one of a module written here. */
  owns(path: string): boolean {
    return path.startsWith(this.cache + sep) || path.startsWith(`${slashed(this.cache)}/`);
  }

  /** The import that a module stands for, be it one that the bundler resolved in an earlier process. */
  importOf(entry: string): Imported | undefined {
    const found = this.#byEntry.get(slashed(entry));
    const manifest = `${entry}.json`;
    if (found || !existsSync(manifest)) return found;
    const { component, variant, files } = JSON.parse(readFileSync(manifest, 'utf8')) as Imported;
    const imported = { component, variant, files, folder: dirname(entry), entry };
    this.#byEntry.set(slashed(entry), imported);
    return imported;
  }

  /** The import that a module was written for, which it need not stand for. */
  importAround(path: string): Imported | undefined {
    const folder = slashed(dirname(path));
    return [...this.#byEntry.values()].find((one) => slashed(one.folder) === folder);
  }

  /** Whether the module that stands for an import has a default export. */
  hasDefault({ entry }: Imported): boolean {
    return this.#withDefault.has(entry);
  }

  /** The file of WIT that a module stands for. */
  witOf(entry: string): string | undefined {
    return this.#witByEntry.get(slashed(entry));
  }

  /** The imports of a component so far. */
  importsOf(component: string): Imported[] {
    return [...this.#byEntry.values()].filter(
      (one) => slashed(one.component) === slashed(component),
    );
  }

  /**
   * Makes the folders and the files that imports of components have in common, where
   * folders have to be there ahead.
   */
  reserve(components: Iterable<string>): void {
    writeIfAbsent(join(this.cache, 'package.json'), '{ "type": "module" }\n');
    for (const name of runtimeNames) {
      writeAtomically(join(this.cache, 'component', runtimeFile(name)), runtimeText(name));
    }
    for (const component of components) {
      for (const variant of ['exports', 'instantiate', 'inline'] as const) {
        const folder = this.#folderOf(component, variant, this.#adapter.files);
        mkdirSync(folder, { recursive: true });
      }
    }
  }

  #folderOf(component: string, variant: Variant, files: FileLoading): string {
    const { inline = INLINE_LIMIT } = this.#options;
    const { neverCompiles = false, foldersAhead } = this.#adapter;
    const whatMatters = foldersAhead
      ? [component, variant, neverCompiles]
      : [component, variant, files, inline, neverCompiles, this.#transpileOptions(component)];
    const settings = JSON.stringify(whatMatters);
    const hash = createHash('sha256').update(settings).digest('hex').slice(0, 12);
    return join(this.cache, `${stemOf(component)}-${hash}`);
  }

  /** Names the modules for an import, and writes an empty one if there is none yet. */
  announce(component: string, variant: Variant, files: FileLoading): Imported {
    const folder = this.#folderOf(component, variant, files);
    const entry = join(folder, `import.${variant}.${this.#adapter.extension ?? 'js'}`);
    const imported = { component, variant, files, folder, entry };
    this.#byEntry.set(slashed(entry), imported);
    writeIfAbsent(join(this.cache, 'package.json'), '{ "type": "module" }\n');
    writeIfAbsent(entry, 'export {};\n');
    writeIfAbsent(`${entry}.json`, JSON.stringify({ component, variant, files }));
    this.onWrite(this.cache);
    return imported;
  }

  /**
   * Writes the modules of an import, unless those that are there are of the
   * component as it is now.
   *
   * @throws {@link WindlassError} when the component is refused
   */
  generate(imported: Imported): void {
    const { component, variant, files, folder, entry } = imported;
    const { mtimeMs, size } = statSync(component);
    const stamp = `${mtimeMs} ${size}`;
    if (this.#madeOf.get(folder) === stamp) return;
    const bytes = readFileSync(component);
    const { inline = INLINE_LIMIT, types = true } = this.#options;
    const inside = this.#adapter.inside ?? 'text';
    const made = modulesFor(component, bytes, variant, this.#transpileOptions(component), (of) => {
      if (this.#adapter.neverCompiles) return files;
      return files === 'text' || isInline(of, variant, inline) ? inside : files;
    });
    for (const { code, message } of made.notices) {
      console.warn(`${component}: notice[${code}]: ${message}`);
    }
    for (const [name, contents] of made.files) writeAtomically(join(folder, name), contents);
    // Last, so that there is all that it imports.
    writeAtomically(entry, made.entry);
    if (made.hasDefault) this.#withDefault.add(entry);
    else this.#withDefault.delete(entry);
    writeComponentTypes(component, made.types, this.#root, types);
    this.onWrite(this.cache);
    if (this.#madeOf.has(folder)) this.onRewrite(imported);
    this.#madeOf.set(folder, stamp);
  }

  /**
   * Writes the declarations of a component, unless those that are there are as new as it.
   *
   * @throws {@link WindlassError} when the component is refused
   */
  declare(component: string): void {
    const { types = true } = this.#options;
    const path = declarationsPath(component, this.#root, types);
    if (path === undefined || (existsSync(path) && timeOf(path) >= timeOf(component))) return;
    const options = this.#transpileOptions(component);
    const { files } = transpile(readFileSync(component), options);
    const emitted = [...files].filter(([name]) => name.endsWith('.d.ts'));
    writeComponentTypes(component, new Map(emitted), this.#root, types);
  }

  /**
   * Writes the types of a file of WIT.
   *
   * @returns the path of the module that stands for it, which is empty
   * @throws {@link WindlassError} when the package is refused
   */
  generateWit(path: string): string {
    const { types = true } = this.#options;
    writeWitTypes(path, this.#root, types);
    const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
    const entry = join(this.cache, `${basename(path)}-${hash}.js`);
    writeAtomically(entry, 'export {};\n');
    this.#witByEntry.set(slashed(entry), path);
    return entry;
  }

  /** Regular expressions of the packages and aliases that imports are mapped to. */
  mappedPatterns(): string[] {
    const { map = {}, components = {} } = this.config?.config ?? {};
    return [this.#options, { map }, ...Object.values(components)]
      .flatMap((settings) => pairs(settings.map ?? {}).map(([, specifier]) => specifier))
      .filter((specifier) => !/^\.{1,2}\/|^file:/.test(specifier))
      .map((specifier) =>
        specifier
          .replace(/(?!^)#.*$/s, '')
          .split('*')
          .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
          .join('.*'),
      );
  }

  #transpileOptions(component: string): TranspileOptions {
    const options = transpileOptionsFor(component, this.#options, this.config, this.#root);
    if (!this.#adapter.wantsRelative) return options;
    const folder = join(this.cache, 'component');
    return mapped(options, (specifier) => fromFolder(folder, specifier));
  }
}

function timeOf(path: string): number {
  return statSync(path).mtimeMs;
}
