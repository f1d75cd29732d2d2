/**
 * `import { render } from './markdown.wasm'` in bundlers.
 *
 * Queries: `?instantiate` gives `instantiate(imports, options)` for instances of
 * one's own, `?inline` puts the core modules into the JavaScript whatever their
 * size, `?url` gives the URL of the component as it is.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createUnplugin, type UnpluginFactory, type UnpluginOptions } from 'unplugin';
import { setupEsbuild } from './bundlers/esbuild.js';
import { farmHooks } from './bundlers/farm.js';
import { viteHooks } from './bundlers/vite.js';
import {
  type FarmContext,
  FarmFinder,
  type Find,
  findAsNode,
  findByResolver,
  findByRollup,
  type Resolvers,
  type RollupContext,
} from './find.js';
import { typeScript } from './imports.js';
import { loadOwn, ownFile, ownModule } from './load.js';
import type { Options } from './options.js';
import { resolveImport } from './resolve.js';
import { Session } from './session.js';
import { writeTypesFor } from './types.js';

export type { Options } from './options.js';

/** What contexts of Rollup's kind have besides. */
interface Emitting {
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
}

/** The plugin for every bundler that unplugin knows. */
export const factory: UnpluginFactory<Options | undefined, false> = (options = {}, meta) => {
  const { framework } = meta;
  const session = new Session(options, framework);
  let resolvers: Resolvers | undefined;
  const rememberResolvers = (compiler: { context: string; resolverFactory: unknown }) => {
    session.generator.root = compiler.context;
    resolvers = compiler.resolverFactory as Resolvers;
  };
  const shared = sharedHooks(session, () => resolvers);
  return {
    ...(framework === 'esbuild' ? { name: shared.name } : shared),
    vite: viteHooks(session, () => windlass.vite(options)),
    webpack: rememberResolvers,
    rspack: rememberResolvers,
    esbuild: { setup: (build) => setupEsbuild(session, build) },
    farm: farmHooks(session),
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

/** Hooks for all bundlers but esbuild. */
function sharedHooks(session: Session, resolvers: () => Resolvers | undefined): UnpluginOptions {
  const { framework, generator } = session;
  const farm = new FarmFinder();
  const finderOf = (context: unknown): Find => {
    if (session.isRollupLike) return findByRollup(context as RollupContext);
    if (framework === 'webpack' || framework === 'rspack') {
      return findByResolver(resolvers(), generator.root);
    }
    return findAsNode(generator.root);
  };
  return {
    name: 'windlass',
    enforce: 'pre',
    buildStart: () => session.readConfig(),
    async resolveId(id, importer) {
      if (framework === 'farm' && farm.isAsking(id, importer)) return undefined;
      const find = framework === 'farm' ? farm.by(farmContextOf(this)) : finderOf(this);
      const found = await resolveImport(session, id, importer, find);
      return found && (found.external ? found : found.id);
    },
    load: {
      filter: { id: ownModule },
      handler(id) {
        if (!generator.owns(id)) return undefined;
        const emit = (path: string) =>
          (this as unknown as Emitting).emitFile({
            type: 'asset',
            name: basename(path),
            source: readFileSync(path),
          });
        const watch = (path: string) => this.addWatchFile(path);
        const { code, map } = loadOwn(session, id, watch, session.isRollupLike ? emit : undefined);
        return map ? { code, map: map as never } : code;
      },
    },
    transform: {
      filter: { id: { include: typeScript, exclude: /[\\/]node_modules[\\/]/ }, code: /\.wit\b/ },
      async handler(code, id) {
        await writeTypesFor(session, code, id, finderOf(this), (path) => this.addWatchFile(path));
        return undefined;
      },
    },
  };
}

function farmContextOf(context: unknown): FarmContext {
  const { getNativeBuildContext } = context as {
    getNativeBuildContext(): { context: FarmContext };
  };
  return getNativeBuildContext.call(context).context;
}

/** The plugin, `windlass.vite(options)` and so on; each bundler also has an entry of its own. */
export const windlass = /* @__PURE__ */ createUnplugin(factory);
export default windlass;
