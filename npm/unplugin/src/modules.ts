/** The modules that an import of a component becomes. */
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Notice, transpile, type TranspileOptions } from 'windlass';
import { type LoadedConfig, mapped, settingsFor } from 'windlass/config';
import { forSeveral, merged, optionsIn } from 'windlass/options';
import type { Options } from './options.js';
import {
  coreModule,
  instantiateModule,
  type Loading,
  type Made,
  reexporting,
  runtimeFile,
  runtimeText,
  urlModule,
} from './bring.js';

/** The form of a component that an import asks for by its query. */
export type Variant = 'exports' | 'instantiate' | 'url' | 'inline';

/** The modules that stand for an import. */
export interface Modules {
  /** The text of the module with the exports. */
  readonly entry: string;
  /** Whether it has a default export. */
  readonly hasDefault: boolean;
  /**
   * The imports of the module, by name; beside a module `x.js` there may be its source map
   * `x.js.map`.
   */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Emitted declarations. */
  readonly types: ReadonlyMap<string, Uint8Array>;
  /** Facts that users should know although nothing is wrong. */
  readonly notices: readonly Notice[];
}

/**
 * Makes the modules for an import.
 *
 * @param component its path
 * @param loading how the bytes of a file are loaded
 * @throws {@link WindlassError} when the component is refused
 */
export function modulesFor(
  component: string,
  bytes: Uint8Array,
  variant: Variant,
  options: TranspileOptions,
  loading: (bytes: Uint8Array) => Loading,
): Modules {
  const files = new Map<string, string | Uint8Array>();
  const types = new Map<string, Uint8Array>();
  const textOf = ({ text, runtime }: Made): string => {
    for (const name of runtime) files.set(runtimeFile(name), runtimeText(name));
    return text;
  };
  if (variant === 'url') {
    const file = `${stemOf(component)}.wasm`;
    files.set(file, bytes);
    const entry = textOf(urlModule(file, bytes, loading(bytes)));
    return { entry, hasDefault: true, files, types, notices: [] };
  }
  const { tla = true } = options;
  const instantiateOnly = variant === 'instantiate';
  const transpiled = transpile(bytes, { ...options, instantiateOnly });
  const { notices } = transpiled;
  const [first = ''] = transpiled.files.keys();
  const stem = first.slice(0, -(instantiateOnly ? '.instantiate.js' : '.js').length);
  const emitted = `${stem}.js`;
  const traps = usesTrap(transpiled.files.get(`${stem}.instantiate.js`));
  const cores: string[] = [];
  for (const [name, contents] of transpiled.files) {
    if (name.endsWith('.d.ts')) {
      types.set(name, contents);
    } else if (name.endsWith('.wasm')) {
      const isTrap = name.endsWith('.trap.wasm');
      files.set(name, contents);
      if (!isTrap) {
        files.set(`${name}.js`, textOf(coreModule(name, contents, loading(contents), tla)));
        cores.push(name);
      } else {
        // Of a few bytes, and never worth a file where it can be compiled.
        const how = loading(contents) === 'module' ? 'module' : 'text';
        const absent = 'export default undefined;\n';
        files.set(`${name}.js`, traps ? textOf(coreModule(name, contents, how, tla)) : absent);
      }
    } else if (name.endsWith('.js')) {
      files.set(name, withoutMapComment(contents));
    } else if (name !== `${emitted}.map`) {
      // The map of an entry maps nothing.
      files.set(name, contents);
    }
  }
  if (instantiateOnly) {
    const glue = `${stem}.instantiate.js`;
    const isAsync = new TextDecoder()
      .decode(transpiled.files.get(`${stem}.instantiate.d.ts`))
      .includes('function instantiateAsync(');
    const made = { glue, cores, trap: `${stem}.trap.wasm`, tla, isAsync };
    const entry = textOf(instantiateModule(made));
    return { entry, hasDefault: true, files, types, notices };
  }
  // The emitted entry keeps its name, which others may import by.
  const hasDefault = transpiled.exports.includes('default');
  return { entry: textOf(reexporting(emitted, hasDefault)), hasDefault, files, types, notices };
}

/** Whether the glue asks for the module that traps, which the entry always has. */
function usesTrap(glue: Uint8Array | undefined): boolean {
  return new TextDecoder().decode(glue).includes('trapModule');
}

/** Whether bytes become a part of the JavaScript. */
export function isInline(
  bytes: Uint8Array,
  variant: Variant,
  inline: NonNullable<Options['inline']>,
): boolean {
  if (variant === 'inline') return true;
  // A URL that was asked for is one of a file.
  if (variant === 'url') return inline === true;
  return typeof inline === 'boolean' ? inline : bytes.length <= inline;
}

/** The options for the transpiler, with specifiers that do not depend on their place. */
export function transpileOptionsFor(
  component: string,
  options: Options,
  config: LoadedConfig | undefined,
  root: string,
): TranspileOptions {
  const configured = config && settingsFor(config, component).options;
  const joined = merged([forSeveral(optionsIn('plugin', options)), configured]);
  return {
    ...mapped(joined, (specifier) => pathIn(root, specifier)),
    name: stemOf(component),
    // Its entry imports core modules as modules, which may be anything here.
    target: options.workerd ? 'workerd' : 'bundler',
    sourceMap: true,
  };
}

/** A path as bundlers write it. */
export function slashed(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

/** A specifier for a module in a folder, where paths that begin with a slash are none. */
export function fromFolder(folder: string, specifier: string): string {
  if (!isAbsolute(specifier)) return specifier;
  const path = slashed(relative(folder, specifier));
  return path.startsWith('.') ? path : `./${path}`;
}

/** The name that emitted files begin with. */
export function stemOf(component: string): string {
  return basename(component).replace(/\.wasm$/, '') || 'component';
}

function pathIn(root: string, specifier: string): string {
  if (specifier.startsWith('file:')) {
    const [, url = '', member = ''] = /^([^#]*)(#.*)?$/s.exec(specifier) ?? [];
    // Stars are for the transpiler.
    return slashed(fileURLToPath(url)) + member;
  }
  if (!/^\.{1,2}\//.test(specifier)) return specifier;
  return slashed(resolve(root, specifier));
}

/** A module without the line that names its map, which bundlers get by other ways. */
function withoutMapComment(contents: Uint8Array): string {
  return new TextDecoder().decode(contents).replace(/\/\/# sourceMappingURL=\S+\s*$/, '');
}
