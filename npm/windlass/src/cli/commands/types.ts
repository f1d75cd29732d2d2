import { dirname, join } from 'node:path';
import { WindlassError } from '../../error.js';
import { types } from '../../index.js';
import { readInput, stem, writeFiles } from '../files.js';
import { say, sayJson, size, table } from '../print.js';
import { withWayTo, witFiles } from '../wit.js';

/** Options of `windlass types`, as the command line has them. */
export interface TypesFlags {
  out?: string;
  name?: string;
  import?: boolean;
  json?: boolean;
}

/** `windlass types`: writes declarations of a component or of WIT. */
export function typesCommand(path: string, flags: TypesFlags): void {
  const wit = witFiles(path);
  if (wit && flags.import) {
    throw new WindlassError({
      code: 'invalid-option',
      message: '`--import` is for components, and this is WIT',
    });
  }
  const name = flags.name ?? stem(path);
  const emitted = wit ? withWayTo(path, wit, () => types(wit)) : types(readInput(path), { name });
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

/**
 * Declarations of the component's file itself: by `thing.d.wasm.ts` TypeScript, told
 * `allowArbitraryExtensions`, knows what `import … from './thing.wasm'` gives.
 */
function forImport(
  name: string,
  emitted: ReadonlyMap<string, Uint8Array>,
): [name: string, contents: Uint8Array][] {
  const glue = `${name}.instantiate.d.ts`;
  return [...emitted].map(([file, contents]) => {
    if (file !== glue) return [`${name}.d.wasm.ts`, contents];
    const text = new TextDecoder().decode(contents);
    return [file, new TextEncoder().encode(text.replaceAll(`'./${name}.js'`, `'./${name}.wasm'`))];
  });
}
