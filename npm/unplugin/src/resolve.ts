/** Resolves imports: components, files of WIT, and the imports of the modules written for them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { kindOfFile } from 'windlass/kind';
import { type Find, findAsNode, type Found } from './find.js';
import type { FileLoading } from './generate.js';
import { variantOf } from './imports.js';
import { witModule } from './load.js';
import { slashed } from './modules.js';
import type { Session } from './session.js';

/** Packages with the shims of WASI. */
export const wasi = /^@windlass\/wasi(?:\/|$)/;

/**
 * Resolves an import, if it is our affair.
 *
 * @param find how the bundler resolves the rest
 * @param files how it takes files here
 */
export async function resolveImport(
  session: Session,
  id: string,
  importer: string | undefined,
  find: Find,
  files: FileLoading,
): Promise<Found | undefined> {
  const { generator } = session;
  const from = importer?.replace(/[?#].*$/s, '');
  if (from !== undefined && generator.owns(from)) return resolveOwn(session, id, from, find);
  if (/^[^?#\0]+\.wit$/.test(id)) {
    const path = await pathOf(id, from, generator.root, find);
    if (path === undefined || !existsSync(path)) return undefined;
    return { id: slashed(witModule(session, path)) };
  }
  return resolveComponent(session, id, from, find, files);
}

async function resolveComponent(
  { adapter, generator }: Session,
  id: string,
  from: string | undefined,
  find: Find,
  files: FileLoading,
): Promise<Found | undefined> {
  const match = /^([^?#\0]+\.wasm)(?:\?([^#]*))?$/s.exec(id);
  if (!match) return undefined;
  const [, specifier = '', query] = match;
  const variant = variantOf(query, adapter.answersUrl);
  if (variant === undefined) return undefined;
  const path = await pathOf(specifier, from, generator.root, find);
  if (path === undefined || kindOfFile(path) !== 'component') return undefined;
  const imported = generator.announce(path, variant, files);
  try {
    generator.generate(imported);
  } catch {
    // It comes again in `load`, where bundlers say it best.
  }
  return { id: slashed(imported.entry) };
}

/** Resolves what a module written by the generator imports. */
async function resolveOwn(
  { adapter, generator, options }: Session,
  id: string,
  importer: string,
  find: Find,
): Promise<Found | undefined> {
  if (id.startsWith('.')) {
    // The bundler compiles it.
    if (id.endsWith('.wasm?module')) return undefined;
    const path = resolve(dirname(importer), id);
    if (!path.endsWith('.wasm')) return { id: path };
    // A file itself, for the module that brings it.
    if (importer.endsWith('.wasm.js') || /^import\.url\.jsx?$/.test(basename(importer)))
      return undefined;
    return options.workerd ? undefined : { id: `${path}.js` };
  }
  // Some bundlers ask again for what they were given.
  if (isAbsolute(id)) return undefined;
  // Names in options resolve from the application, since its shims are the ones it grants to.
  const found = await find(id, join(generator.root, 'package.json'));
  if (found || !wasi.test(id)) return found;
  if (adapter.leavesPackages && (await findAsNode(generator.root)(id, undefined))) return undefined;
  return { id: createRequire(import.meta.url).resolve(id) };
}

/** The path that a specifier stands for, if any is found. */
export async function pathOf(
  specifier: string,
  importer: string | undefined,
  root: string,
  find: Find,
): Promise<string | undefined> {
  if (/^\.{1,2}\//.test(specifier)) {
    return resolve(importer === undefined ? root : dirname(importer), specifier);
  }
  if (isAbsolute(specifier)) {
    // Else it begins at the application's root, as Vite has it.
    return existsSync(specifier) ? specifier : join(root, specifier);
  }
  const inRoot = resolve(root, specifier);
  if (importer === undefined && existsSync(inRoot)) return inRoot;
  const found = await find(specifier, importer);
  return found?.external ? undefined : found?.id.replace(/[?#].*$/s, '');
}
