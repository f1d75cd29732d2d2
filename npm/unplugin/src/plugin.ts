/** The plugin for one bundler. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { UnpluginFactory, UnpluginOptions } from 'unplugin';
import type { Adapter } from './adapter.js';
import { typeScript } from './imports.js';
import { loadOwn, ownModule } from './load.js';
import type { Options } from './options.js';
import { resolveImport } from './resolve.js';
import { Session } from './session.js';
import { writeTypesFor } from './types.js';

/** Further members of Rollup's contexts. */
interface Emitting {
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
}

/** The factory from which unplugin makes the plugin of a bundler. */
export function factoryOf(adapter: Adapter): UnpluginFactory<Options | undefined, false> {
  return (options = {}) => {
    const session = new Session(options, adapter);
    const shared = sharedHooks(session);
    return adapter.hooks?.(session, shared) ?? shared;
  };
}

/** Hooks that most bundlers have in common. */
function sharedHooks(session: Session): UnpluginOptions {
  const { adapter, generator } = session;
  return {
    name: 'windlass',
    enforce: 'pre',
    buildStart: () => session.readConfig(),
    async resolveId(id, importer) {
      const found = await resolveImport(
        session,
        id,
        importer,
        session.finder(this),
        session.filesOf(this),
      );
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
        const { code, map } = loadOwn(session, id, watch, adapter.emitsFiles ? emit : undefined);
        return map ? { code, map: map as never } : code;
      },
    },
    transform: {
      filter: { id: { include: typeScript, exclude: /[\\/]node_modules[\\/]/ }, code: /\.wit\b/ },
      async handler(code, id) {
        await writeTypesFor(session, code, id, session.finder(this), (path) =>
          this.addWatchFile(path),
        );
        return undefined;
      },
    },
  };
}
