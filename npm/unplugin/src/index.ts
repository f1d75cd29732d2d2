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
import { loadConfig } from 'windlass/config';
import { kindOfFile } from 'windlass/kind';
import { type FileLoading, Generator } from './generate.js';
import { described, typeScript, variantOf, witImportsIn } from './imports.js';
import { slashed } from './modules.js';
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

/** What webpack and Rspack resolve with. */
interface Resolvers {
  get(
    type: 'normal',
    options: { dependencyType: string; plugins?: [] },
  ): {
    resolve(
      context: object,
      folder: string,
      request: string,
      resolveContext: object,
      done: (error: unknown, path?: string | false) => void,
    ): void;
  };
}

/** What Farm resolves with. */
interface FarmContext {
  resolve(
    asked: { source: string; importer: string | null; kind: 'import' },
    hook: { meta: object; caller: string },
  ): Promise<{ resolvedPath: string; external?: boolean }>;
}

/** How Farm asks for a module. */
interface FarmLoad {
  filters: { resolvedPaths: string[] };
  executor(
    asked: { resolvedPath: string },
    context: { addWatchFile(module: string, path: string): void },
  ): Promise<{ content: string; moduleType: string; sourceMap: string | null } | null>;
}

/** What of Vite's dev server is used, whose types would make it a dependency. */
interface ViteServer {
  moduleGraph: {
    getModulesByFile(file: string): Set<object> | undefined;
    invalidateModule(module: object): void;
  };
  ws: { send(payload: object): void };
}

/** What esbuild calls ways to import. */
type ImportKind =
  | 'composes-from'
  | 'dynamic-import'
  | 'entry-point'
  | 'import-rule'
  | 'import-statement'
  | 'require-call'
  | 'require-resolve'
  | 'url-token';

/** What loaders give to bundlers. */
interface Loaded {
  code: string;
  /** A source map of version 3; without one the code is its own source. */
  map?: object;
}

/** Marks the questions that this plugin itself asks esbuild. */
const asked = Symbol('asked');
const ownModule = /[\\/]\.cache[\\/]windlass[\\/].*\.jsx?$/;
const wasi = /^@windlass\/wasi(?:\/|$)/;
const ownFile = /[\\/]\.cache[\\/]windlass[\\/].*\.wasm$/;

/** The plugin for every bundler that unplugin knows. */
export const factory: UnpluginFactory<Options | undefined, false> = (options = {}, meta) => {
  const { framework } = meta;
  const generator = new Generator(options, framework);
  const rollupLike = framework === 'rollup' || framework === 'rolldown' || framework === 'vite';
  let serving = false;
  /** Whether the output is a script, which awaits nothing at its top. */
  let isScript = false;
  let resolvers: Resolvers | undefined;
  /** Questions to Farm that are not answered yet, which it asks its plugins in turn. */
  const asking = new Set<string>();

  /** References of emitted files. */
  const emitted = new Set<string>();

  const fileLoading = (): FileLoading => {
    if (isScript) return 'text';
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
        const id = createRequire(from).resolve(specifier);
        if (isAbsolute(id)) return { id };
      } catch {
        // An alias, or nothing that is there; the bundler says so.
      }
    }
    return undefined;
  };

  /** How webpack and Rspack resolve, with what they are configured to. */
  const findByResolver: Find = (specifier, importer) =>
    new Promise((done) => {
      // The plugin would be asked in turn.
      const resolver = resolvers?.get('normal', { dependencyType: 'esm', plugins: [] });
      const folder = importer === undefined ? generator.root : dirname(importer);
      resolver?.resolve({ issuer: importer }, folder, specifier, {}, (error, path) =>
        done(error || !path ? undefined : { id: path }),
      );
    });

  const findByFarm = async (
    farm: FarmContext,
    specifier: string,
    importer: string | undefined,
  ): ReturnType<Find> => {
    const question = `${specifier}\n${importer}`;
    asking.add(question);
    try {
      const { resolvedPath, external } = await farm.resolve(
        { source: specifier, importer: importer ?? null, kind: 'import' },
        { meta: {}, caller: 'windlass' },
      );
      return external ? { id: resolvedPath, external } : { id: resolvedPath };
    } catch {
      // Nothing is there; Farm says so again.
      return undefined;
    } finally {
      asking.delete(question);
    }
  };

  const finderOf = (cx: unknown): Find => {
    if (rollupLike) {
      return async (specifier, importer) => {
        const options = { skipSelf: true };
        const found = await (cx as RollupContext).resolve(specifier, importer, options);
        return found ? { id: found.id, external: Boolean(found.external) } : undefined;
      };
    }
    if (framework === 'webpack' || framework === 'rspack') return findByResolver;
    return findAsNode;
  };

  /** Resolves what a module written by the generator imports. */
  const resolveOwn = async (id: string, importer: string, find: Find) => {
    if (id.startsWith('.')) {
      const path = resolve(dirname(importer), id);
      if (!path.endsWith('.wasm')) return { id: path };
      // A file itself, for the module that brings it.
      if (importer.endsWith('.wasm.js') || /^import\.url\.jsx?$/.test(basename(importer)))
        return undefined;
      return options.workerd ? undefined : { id: `${path}.js` };
    }
    // Some bundlers ask again for what they were given.
    if (isAbsolute(id)) return undefined;
    // What options name is meant from the application, whose shims are the ones it grants to.
    const found = await find(id, join(generator.root, 'package.json'));
    if (found || !wasi.test(id)) return found;
    // Without a plugin that resolves them, Rollup leaves packages to those that run its output.
    if (framework === 'rollup' && (await findAsNode(id, undefined))) return undefined;
    return { id: createRequire(import.meta.url).resolve(id) };
  };

  const resolveImport = async (id: string, importer: string | undefined, find: Find) => {
    let from = importer?.replace(/[?#].*$/s, '');
    // Farm names modules from the root.
    if (from !== undefined && framework === 'farm') from = resolve(generator.root, from);
    if (from !== undefined && generator.owns(from)) return resolveOwn(id, from, find);
    // Farm does not find packages whose `exports` have nothing but `default`.
    if (framework === 'farm' && wasi.test(id)) return findAsNode(id, from);
    if (/^[^?#\0]+\.wit$/.test(id)) {
      const path = await pathOf(id, from, generator.root, find);
      return path !== undefined && existsSync(path) ? { id: slashed(witModule(path)) } : undefined;
    }
    const match = /^([^?#\0]+\.wasm)(?:\?([^#]*))?$/s.exec(id);
    if (!match) return undefined;
    const [, specifier = '', query] = match;
    const variant = variantOf(query, framework);
    if (variant === undefined) return undefined;
    const path = await pathOf(specifier, from, generator.root, find);
    if (path === undefined || kindOfFile(path) !== 'component') return undefined;
    const imported = generator.announce(path, variant, fileLoading());
    try {
      generator.generate(imported);
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
  ): Loaded => {
    // Farm does not see that files below `node_modules` change.
    const imported = framework === 'farm' ? generator.importAround(id) : generator.importOf(id);
    if (imported) {
      addWatchFile(imported.component);
      try {
        generator.generate(imported);
      } catch (error) {
        // Once is enough, by the module that was imported.
        if (generator.importOf(id)) throw described(error, imported.component);
      }
    }
    const wit = generator.witOf(id);
    if (wit !== undefined) {
      addWatchFile(wit);
      witModule(wit);
    }
    const code = readFileSync(id, 'utf8');
    if (existsSync(`${id}.map`)) {
      return { code, map: JSON.parse(readFileSync(`${id}.map`, 'utf8')) as object };
    }
    if (!emit || !code.includes(REFERENCE)) return { code };
    const file = id.endsWith('.wasm.js')
      ? id.slice(0, -'.js'.length)
      : imported && join(imported.folder, basename(imported.component));
    if (file === undefined) return { code };
    const reference = emit(file);
    emitted.add(reference);
    return { code: code.replace(REFERENCE, REFERENCE + reference) };
  };

  /** The module for a file of WIT, whose types are written. */
  const witModule = (path: string) => {
    try {
      return generator.generateWit(path);
    } catch (error) {
      throw described(error, path);
    }
  };

  /** Writes the types of the files of WIT that a module imports types from. */
  const writeTypesFor = async (
    code: string,
    id: string,
    find: Find,
    addWatchFile: (path: string) => void,
  ) => {
    for (const specifier of witImportsIn(code)) {
      const path = await pathOf(specifier, id.replace(/[?#].*$/s, ''), generator.root, find);
      if (path === undefined || !existsSync(path)) continue;
      addWatchFile(path);
      witModule(path);
    }
  };

  const shared: UnpluginOptions = {
    name: 'windlass',
    enforce: 'pre',
    buildStart: readConfig,
    async resolveId(id, importer) {
      let find = finderOf(this);
      if (framework === 'farm') {
        if (asking.has(`${id}\n${importer}`)) return undefined;
        const { context } = (
          this as unknown as { getNativeBuildContext(): { context: FarmContext } }
        ).getNativeBuildContext();
        find = (specifier, from) => findByFarm(context, specifier, from);
      }
      const found = await resolveImport(id, importer, find);
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
        const { code, map } = loadOwn(
          id,
          (path) => this.addWatchFile(path),
          rollupLike ? emit : undefined,
        );
        return map ? { code, map: map as never } : code;
      },
    },
    transform: {
      filter: { id: { include: typeScript, exclude: /[\\/]node_modules[\\/]/ }, code: /\.wit\b/ },
      async handler(code, id) {
        await writeTypesFor(code, id, finderOf(this), (path) => this.addWatchFile(path));
        return undefined;
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
        // Workers are built by plugins of their own.
        worker: { plugins: () => [windlass.vite(options)] },
      }),
      configResolved(config: {
        root: string;
        command: string;
        isWorker: boolean;
        worker: { format: string };
      }) {
        generator.root = config.root;
        serving = config.command === 'serve';
        isScript = config.isWorker && !serving && config.worker.format === 'iife';
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
            generator.generate(imported);
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
      resolvers = compiler.resolverFactory as unknown as Resolvers;
    },
    rspack(compiler) {
      generator.root = compiler.context;
      resolvers = compiler.resolverFactory as unknown as Resolvers;
    },
    esbuild: {
      async setup(build) {
        const { absWorkingDir = '.', format, platform } = build.initialOptions;
        generator.root = resolve(absWorkingDir);
        isScript = (format ?? (platform === 'neutral' ? 'esm' : 'script')) !== 'esm';
        await readConfig();
        build.onStart(readConfig);
        const finder =
          (kind: ImportKind): Find =>
          async (specifier, from) => {
            const resolveDir = from === undefined ? generator.root : dirname(from);
            const found = await build.resolve(specifier, { kind, resolveDir, pluginData: asked });
            if (found.errors.length > 0) return undefined;
            return { id: found.path, external: found.external };
          };
        // Every import that is asked for costs time, so what is mapped is named.
        const mapped = generator.mappedPatterns().map((pattern) => `|^${pattern}$`);
        const filter = new RegExp(
          `\\.wasm(?:\\?|$)|\\.wit$|^@windlass/wasi(?:/|$)|^\\.${mapped.join('')}`,
        );
        build.onResolve({ filter }, async (args) => {
          const { path, kind, importer, namespace, pluginData } = args;
          if (pluginData === asked || (namespace !== 'file' && importer !== '')) return undefined;
          const from = importer === '' ? undefined : importer;
          try {
            const found = await resolveImport(path, from, finder(kind));
            return found && { path: found.id, ...(found.external && { external: true }) };
          } catch (error) {
            return { errors: [{ text: (error as Error).message }] };
          }
        });
        build.onLoad({ filter: typeScript }, async ({ path }) => {
          const code = readFileSync(path, 'utf8');
          if (!code.includes('.wit')) return undefined;
          const watchFiles: string[] = [];
          try {
            const watch = (file: string) => watchFiles.push(file);
            await writeTypesFor(code, path, finder('import-statement'), watch);
            return undefined;
          } catch (error) {
            return { errors: [{ text: (error as Error).message }], watchFiles };
          }
        });
        build.onLoad({ filter: ownModule }, ({ path }: { path: string }) => {
          if (!generator.owns(path)) return undefined;
          const watchFiles: string[] = [];
          try {
            const { code, map } = loadOwn(path, (file) => watchFiles.push(file));
            return { contents: map ? code + inlineMap(map) : code, loader: 'js', watchFiles };
          } catch (error) {
            return { errors: [{ text: (error as Error).message }], watchFiles };
          }
        });
        build.onLoad({ filter: ownFile }, ({ path }: { path: string }) =>
          generator.owns(path) ? { contents: readFileSync(path), loader: 'file' } : undefined,
        );
      },
    },
    farm: {
      // That of every other bundler brings no source map.
      load: {
        filters: { resolvedPaths: [ownModule.source] },
        async executor({ resolvedPath }, context) {
          if (!generator.owns(resolvedPath)) return null;
          const watch = (path: string) => context.addWatchFile(resolvedPath, path);
          const { code, map } = loadOwn(resolvedPath, watch);
          const sourceMap = map ? JSON.stringify(map) : null;
          return { content: code, moduleType: 'js', sourceMap };
        },
      },
    } as { load: FarmLoad } as object,
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

/** A source map as the last line of its code. */
function inlineMap(map: object): string {
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The plugin, `windlass.vite(options)` and so on; each bundler also has an entry of its own. */
export const windlass = /* @__PURE__ */ createUnplugin(factory);
export default windlass;
