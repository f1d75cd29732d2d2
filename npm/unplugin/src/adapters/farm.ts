/** Farm. */
import { resolve } from 'node:path';
import { createFarmPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import { findAsNode, type Find } from '../find.js';
import { loadOwn, ownModule } from '../load.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { resolveImport, wasi } from '../resolve.js';
import type { Session } from '../session.js';

export type { Options } from '../options.js';

/** Farm's request for a module. */
interface FarmLoad {
  filters: { resolvedPaths: string[] };
  executor(
    asked: { resolvedPath: string },
    context: { addWatchFile(module: string, path: string): void },
  ): Promise<{ content: string; moduleType: string; sourceMap: string | null } | null>;
}

/** The part of Farm's context that resolves. */
interface FarmContext {
  resolve(
    asked: { source: string; importer: string | null; kind: 'import' },
    hook: { meta: object; caller: string },
  ): Promise<{ resolvedPath: string; external?: boolean }>;
}

/** @internal */
export const farm: Adapter = {
  name: 'farm',
  files: 'url',
  hooks(session, shared) {
    const { generator } = session;
    const farms = new FarmFinder();
    session.finder = (context) => farms.by(farmContextOf(context));
    return {
      ...shared,
      async resolveId(id, importer) {
        if (farms.isAsking(id, importer)) return undefined;
        // Farm names modules from the root.
        const from = importer && resolve(generator.root, importer.replace(/[?#].*$/s, ''));
        // It does not find packages whose `exports` have nothing but `default`.
        if (wasi.test(id) && !(from && generator.owns(from))) {
          return (await findAsNode(generator.root)(id, from))?.id;
        }
        const found = await resolveImport(
          session,
          id,
          from,
          session.finder(this),
          session.filesOf(this),
        );
        return found && (found.external ? found : found.id);
      },
      // Its own loader, as that of every other bundler brings no source map.
      farm: { load: loaderOf(session) } as object,
    };
  },
  inside: 'base64',
  watchesEach: true,
};

/** Makes the plugin for Farm: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createFarmPlugin>> =
  /* @__PURE__ */ createFarmPlugin(factoryOf(farm));
export default windlass;

function loaderOf(session: Session): FarmLoad {
  return {
    filters: { resolvedPaths: [ownModule.source] },
    async executor({ resolvedPath }, context) {
      if (!session.generator.owns(resolvedPath)) return null;
      const watch = (path: string) => context.addWatchFile(resolvedPath, path);
      const { code, map } = loadOwn(session, resolvedPath, watch);
      const sourceMap = map ? JSON.stringify(map) : null;
      return { content: code, moduleType: 'js', sourceMap };
    },
  };
}

function farmContextOf(context: unknown): FarmContext {
  const { getNativeBuildContext } = context as {
    getNativeBuildContext(): { context: FarmContext };
  };
  return getNativeBuildContext.call(context).context;
}

/** Asks Farm, which asks its plugins in turn. */
class FarmFinder {
  /** Questions that are not answered yet. */
  readonly #asking = new Set<string>();

  /** Whether a question is one of these here. */
  isAsking(specifier: string, importer: string | undefined): boolean {
    return this.#asking.has(question(specifier, importer));
  }

  /** As Farm does, with its plugins. */
  by(context: FarmContext): Find {
    return async (specifier, importer) => {
      const asked = question(specifier, importer);
      this.#asking.add(asked);
      try {
        const { resolvedPath, external } = await context.resolve(
          { source: specifier, importer: importer ?? null, kind: 'import' },
          { meta: {}, caller: 'windlass' },
        );
        return external ? { id: resolvedPath, external } : { id: resolvedPath };
      } catch {
        // Nothing is there; Farm says so again.
        return undefined;
      } finally {
        this.#asking.delete(asked);
      }
    };
  }
}

function question(specifier: string, importer: string | undefined): string {
  return `${specifier}\n${importer}`;
}
