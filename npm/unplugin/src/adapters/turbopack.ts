/**
 * Turbopack, which takes a loader of webpack's kind: `withWindlass` of `@windlass/unplugin/next` says so
 * to Next.
 *
 * Turbopack has no plugins. It brings core modules itself: `./thing.core.wasm?module` is compiled from a
 * file on servers, fetched in browsers, and part of the program in the edge runtime.
 *
 * @module
 */
import { basename, dirname } from 'node:path';
import { kindOfFile } from 'windlass/kind';
import type { Adapter } from '../adapter.js';
import { reexporting } from '../bring.js';
import { variantOf } from '../imports.js';
import { loadOwn } from '../load.js';
import { fromFolder } from '../modules.js';
import { componentsIn } from '../project.js';
import type { Options } from '../options.js';
import { Session } from '../session.js';

/** Options of the loader, which go through JSON. */
export interface LoaderOptions extends Options {
  /** Whether it is for the edge runtime, which compiles nothing. */
  edge?: boolean;
}

const turbopack: Adapter = {
  name: 'turbopack',
  files: 'module',
  // A path that begins with a slash is one of the site.
  wantsRelative: true,
  foldersAhead: true,
};

const turbopackEdge: Adapter = { ...turbopack, neverCompiles: true };

/** The part of a loader's context that is used. */
interface LoaderContext {
  readonly resourcePath: string;
  readonly resourceQuery: string;
  /** The folder of the application. */
  readonly rootContext: string;
  getOptions(): LoaderOptions;
  addDependency(path: string): void;
  async(): (error: unknown, code?: string) => void;
}

/** Sessions by their options: a loader runs for each import anew. */
const sessions = new Map<string, Session>();

/** The loader. */
function loader(this: LoaderContext): void {
  const done = this.async();
  load(this).then((code) => done(undefined, code), done);
}
export default loader;

async function load(context: LoaderContext): Promise<string> {
  const { resourcePath, resourceQuery } = context;
  const session = sessionFor(context);
  const { generator } = session;
  // The module beside a core module exports it in the form for Turbopack.
  if (generator.owns(resourcePath)) return reexporting(`${basename(resourcePath)}.js`, true).text;
  const variant = variantOf(resourceQuery.slice(1));
  if (variant === undefined || kindOfFile(resourcePath) !== 'component') {
    // The exports of a core module, as Turbopack has them.
    return reexporting(`${basename(resourcePath)}?native`, false).text;
  }
  await session.readConfig();
  if (generator.config?.path !== undefined) context.addDependency(generator.config.path);
  const imported = generator.announce(resourcePath, variant, session.filesOf(context));
  loadOwn(session, imported.entry, (path) => context.addDependency(path));
  // It is made again where the cache was removed.
  context.addDependency(imported.entry);
  const specifier = fromFolder(dirname(resourcePath), imported.entry);
  return reexporting(specifier, generator.hasDefault(imported)).text;
}

/**
 * Makes the folders for the components of an application: a build of Turbopack sees none
 * that are made in a folder that it has looked into.
 *
 * @internal
 */
export function reserveFolders(options: Options): void {
  for (const adapter of [turbopack, turbopackEdge]) {
    const { generator } = new Session(options, adapter);
    generator.reserve(componentsIn(generator.root));
  }
}

function sessionFor(context: LoaderContext): Session {
  const { edge = false, ...options } = context.getOptions();
  const key = JSON.stringify([edge, context.rootContext, options]);
  const found = sessions.get(key);
  if (found) return found;
  const whole = { root: context.rootContext, ...options };
  const session = new Session(whole, edge ? turbopackEdge : turbopack);
  sessions.set(key, session);
  return session;
}
