/** Components become modules in a folder of the cache, from where bundlers take them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { TranspileOptions } from 'windlass';
import type { LoadedConfig } from 'windlass/config';
import { pairs } from 'windlass/options';
import type { Adapter } from './adapter.js';
import { writeComponentTypes, writeWitTypes } from './declarations.js';
import { writeAtomically } from './files.js';
import {
  isInline,
  modulesFor,
  slashed,
  stemOf,
  transpileOptionsFor,
  type Variant,
} from './modules.js';
import { INLINE_LIMIT, type Options } from './options.js';
import type { Loading } from './bring.js';

/** A component that is imported in one way. */
export interface Imported {
  /** The path of the component. */
  readonly component: string;
  readonly variant: Variant;
  /** How the bundler takes files; inlined ones need nothing from it. */
  readonly files: FileLoading;
  /** The folder of the modules. */
  readonly folder: string;
  /** The path of the module that stands for the import. */
  readonly entry: string;
}

/** How this bundler takes files that are not inlined; `text` where it can take none. */
export type FileLoading = Exclude<Loading, 'base64' | 'read'>;

/** Writes modules for components, and knows which it wrote. */
export class Generator {
  readonly #options: Options;
  readonly #adapter: Adapter;
  readonly #byEntry = new Map<string, Imported>();
  readonly #witByEntry = new Map<string, string>();
  /** Size and time of the component that the modules of a folder were made of. */
  readonly #madeOf = new Map<string, string>();
  #root: string;
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

  /** What the bundler knows better than the working directory, unless an option says. */
  set root(path: string) {
    if (this.#options.root === undefined) this.#root = path;
  }

  /** Where modules of all components are. */
  get cache(): string {
    return join(this.#root, 'node_modules', '.cache', 'windlass', this.#adapter.name);
  }

  /** Whether a path is one of a module written here. */
  owns(path: string): boolean {
    return path.startsWith(this.cache + sep) || path.startsWith(`${slashed(this.cache)}/`);
  }

  /** The import that a module stands for. */
  importOf(entry: string): Imported | undefined {
    return this.#byEntry.get(slashed(entry));
  }

  /** The import that a module was written for, which it need not stand for. */
  importAround(path: string): Imported | undefined {
    const folder = slashed(dirname(path));
    return [...this.#byEntry.values()].find((one) => slashed(one.folder) === folder);
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

  /** Names the modules for an import, and writes an empty one if there is none yet. */
  announce(component: string, variant: Variant, files: FileLoading): Imported {
    const { inline = INLINE_LIMIT } = this.#options;
    const options = this.#transpileOptions(component);
    const settings = JSON.stringify([component, variant, files, inline, options]);
    const hash = createHash('sha256').update(settings).digest('hex').slice(0, 12);
    const folder = join(this.cache, `${stemOf(component)}-${hash}`);
    const entry = join(folder, `import.${variant}.${this.#adapter.extension ?? 'js'}`);
    const imported = { component, variant, files, folder, entry };
    this.#byEntry.set(slashed(entry), imported);
    if (!existsSync(entry)) {
      writeAtomically(join(this.cache, 'package.json'), '{ "type": "module" }\n');
      writeAtomically(entry, 'export {};\n');
    }
    return imported;
  }

  /**
   * Writes the modules of an import, unless those that are there are of the
   * component as it is now.
   *
   * @throws {@link WindlassError} when the component is refused
   */
  generate({ component, variant, files, folder, entry }: Imported): void {
    const { mtimeMs, size } = statSync(component);
    const stamp = `${mtimeMs} ${size}`;
    if (this.#madeOf.get(folder) === stamp) return;
    const bytes = readFileSync(component);
    const { inline = INLINE_LIMIT, types = true } = this.#options;
    const inside = this.#adapter.inside ?? 'text';
    const made = modulesFor(component, bytes, variant, this.#transpileOptions(component), (of) =>
      files === 'text' || isInline(of, variant, inline) ? inside : files,
    );
    for (const { code, message } of made.notices) {
      console.warn(`${component}: notice[${code}]: ${message}`);
    }
    for (const [name, contents] of made.files) writeAtomically(join(folder, name), contents);
    // Last, so that there is all that it imports.
    writeAtomically(entry, made.entry);
    writeComponentTypes(component, made.types, this.#root, types);
    this.#madeOf.set(folder, stamp);
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
    return transpileOptionsFor(component, this.#options, this.config, this.#root);
  }
}
