/** esbuild by its own callbacks: unplugin would put modules into a namespace where they can import nothing. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createEsbuildPlugin, type UnpluginOptions } from 'unplugin';
import type { Adapter } from '../adapter.js';
import type { Find } from '../find.js';
import { typeScript } from '../imports.js';
import { loadOwn, ownFile, ownModule } from '../load.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { resolveImport } from '../resolve.js';
import type { Session } from '../session.js';
import { writeTypesFor } from '../types.js';

type Build = Parameters<NonNullable<NonNullable<UnpluginOptions['esbuild']>['setup']>>[0];

/** esbuild's names for ways to import. */
type ImportKind =
  | 'composes-from'
  | 'dynamic-import'
  | 'entry-point'
  | 'import-rule'
  | 'import-statement'
  | 'require-call'
  | 'require-resolve'
  | 'url-token';

/** Marks the questions that this plugin itself asks esbuild. */
const asked = Symbol('asked');

/** @internal */
export const esbuild: Adapter = {
  name: 'esbuild',
  files: 'path',
  hooks: (session, { name }) => ({
    name,
    esbuild: { setup: (build) => setupEsbuild(session, build) },
  }),
};

/** Makes the plugin for esbuild: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createEsbuildPlugin>> =
  /* @__PURE__ */ createEsbuildPlugin(factoryOf(esbuild));
export default windlass;

/** `setup` for esbuild. */
async function setupEsbuild(session: Session, build: Build): Promise<void> {
  const { generator } = session;
  const { absWorkingDir = '.', format, platform, publicPath } = build.initialOptions;
  generator.root = resolve(absWorkingDir);
  const isScript = (format ?? (platform === 'neutral' ? 'esm' : 'script')) !== 'esm';
  // A path of a site is no place for a server to read from.
  if (isScript || (platform === 'node' && publicPath)) session.filesOf = () => 'text';
  await session.readConfig();
  build.onStart(() => session.readConfig());
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
      const found = await resolveImport(session, path, from, finder(kind), session.filesOf(build));
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
      await writeTypesFor(session, code, path, finder('import-statement'), watch);
      return undefined;
    } catch (error) {
      return { errors: [{ text: (error as Error).message }], watchFiles };
    }
  });
  build.onLoad({ filter: ownModule }, ({ path }) => {
    if (!generator.owns(path)) return undefined;
    const watchFiles: string[] = [];
    try {
      const { code, map } = loadOwn(session, path, (file) => watchFiles.push(file));
      return { contents: map ? code + inlineMap(map) : code, loader: 'js', watchFiles };
    } catch (error) {
      return { errors: [{ text: (error as Error).message }], watchFiles };
    }
  });
  build.onLoad({ filter: ownFile }, ({ path }) =>
    generator.owns(path) ? { contents: readFileSync(path), loader: 'file' } : undefined,
  );
}

/** A source map as the last line of its code. */
function inlineMap(map: object): string {
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
}
