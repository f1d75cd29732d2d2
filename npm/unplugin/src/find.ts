/** Resolving of specifiers that are not ours, by each kind of bundler. */
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** The target of a specifier: a path, or a module that stays outside the bundle. */
export interface Found {
  id: string;
  external?: boolean;
}

/** Resolves a specifier, as far as the bundler can. */
export type Find = (specifier: string, importer: string | undefined) => Promise<Found | undefined>;

/** The part of a Rollup context that resolves. */
interface RollupContext {
  resolve(
    source: string,
    importer: string | undefined,
    options: { skipSelf: boolean },
  ): Promise<{ id: string; external?: boolean | string } | null>;
}

/** The resolvers of webpack and Rspack. */
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
export function findByRollup(context: unknown): Find {
  return async (specifier, importer) => {
    const found = await (context as RollupContext).resolve(specifier, importer, { skipSelf: true });
    return found ? { id: found.id, external: Boolean(found.external) } : undefined;
  };
}

/** As webpack and Rspack do, with what they are configured to. */
export function findByResolver(resolvers: Resolvers, root: string): Find {
  return (specifier, importer) =>
    new Promise((done) => {
      // The plugin would be asked in turn.
      const resolver = resolvers.get('normal', { dependencyType: 'esm', plugins: [] });
      const folder = importer === undefined ? root : dirname(importer);
      resolver.resolve({ issuer: importer }, folder, specifier, {}, (error, path) =>
        done(error || !path ? undefined : { id: path }),
      );
    });
}
