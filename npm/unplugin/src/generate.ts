/** Components become modules in a folder of the cache, from where bundlers take them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transpile, type TranspileOptions } from 'windlass';
import { type LoadedConfig, settingsFor } from 'windlass/config';
import { writeComponentTypes, writeWitTypes } from './declarations.js';
import { writeAtomically } from './files.js';
import { INLINE_LIMIT, type Options } from './options.js';
import { coreModule, instantiateModule, type Loading, urlModule } from './text.js';

/** What an import asks for by its query. */
export type Variant = 'exports' | 'instantiate' | 'url' | 'inline';

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
export type FileLoading = Exclude<Loading, 'base64'>;

/** Writes modules for components, and knows which it wrote. */
export class Generator {
  readonly #options: Options;
  readonly #framework: string;
  readonly #byEntry = new Map<string, Imported>();
  /** Size and time of the component that the modules of a folder were made of. */
  readonly #madeOf = new Map<string, string>();
  #root: string;
  /** The configuration file, whose mappings come after those of the options. */
  config: LoadedConfig | undefined;

  constructor(options: Options, framework: string) {
    this.#options = options;
    this.#framework = framework;
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
    return join(this.#root, 'node_modules', '.cache', 'windlass', this.#framework);
  }

  /** Whether a path is one of a module written here. */
  owns(path: string): boolean {
    return path.startsWith(this.cache + sep) || path.startsWith(`${slashed(this.cache)}/`);
  }

  /** The import that a module stands for. */
  importOf(entry: string): Imported | undefined {
    return this.#byEntry.get(slashed(entry));
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
    const entry = join(folder, `import.${variant}.js`);
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
    const write = (name: string, contents: string | Uint8Array) =>
      writeAtomically(join(folder, name), contents);

    if (variant === 'url') {
      const file = `${stemOf(component)}.wasm`;
      write(file, bytes);
      write(basename(entry), urlModule(file, bytes, this.#loading(bytes, files, variant)));
    } else {
      const transpiled = transpile(bytes, this.#transpileOptions(component));
      const [emitted = ''] = transpiled.files.keys();
      const stem = emitted.replace(/\.js$/, '');
      const cores: string[] = [];
      for (const [name, contents] of transpiled.files) {
        // The map of an entry maps nothing.
        if (name.endsWith('.d.ts') || name === `${emitted}.map`) continue;
        if (name.endsWith('.wasm')) {
          const loading = name.endsWith('.trap.wasm')
            ? 'text'
            : this.#loading(contents, files, variant);
          write(`${name}.js`, coreModule(name, contents, loading));
          if (!name.endsWith('.trap.wasm')) cores.push(name);
        }
        write(name, name.endsWith('.js') ? withoutMapComment(contents) : contents);
      }
      // The emitted entry keeps its name, which others may import by.
      const text =
        variant === 'instantiate'
          ? instantiateModule(`${stem}.instantiate.js`, cores, `${stem}.trap.wasm`)
          : `export * from ${JSON.stringify(`./${emitted}`)};\n${
              transpiled.exports.includes('default')
                ? `export { default } from ${JSON.stringify(`./${emitted}`)};\n`
                : ''
            }`;
      write(basename(entry), text);
      const { types = true } = this.#options;
      writeComponentTypes(component, stem, transpiled.files, this.#root, types);
    }
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
    const entry = join(this.cache, 'wit.js');
    writeAtomically(entry, 'export {};\n');
    return entry;
  }

  /** Regular expressions of the packages and aliases that imports are mapped to. */
  mappedPatterns(): string[] {
    const { map = {}, components = {} } = this.config?.config ?? {};
    const configured = [{ map }, ...Object.values(components)].flatMap((settings) =>
      Object.values(settings.map ?? {}),
    );
    return [...this.#ownMap().map(([, specifier]) => specifier), ...configured]
      .filter((specifier) => !/^\.{1,2}\/|^file:/.test(specifier))
      .map((specifier) =>
        specifier
          .replace(/(?!^)#.*$/s, '')
          .split('*')
          .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
          .join('.*'),
      );
  }

  #loading(bytes: Uint8Array, files: FileLoading, variant: Variant): Loading {
    const { inline = INLINE_LIMIT } = this.#options;
    const limit = inline === true ? Infinity : inline === false ? -1 : inline;
    const inside = this.#framework === 'farm' ? 'base64' : 'text';
    if (variant === 'inline') return inside;
    if (files === 'text') return inside;
    if (variant === 'url') return inline === true ? inside : files;
    return bytes.length <= limit ? inside : files;
  }

  #transpileOptions(component: string): TranspileOptions {
    const { minify = false, asyncImports, asyncExports, syncExports, budget } = this.#options;
    const own = this.#ownMap();
    const configured = this.config ? settingsFor(this.config, component) : undefined;
    const absolute = [...own, ...Object.entries(configured?.map ?? {})].map(
      ([pattern, specifier]): [string, string] => [pattern, this.#pathIn(specifier)],
    );
    return {
      name: stemOf(component),
      // Its entry imports core modules as modules, which may be anything here.
      target: 'workerd',
      map: absolute,
      minify,
      asyncImports: [...(asyncImports ?? []), ...(configured?.asyncImports ?? [])],
      asyncExports: [...(asyncExports ?? []), ...(configured?.asyncExports ?? [])],
      syncExports: [...(syncExports ?? []), ...(configured?.syncExports ?? [])],
      sourceMap: true,
      ...(budget && { budget }),
    };
  }

  #ownMap(): (readonly [pattern: string, specifier: string])[] {
    const { map = {} } = this.#options;
    return Symbol.iterator in map ? [...map] : Object.entries(map);
  }

  /** A specifier that does not depend on where it stands. */
  #pathIn(specifier: string): string {
    if (specifier.startsWith('file:')) {
      const [, url = '', member = ''] = /^([^#]*)(#.*)?$/s.exec(specifier) ?? [];
      // Stars are for the transpiler.
      return slashed(fileURLToPath(url)) + member;
    }
    if (!/^\.{1,2}\//.test(specifier)) return specifier;
    return slashed(resolve(this.#root, specifier));
  }
}

/** A path as bundlers write it. */
export function slashed(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

function stemOf(component: string): string {
  return basename(component).replace(/\.wasm$/, '') || 'component';
}

/** A module without the line that names its map, which bundlers get by other ways. */
function withoutMapComment(contents: Uint8Array): string {
  return new TextDecoder().decode(contents).replace(/\/\/# sourceMappingURL=\S+\s*$/, '');
}
