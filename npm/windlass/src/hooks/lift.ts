/** A component on disk, transpiled, with the cache in between. */
import { binding } from '../binding.js';
import { partsOf } from '../emitted.js';
import { WindlassError } from '../error.js';
import { complete, type TranspileOptions } from '../options.js';
import { cacheFolder, type Lifted, readEntry, writeEntry } from './cache.js';

const { readFileSync, statSync } = process.getBuiltinModule('node:fs');
const { fileURLToPath } = process.getBuiltinModule('node:url');

/** The stem of the files, which nobody sees. */
const stem = 'component';

/** The specifier by which an entry imports the glue. */
export const glueSpecifier = `./${stem}.instantiate.js`;

/** The specifier by which an entry imports `createWasi`, if its component needs WASI. */
export const wasiSpecifier = `./${stem}.wasi.js`;

let made: string | undefined;

/**
 * The identity of the transpiler, as far as the cache needs to know: the version of a
 * release, and in the workspace the time of the build as well.
 */
function transpilerStamp(): string {
  if (made === undefined) {
    // Read rather than required: in Deno that goes through the hooks, as JavaScript.
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    made = (JSON.parse(manifest) as { version: string }).version;
    // Only the workspace has this file.
    const addon = new URL('../../../native/windlass.node', import.meta.url);
    const built = statSync(addon, { throwIfNoEntry: false });
    if (built) made += `+${built.mtimeMs}.${built.size}`;
  }
  return made;
}

/**
 * Transpiles a component, or takes it from the cache.
 *
 * @param folder where the search for the cache begins
 * @throws {@link WindlassError} when the component is refused
 */
export function lift(
  path: string,
  options: TranspileOptions,
  folder: string,
  cache?: string | false,
): Lifted {
  const component = readFileSync(path);
  const all = [
    ...complete({ ...options, types: false, name: stem }),
    // The hooks alone use this target, so no option names it.
    'target',
    'hooks',
  ];
  const entries = cacheFolder(folder, cache);
  if (entries === undefined) return transpile(component, all);
  const from = JSON.stringify([transpilerStamp(), all]);
  const entry = readEntry(entries, { component, from });
  if (entry.found) return entry.found;
  const result = transpile(component, all);
  writeEntry(entry.path, { component, from }, result);
  return result;
}

function transpile(component: Uint8Array, options: string[]): Lifted {
  const { output, error } = binding().transpile(component, options);
  if (!output) throw new WindlassError(error!);
  for (const { code, message } of output.notices) {
    process.emitWarning(message, { type: 'WindlassNotice', code });
  }
  const files = new Map<string, Uint8Array>();
  for (const { name, contents, part } of output.files) {
    files.set(name, contents ?? component.subarray(...part!));
  }
  return {
    entryModule: files.get(`${stem}.js`) ?? new Uint8Array(0),
    ...partsOf(files, stem),
    imports: output.imports,
  };
}

/** The path in a `file:` URL, without query. */
export function pathOf(url: string): string {
  return fileURLToPath(url.replace(/[?#].*$/s, ''));
}
