/**
 * `import { render } from './markdown.wasm'` in bundlers.
 *
 * Queries: `?instantiate` gives `instantiate(imports, options)` for instances of
 * one's own, `?inline` puts the core modules into the JavaScript whatever their
 * size, `?url` gives the URL of the component as it is.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { createUnplugin, type UnpluginFactory, type UnpluginOptions } from 'unplugin';
import { WindlassError } from 'windlass';
import { loadConfig } from 'windlass/config';
import { kindOfFile } from 'windlass/kind';
import { type FileLoading, Generator, slashed, type Variant } from './generate.js';
import type { Options } from './options.js';
import { REFERENCE } from './text.js';

export type { Options } from './options.js';

/** What contexts of Rollup's kind have besides. */
interface RollupContext {
  resolve(
    source: string,
    importer: string | undefined,
    options: { skipSelf: boolean },
  ): Promise<{ id: string; external?: boolean | string } | null>;
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
}

/** How the bundler resolves what is not ours: a path, `external`, or nothing. */
type Find = (
  specifier: string,
  importer: string | undefined,
) => Promise<{ id: string; external?: boolean } | undefined>;

/** What of Vite's dev server is used, whose types would make it a dependency. */
interface ViteServer {
  moduleGraph: {
    getModulesByFile(file: string): Set<object> | undefined;
    invalidateModule(module: object): void;
  };
  ws: { send(payload: object): void };
}

/** What esbuild says of an import. */
interface EsbuildResolve {
  path: string;
  kind: 'import-statement';
  importer: string;
  namespace: string;
  pluginData: unknown;
}

/** Marks the questions that this plugin itself asks esbuild. */
const asked = Symbol('asked');
const ownModule = /[\\/]\.cache[\\/]windlass[\\/].*\.js$/;
const wasi = /^@windlass\/wasi(?:\/|$)/;
const ownFile = /[\\/]\.cache[\\/]windlass[\\/].*\.wasm$/;

/** The plugin for every bundler that unplugin knows. */
export const factory: UnpluginFactory<Options | undefined, false> = (options = {}, meta) => {
  const { framework } = meta;
  const generator = new Generator(options, framework);
  const rollupLike = framework === 'rollup' || framework === 'rolldown' || framework === 'vite';
  let serving = false;

  /** References of emitted files. */
  const emitted = new Set<string>();

  const fileLoading = (): FileLoading => {
    if (framework === 'esbuild' || framework === 'bun') return 'path';
    return rollupLike && !serving ? 'reference' : 'url';
  };

  const readConfig = async () => {
    generator.config = await loadConfig(generator.root);
  };

  /** How Node resolves, which is what bundlers do without aliases. */
  const findAsNode: Find = async (specifier, importer) => {
    for (const from of [importer, join(generator.root, 'package.json')]) {
      if (from === undefined || !isAbsolute(from)) continue;
      try {
        return { id: createRequire(from).resolve(specifier) };
      } catch {
        // An alias, or nothing that is there; the bundler says so.
      }
    }
    return undefined;
  };

  const finderOf = (cx: unknown): Find => {
    if (!rollupLike) return findAsNode;
    return async (specifier, importer) => {
      const found = await (cx as RollupContext).resolve(specifier, importer, { skipSelf: true });
      return found ? { id: found.id, external: Boolean(found.external) } : undefined;
    };
  };

  /** Resolves what a module written by the generator imports. */
  const resolveOwn = async (id: string, importer: string, find: Find) => {
    if (id.startsWith('.')) {
      const path = resolve(dirname(importer), id);
      if (!path.endsWith('.wasm')) return { id: path };
      // A file itself, for the module that brings it.
      if (importer.endsWith('.wasm.js') || basename(importer) === 'import.url.js') return undefined;
      return options.workerd ? undefined : { id: `${path}.js` };
    }
    if (!wasi.test(id)) return undefined;
    // The application's own shims come first, since it may grant by them.
    const found = await find(id, join(generator.root, 'package.json'));
    return found ?? { id: createRequire(import.meta.url).resolve(id) };
  };

  const resolveImport = async (id: string, importer: string | undefined, find: Find) => {
    let from = importer?.replace(/[?#].*$/s, '');
    // Farm names modules from the root.
    if (from !== undefined && framework === 'farm') from = resolve(generator.root, from);
    if (from !== undefined && generator.owns(from)) return resolveOwn(id, from, find);
    // Farm does not find packages whose `exports` have nothing but `default`.
    if (framework === 'farm' && wasi.test(id)) return findAsNode(id, from);
    const match = /^([^?#\0]+\.wasm)(?:\?([^#]*))?$/s.exec(id);
    if (!match) return undefined;
    const [, specifier = '', query] = match;
    const variant = variantOf(query, framework);
    if (variant === undefined) return undefined;
    const path = await pathOf(specifier, from, generator.root, find);
    if (path === undefined || kindOfFile(path) !== 'component') return undefined;
    const imported = generator.announce(path, variant);
    try {
      generator.generate(imported, fileLoading());
    } catch {
      // It comes again in `load`, where bundlers say it best.
    }
    return { id: slashed(imported.entry) };
  };

  /** The text of a module written by the generator, up to date. */
  const loadOwn = (
    id: string,
    addWatchFile: (path: string) => void,
    emit?: (path: string) => string,
  ) => {
    const imported = generator.importOf(id);
    if (imported) {
      addWatchFile(imported.component);
      try {
        generator.generate(imported, fileLoading());
      } catch (error) {
        throw described(error, imported.component);
      }
    }
    const code = readFileSync(id, 'utf8');
    if (!emit || !code.includes(REFERENCE)) return code;
    const file = id.endsWith('.wasm.js')
      ? id.slice(0, -'.js'.length)
      : imported && join(imported.folder, basename(imported.component));
    if (file === undefined) return code;
    const reference = emit(file);
    emitted.add(reference);
    return code.replace(REFERENCE, REFERENCE + reference);
  };

  const shared: UnpluginOptions = {
    name: 'windlass',
    enforce: 'pre',
    buildStart: readConfig,
    async resolveId(id, importer) {
      const found = await resolveImport(id, importer, finderOf(this));
      return found && (found.external ? found : found.id);
    },
    load: {
      filter: { id: ownModule },
      handler(id) {
        if (!generator.owns(id)) return undefined;
        const emit = (path: string) =>
          (this as unknown as RollupContext).emitFile({
            type: 'asset',
            name: basename(path),
            source: readFileSync(path),
          });
        return loadOwn(id, (path) => this.addWatchFile(path), rollupLike ? emit : undefined);
      },
    },
  };

  return {
    // Its modules would be in a namespace of the plugin, where they can import nothing.
    ...(framework === 'esbuild' ? { name: shared.name } : shared),

    vite: {
      config: () => ({
        // Bundled in advance they would be another copy than the one that components import.
        optimizeDeps: { exclude: ['@windlass/wasi', '@windlass/unplugin', 'windlass'] },
      }),
      configResolved(config: { root: string; command: string }) {
        generator.root = config.root;
        serving = config.command === 'serve';
      },
      resolveFileUrl(
        this: { environment?: { config: { consumer?: string } } },
        { referenceId, relativePath }: { referenceId?: string; relativePath: string },
      ) {
        // Vite names a path of the site, which is no place for a server to read from.
        const own = referenceId !== undefined && emitted.has(referenceId);
        if (!own || this.environment?.config.consumer !== 'server') return undefined;
        return `new URL(${JSON.stringify(relativePath)}, import.meta.url).href`;
      },
      async handleHotUpdate({ file, server }: { file: string; server: ViteServer }) {
        const imports = generator.importsOf(file);
        if (imports.length === 0 || kindOfFile(file) === 'other') return undefined;
        for (const imported of imports) {
          try {
            generator.generate(imported, fileLoading());
          } catch (error) {
            const { message, stack = '', ...rest } = described(error, file);
            server.ws.send({ type: 'error', err: { ...rest, message, stack } });
            return [];
          }
        }
        for (const { entry, folder } of imports) {
          for (const path of [entry, ...filesOf(folder)]) {
            for (const module of server.moduleGraph.getModulesByFile(slashed(path)) ?? []) {
              server.moduleGraph.invalidateModule(module);
            }
          }
        }
        // Instances have state that nobody can move into new ones.
        server.ws.send({ type: 'full-reload', path: '*' });
        return [];
      },
    } as object,

    webpack(compiler) {
      generator.root = compiler.context;
    },
    rspack(compiler) {
      generator.root = compiler.context;
    },
    esbuild: {
      setup(build) {
        generator.root = resolve(build.initialOptions.absWorkingDir ?? '.');
        build.onStart(readConfig);
        build.onResolve(
          { filter: /\.wasm(?:\?|$)|^@windlass\/wasi(?:\/|$)|^\./ },
          async (args: EsbuildResolve) => {
            const { path, kind, importer, namespace, pluginData } = args;
            if (pluginData === asked || (namespace !== 'file' && importer !== '')) return undefined;
            const find: Find = async (specifier, from) => {
              const resolveDir = from === undefined ? generator.root : dirname(from);
              const found = await build.resolve(specifier, { kind, resolveDir, pluginData: asked });
              if (found.errors.length > 0) return undefined;
              return { id: found.path, external: found.external };
            };
            const found = await resolveImport(path, importer === '' ? undefined : importer, find);
            return found && { path: found.id, ...(found.external && { external: true }) };
          },
        );
        build.onLoad({ filter: ownModule }, ({ path }: { path: string }) => {
          if (!generator.owns(path)) return undefined;
          const watchFiles: string[] = [];
          try {
            const contents = loadOwn(path, (file) => watchFiles.push(file));
            return { contents, loader: 'js', watchFiles };
          } catch (error) {
            return { errors: [{ text: (error as Error).message }], watchFiles };
          }
        });
        build.onLoad({ filter: ownFile }, ({ path }: { path: string }) =>
          generator.owns(path) ? { contents: readFileSync(path), loader: 'file' } : undefined,
        );
      },
    },
    bun: {
      setup(build) {
        build.onLoad({ filter: ownFile }, async ({ path }: { path: string }) => ({
          contents: new Uint8Array(readFileSync(path)),
          loader: 'file',
        }));
      },
    },
  };
};

/** What an import asks for; nothing if that is another plugin's or the bundler's affair. */
function variantOf(query: string | undefined, framework: string): Variant | undefined {
  // Vite adds parameters of its own.
  const names = [...new URLSearchParams(query).keys()].filter(
    (name) => name !== 't' && name !== 'v' && name !== 'import',
  );
  const [name = 'exports'] = names;
  if (names.length > 1) return undefined;
  if (name === 'url') return framework === 'vite' ? undefined : name;
  return name === 'exports' || name === 'instantiate' || name === 'inline' ? name : undefined;
}

/** The path that a specifier stands for, if any is found. */
async function pathOf(
  specifier: string,
  importer: string | undefined,
  root: string,
  find: Find,
): Promise<string | undefined> {
  if (/^\.{1,2}\//.test(specifier)) {
    return resolve(importer === undefined ? root : dirname(importer), specifier);
  }
  if (isAbsolute(specifier)) {
    // Else it begins at the application's root, as Vite has it.
    return existsSync(specifier) ? specifier : join(root, specifier);
  }
  const inRoot = resolve(root, specifier);
  if (importer === undefined && existsSync(inRoot)) return inRoot;
  const found = await find(specifier, importer);
  return found?.external ? undefined : found?.id.replace(/[?#].*$/s, '');
}

/** A refusal as bundlers show errors: all that is known in the message, and as a code frame. */
function described(error: unknown, component: string): Error {
  if (!(error instanceof WindlassError)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const { code, message, at, offset, help } = error;
  const lines = [`error[${code}]: ${message}`];
  const place = offset === undefined ? '' : ` (component offset 0x${offset.toString(16)})`;
  lines.push(`  at ${at ?? component}${place}`);
  if (help !== undefined) lines.push(`  help: ${help}`);
  const shown = new Error(`${component}: ${lines[0]?.replace('error', '')}`);
  shown.stack = '';
  return Object.assign(shown, {
    code,
    id: component,
    plugin: 'windlass',
    frame: lines.join('\n'),
    cause: error,
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The plugin, `windlass.vite(options)` and so on; each bundler also has an entry of its own. */
export const windlass = /* @__PURE__ */ createUnplugin(factory);
export default windlass;
