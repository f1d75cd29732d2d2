/** A component on disk, transpiled, with the cache in between. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Transpiled } from '../api.js';
import { transpile } from '../index.js';
import type { TranspileOptions } from '../options.js';
import { cacheFolder, hashOf, readEntry, writeEntry } from './cache.js';

/** The stem of the files, which nobody sees. */
export const stem = 'component';

const require = createRequire(import.meta.url);
let made: string | undefined;

/**
 * What the transpiler is, as far as the cache needs to know: the version of a
 * release, and in the workspace the time of the build as well.
 */
function transpilerStamp(): string {
  if (made === undefined) {
    // Read rather than required: in Deno that goes through the hooks, as JavaScript.
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    made = (JSON.parse(manifest) as { version: string }).version;
    try {
      const { mtimeMs, size } = statSync(require.resolve('@windlass/native'));
      made += `+${mtimeMs}.${size}`;
    } catch {
      // Only the workspace has a package of this name.
    }
  }
  return made;
}

/**
 * Transpiles a component, or takes it from the cache.
 *
 * @param folder where the search for the cache begins
 * @throws {@link WindlassError} with the file in `at` when the component is refused
 */
export function lift(
  path: string,
  options: TranspileOptions,
  folder: string,
  cache?: string | false,
): Transpiled {
  const bytes = readFileSync(path);
  const entries = cacheFolder(folder, cache);
  const complete = { target: 'node', types: false, name: stem, ...options } as const;
  const key = hashOf(transpilerStamp(), JSON.stringify(complete), bytes);
  const found = entries === undefined ? undefined : readEntry(entries, key);
  if (found) return found;
  const transpiled = transpile(bytes, complete);
  if (entries !== undefined) writeEntry(entries, key, transpiled);
  return transpiled;
}

/** The path in a `file:` URL, without query. */
export function pathOf(url: string): string {
  return fileURLToPath(url.replace(/[?#].*$/s, ''));
}
