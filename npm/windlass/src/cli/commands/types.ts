import { basename, dirname, join } from 'node:path';
import { WindlassError } from '../../error.js';
import { types } from '../../index.js';
import type { TranspileOptions } from '../../schema.js';
import { readWasm, withName } from '../component.js';
import { stem, writeFiles } from '../files.js';
import { say, sayJson, size, table } from '../print.js';
import { settingsOf } from '../settings.js';
import type { Flags } from '../values.js';
import { withWayTo, witFiles } from '../wit.js';

/** Options of `windlass types`, as the command line has them. */
export interface TypesFlags extends Flags {
  out?: string;
  name?: string;
  import?: boolean;
  json?: boolean;
}

/** `windlass types`: writes declarations of a component or of WIT. */
export async function typesCommand(path: string, flags: TypesFlags): Promise<void> {
  const wit = witFiles(path);
  if (wit && flags.import) {
    throw new WindlassError({
      code: 'invalid-option',
      message: '`--import` is for components, and this is WIT',
    });
  }
  const { options } = await settingsOf('types', path, flags);
  // TypeScript looks for one that is named as the whole of what is imported.
  const own = flags.import && path !== '-' ? basename(path, '.wasm') : stem(path);
  const name = flags.name ?? own;
  const emitted = wit
    ? withWayTo(path, wit, () => types(wit))
    : await ofComponent(path, { ...options, name });
  const files = flags.import ? forImport(name, emitted) : emitted;
  const out = flags.out ?? (flags.import ? dirname(path) : '.');
  writeFiles(out, files);
  if (flags.json) {
    const list = [...files].map(([file, { length }]) => ({ name: file, size: length }));
    sayJson({ out, files: list });
    return;
  }
  const rows = [...files].map(([file, bytes]) => [join(out, file), size(bytes.length)]);
  for (const line of table(rows)) say(line);
}

async function ofComponent(
  path: string,
  options: TranspileOptions,
): Promise<Map<string, Uint8Array>> {
  const { bytes } = await readWasm(path);
  return withName(path, () => types(bytes, options));
}

/**
 * Declarations of the component's file itself: by `thing.d.wasm.ts` TypeScript, told
 * `allowArbitraryExtensions`, knows what `import … from './thing.wasm'` gives.
 */
function forImport(
  name: string,
  emitted: ReadonlyMap<string, Uint8Array>,
): [name: string, contents: Uint8Array][] {
  const [entry = ''] = emitted.keys();
  // Of the name, which may have spaces, emitted files have what no system minds.
  const stem = entry.slice(0, -'.d.ts'.length);
  return [...emitted].map(([file, contents]) => {
    const text = new TextDecoder()
      .decode(contents)
      .replaceAll(`'./${stem}.js'`, () => quoted(`./${name}.wasm`))
      .replaceAll(`'./${stem}.instantiate.js'`, () => quoted(`./${name}.instantiate.js`));
    const end = file === entry ? 'd.wasm.ts' : 'instantiate.d.ts';
    return [`${name}.${end}`, new TextEncoder().encode(text)];
  });
}

/** A string of TypeScript, as others are quoted there. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
