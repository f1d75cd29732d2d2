/** Vite. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createVitePlugin } from 'unplugin';
import { kindOfFile } from 'windlass/kind';
import type { Adapter } from '../adapter.js';
import { findByRollup } from '../find.js';
import { described } from '../imports.js';
import { slashed } from '../modules.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import type { Session } from '../session.js';
import * as tree from '../tree.js';

export type { Options } from '../options.js';

/** What of Vite's dev server is used, whose types would make it a dependency. */
interface ViteServer {
  moduleGraph: {
    getModulesByFile(file: string): Set<object> | undefined;
    invalidateModule(module: object): void;
  };
  ws: { send(payload: object): void };
}

/** What of Vite's configuration is used. */
interface ViteConfig {
  root: string;
  command: string;
  isWorker: boolean;
  worker: { format: string };
}

/** @internal */
export const vite: Adapter = {
  name: 'vite',
  files: ({ isServing }) => (isServing ? 'url' : 'reference'),
  hooks(session, shared) {
    session.finder = findByRollup;
    return { ...shared, vite: viteHooks(session) };
  },
  emitsFiles: true,
  answersUrl: true,
  // Vite would bundle modules below `node_modules` in advance that are imported by an alias or
  // from a package, but no `.jsx`.
  extension: 'jsx',
};

/** Makes the plugin for Vite: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createVitePlugin>> =
  /* @__PURE__ */ createVitePlugin(factoryOf(vite));
export default windlass;

function viteHooks(session: Session): object {
  const { generator } = session;
  return {
    config: () => ({
      // Bundled in advance they would be another copy than the one that components import.
      optimizeDeps: { exclude: ['@windlass/wasi', '@windlass/unplugin', 'windlass'] },
      // Workers are built by plugins of their own.
      worker: { plugins: () => [windlass(session.options)] },
    }),
    configResolved({ root, command, isWorker, worker }: ViteConfig) {
      generator.root = root;
      session.isServing = command === 'serve';
      session.isScript = isWorker && !session.isServing && worker.format === 'iife';
    },
    resolveFileUrl(
      this: { environment?: { config: { consumer?: string } } },
      { referenceId, relativePath }: { referenceId?: string; relativePath: string },
    ) {
      // Vite names a path of the site, which is no place for a server to read from.
      const own = referenceId !== undefined && session.emitted.has(referenceId);
      if (!own || this.environment?.config.consumer !== 'server') return undefined;
      const url = tree.newUrl(tree.string(relativePath), tree.member(tree.meta, 'url'));
      return tree.printed(tree.member(url, 'href'));
    },
    async handleHotUpdate({ file, server }: { file: string; server: ViteServer }) {
      return update(session, file, server);
    },
  };
}

/** Has pages reload when a component changed; gives the modules that Vite need not look at any more. */
function update({ generator }: Session, file: string, server: ViteServer): [] | undefined {
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
}

function filesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}
