/** Loads the modules that the generator wrote, up to date, for bundlers. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { REFERENCE } from './bring.js';
import { described } from './imports.js';
import type { Session } from './session.js';

/** The result of a loader. */
export interface Loaded {
  code: string;
  /** A source map of version 3; without one the code is its own source. */
  map?: object;
}

/** The generator's output folder. */
export const ownFolder = /[\\/]\.cache[\\/]windlass[\\/]/;
/** Modules that may be the generator's, and files that they bring. */
export const ownModule = /[\\/]\.cache[\\/]windlass[\\/][\s\S]*\.jsx?$/;
export const ownFile = /[\\/]\.cache[\\/]windlass[\\/][\s\S]*\.wasm$/;

/**
 * The text of a module written by the generator.
 *
 * @param addWatchFile told what the module is made of
 * @param emit emits a file and gives its reference, where the bundler has such
 * @throws an error with a code frame when a component or WIT is refused
 */
export function loadOwn(
  session: Session,
  id: string,
  addWatchFile: (path: string) => void,
  emit?: (path: string) => string,
): Loaded {
  const { adapter, generator } = session;
  const imported = adapter.watchesEach ? generator.importAround(id) : generator.importOf(id);
  if (imported) {
    addWatchFile(imported.component);
    try {
      generator.generate(imported);
    } catch (error) {
      // Once is enough, by the module that was imported.
      if (generator.importOf(id)) throw described(error, imported.component);
    }
  }
  const wit = generator.witOf(id);
  if (wit !== undefined) {
    addWatchFile(wit);
    witModule(session, wit);
  }
  const code = readFileSync(id, 'utf8');
  if (existsSync(`${id}.map`)) {
    return { code, map: JSON.parse(readFileSync(`${id}.map`, 'utf8')) as object };
  }
  if (!emit || !code.includes(REFERENCE)) return { code };
  const file = id.endsWith('.wasm.js')
    ? id.slice(0, -'.js'.length)
    : imported && join(imported.folder, basename(imported.component));
  if (file === undefined) return { code };
  const around = generator.importAround(id);
  const isAwaited = around && around.variant !== 'url' && session.options.tla !== false;
  if (isAwaited) session.awaiting.add(around.component);
  const reference = emit(file);
  session.emitted.add(reference);
  // References have `$` in them, which says something in a replacement.
  return { code: code.replace(REFERENCE, () => REFERENCE + reference) };
}

/**
 * The module for a file of WIT, whose types are written.
 *
 * @throws an error with a code frame when the WIT is refused
 */
export function witModule({ generator }: Session, path: string): string {
  try {
    return generator.generateWit(path);
  } catch (error) {
    throw described(error, path);
  }
}
