/** The hooks for Bun, which tells plugins no attributes and no queries of imports. */
import { loadComponent, resolvable, resolveOwn } from './hooks.js';
import { glueSpecifier, pathOf, wasiSpecifier } from './lift.js';

const { dirname } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

/** The part of Bun that is used; its own types would declare its globals for everybody. */
interface BunRuntime {
  resolveSync(specifier: string, folder: string): string;
  plugin(plugin: { name: string; setup(build: Build): void }): void;
}

interface Build {
  onResolve(
    constraints: { filter: RegExp },
    callback: (args: { path: string; importer: string }) => Resolved | undefined,
  ): void;
  onLoad(
    constraints: { filter: RegExp; namespace?: string },
    callback: (args: { path: string }) => Contents,
  ): void;
}

interface Resolved {
  path: string;
  namespace?: string;
}

type Contents = { loader: 'js'; contents: Uint8Array } | { loader: 'object'; exports: object };

/** The namespace of modules that only components import. */
const namespace = 'windlass';

/** Makes Bun import and require components. */
export function registerBun(): void {
  const bun = (globalThis as unknown as { Bun: BunRuntime }).Bun;
  bun.plugin({
    name: 'windlass',
    setup(build) {
      // Bun asks for no names of packages.
      const asked = [glueSpecifier, wasiSpecifier].map((name) => name.replaceAll('.', '\\.'));
      const filter = new RegExp(`^(?:${asked.join('|')})$`);
      build.onResolve({ filter }, ({ path, importer }) => {
        const parent = pathToFileURL(importer).href;
        const own = resolveOwn(path, parent);
        if (own) return { path: own.url, namespace };
        const { specifier, parentURL } = resolvable(path, parent);
        if (specifier === path || parentURL === undefined) return undefined;
        return { path: bun.resolveSync(specifier, dirname(pathOf(parentURL))) };
      });
      build.onLoad({ filter: /./, namespace }, ({ path }) => load(path)!);
      // Bun's own answer for other files, since a plugin cannot leave a file to it.
      build.onLoad({ filter: /\.wasm$/ }, ({ path }) => {
        return load(pathToFileURL(path).href) ?? { loader: 'object', exports: { default: path } };
      });
    },
  });
}

function load(url: string): Contents | undefined {
  const found = loadComponent(url);
  return found && { loader: 'js', contents: found.source };
}
