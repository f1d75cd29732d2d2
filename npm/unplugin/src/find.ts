/** How bundlers resolve what is not ours. */
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** What a specifier stands for: a path, or what stays outside. */
export interface Found {
  id: string;
  external?: boolean;
}

/** Resolves a specifier, as far as the bundler can. */
export type Find = (specifier: string, importer: string | undefined) => Promise<Found | undefined>;

/** What contexts of Rollup's kind resolve with. */
export interface RollupContext {
  resolve(
    source: string,
    importer: string | undefined,
    options: { skipSelf: boolean },
  ): Promise<{ id: string; external?: boolean | string } | null>;
}

/** What webpack and Rspack resolve with. */
export interface Resolvers {
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
export interface FarmContext {
  resolve(
    asked: { source: string; importer: string | null; kind: 'import' },
    hook: { meta: object; caller: string },
  ): Promise<{ resolvedPath: string; external?: boolean }>;
}

/** As Node does, which is what bundlers do without aliases. */
export function findAsNode(root: string): Find {
  return async (specifier, importer) => {
    for (const from of [importer, join(root, 'package.json')]) {
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
}

/** As Rollup, Rolldown and Vite do, with their plugins. */
export function findByRollup(context: RollupContext): Find {
  return async (specifier, importer) => {
    const found = await context.resolve(specifier, importer, { skipSelf: true });
    return found ? { id: found.id, external: Boolean(found.external) } : undefined;
  };
}

/** As webpack and Rspack do, with what they are configured to. */
export function findByResolver(resolvers: Resolvers | undefined, root: string): Find {
  return (specifier, importer) =>
    new Promise((done) => {
      // The plugin would be asked in turn.
      const resolver = resolvers?.get('normal', { dependencyType: 'esm', plugins: [] });
      const folder = importer === undefined ? root : dirname(importer);
      resolver?.resolve({ issuer: importer }, folder, specifier, {}, (error, path) =>
        done(error || !path ? undefined : { id: path }),
      );
    });
}

/** Asks Farm, which asks its plugins in turn. */
export class FarmFinder {
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
