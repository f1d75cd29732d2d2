/** Vite. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createVitePlugin } from 'unplugin';
import { kindOfFile } from 'windlass/kind';
import type { Adapter } from '../adapter.js';
import { findByRollup } from '../find.js';
import { formatAwaits, type Output } from '../formats.js';
import type { FileLoading } from '../generate.js';
import { described } from '../imports.js';
import { ownFolder } from '../load.js';
import { slashed } from '../modules.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { writeTypesOfProject } from '../project.js';
import type { Session } from '../session.js';
import * as tree from '../tree.js';

export type { Options } from '../options.js';

/** The part of Vite's dev server that is used; its own types would make Vite a dependency. */
interface ViteServer {
  moduleGraph: {
    getModulesByFile(file: string): Set<object> | undefined;
    invalidateModule(module: object): void;
  };
  ws: { send(payload: object): void };
}

/** The part of Vite's configuration that is used. */
interface ViteConfig {
  root: string;
  command: string;
  isWorker: boolean;
  worker: { format: string };
  build: {
    lib?: false | { formats?: string[] };
    rollupOptions?: { output?: Output | Output[] };
    ssr?: boolean | string;
    ssrEmitAssets?: boolean;
    emitAssets?: boolean;
    target?: false | string | string[];
  };
  /** Vitest's. */
  test?: { browser?: { enabled?: boolean } };
  /** Of an environment. */
  consumer?: string;
}

/** The part of a hook's context that names the target environment; Vite before 6 has none. */
interface Context {
  environment?: { config: ViteConfig };
}

/** Takes a function that returns `false` for modules that Vitest must not cache. */
type DefineKey = (keyOf: (module: { id: string; sourceCode: string }) => false | undefined) => void;

/** The part of Vitest's plugin context that is used. Vitest before 4 has none. */
interface Vitest {
  defineCacheKeyGenerator?: DefineKey;
  /** Its name before Vitest 5. */
  experimental_defineCacheKeyGenerator?: DefineKey;
}

/** @internal */
export const vite: Adapter = {
  name: 'vite',
  files: 'reference',
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
  let resolved: ViteConfig;
  return {
    config: () => ({
      // Vitest would leave what is below `node_modules` to Node, which loads no core modules.
      ssr: { noExternal: [ownFolder] },
      // Bundled in advance they would be another copy than the one that components import.
      optimizeDeps: { exclude: ['@windlass/wasi', '@windlass/unplugin', 'windlass'] },
      // Workers are built by plugins of their own.
      worker: { plugins: () => [windlass(session.options)] },
    }),
    async configResolved(config: ViteConfig) {
      resolved = config;
      generator.root = config.root;
      session.filesOf = (context) => filesOf(context as Context, config, session.options);
      await writeTypesOfProject(session);
    },
    resolveFileUrl(
      this: Context,
      { referenceId, relativePath }: { referenceId?: string; relativePath: string },
    ) {
      // Vite names a path of the site, which is no place for a server or a library to read from.
      const own = referenceId !== undefined && session.emitted.has(referenceId);
      const { consumer, build } = this.environment?.config ?? resolved;
      if (!own || !(consumer === 'server' || build.ssr || build.lib)) return undefined;
      const url = tree.newUrl(tree.string(relativePath), tree.member(tree.meta, 'url'));
      return tree.printed(tree.member(url, 'href'));
    },
    configureVitest(vitest: Vitest) {
      const define = vitest.defineCacheKeyGenerator ?? vitest.experimental_defineCacheKeyGenerator;
      // Vitest caches modules across runs. Their component may have changed since, or their
      // imports may be gone.
      define?.(({ id, sourceCode }) =>
        generator.owns(id) || /\.(?:wasm|wit)\b/.test(sourceCode) ? false : undefined,
      );
    },
    configureServer(server: ViteServer) {
      // Vite may ask for the entry of an import before it reports the change. The modules that
      // the entry imports are then other ones.
      generator.onRewrite = ({ entry, folder }) => {
        for (const path of [entry, ...filesIn(folder)]) {
          for (const module of server.moduleGraph.getModulesByFile(slashed(path)) ?? []) {
            server.moduleGraph.invalidateModule(module);
          }
        }
      };
    },
    async handleHotUpdate({ file, server }: { file: string; server: ViteServer }) {
      return update(session, file, server);
    },
  };
}

/** Vite's loading of files in the current build. */
function filesOf({ environment }: Context, config: ViteConfig, { inline }: Options): FileLoading {
  const { consumer, build } = environment?.config ?? config;
  if (config.command === 'serve') {
    // Environments of Vitest that look like a page have URLs of files nevertheless.
    return config.test && !config.test.browser?.enabled ? 'text' : 'url';
  }
  if (config.isWorker ? config.worker.format === 'iife' : !canAwait(build)) return 'text';
  // A URL does not find files that a server build leaves out, or that a later tool moves.
  const isServer = consumer === 'server' || Boolean(build.ssr);
  if (isServer && (inline === undefined || !(build.emitAssets ?? build.ssrEmitAssets))) {
    return 'text';
  }
  // As Vite has it for all assets of libraries, whose place on a site nobody knows.
  return build.lib && inline === undefined ? 'text' : 'reference';
}

/** The first versions with `await` at the top of modules. */
const awaiting: Record<string, number> = {
  chrome: 89,
  deno: 1,
  edge: 89,
  es: 2022,
  firefox: 89,
  ios: 15,
  node: 14.8,
  opera: 75,
  safari: 15,
};

/** Whether modules of a build may await at their top. */
function canAwait({ lib, rollupOptions, target }: ViteConfig['build']): boolean {
  const outputs = [rollupOptions?.output ?? []].flat();
  const formats = outputs.map(({ format }) => format);
  // One of the formats of a library that names none is a script.
  if (lib) formats.push(...(lib.formats ?? ['umd']));
  if (!formats.every((format) => formatAwaits(format))) return false;
  return [target || []].flat().every((one) => {
    const [, name = '', version = ''] = /^([a-z]+)([\d.]+)$/.exec(one) ?? [];
    return Number.parseFloat(version) >= (awaiting[name] ?? Infinity) || version === '';
  });
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
  // Instances have state that nobody can move into new ones.
  server.ws.send({ type: 'full-reload', path: '*' });
  return [];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}
