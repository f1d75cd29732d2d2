/** What only Farm asks for. */
import { loadOwn, ownModule } from '../load.js';
import type { Session } from '../session.js';

/** How Farm asks for a module. */
interface FarmLoad {
  filters: { resolvedPaths: string[] };
  executor(
    asked: { resolvedPath: string },
    context: { addWatchFile(module: string, path: string): void },
  ): Promise<{ content: string; moduleType: string; sourceMap: string | null } | null>;
}

/** Hooks for Farm: its loader, as that of every other bundler brings no source map. */
export function farmHooks(session: Session): object {
  const load: FarmLoad = {
    filters: { resolvedPaths: [ownModule.source] },
    async executor({ resolvedPath }, context) {
      if (!session.generator.owns(resolvedPath)) return null;
      const watch = (path: string) => context.addWatchFile(resolvedPath, path);
      const { code, map } = loadOwn(session, resolvedPath, watch);
      const sourceMap = map ? JSON.stringify(map) : null;
      return { content: code, moduleType: 'js', sourceMap };
    },
  };
  return { load };
}
