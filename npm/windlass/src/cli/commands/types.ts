import { join } from 'node:path';
import { types } from '../../index.js';
import { readInput, stem, writeFiles } from '../files.js';
import { say, sayJson, size, table } from '../print.js';
import { withWayTo, witFiles } from '../wit.js';

/** Options of `windlass types`, as the command line has them. */
export interface TypesFlags {
  out: string;
  name?: string;
  json?: boolean;
}

/** `windlass types`: writes declarations of a component or of WIT. */
export function typesCommand(path: string, flags: TypesFlags): void {
  const wit = witFiles(path);
  const files = wit
    ? withWayTo(path, wit, () => types(wit))
    : types(readInput(path), { name: flags.name ?? stem(path) });
  writeFiles(flags.out, files);
  if (flags.json) {
    const list = [...files].map(([name, contents]) => ({ name, size: contents.length }));
    sayJson({ out: flags.out, files: list });
    return;
  }
  const rows = [...files].map(([name, bytes]) => [join(flags.out, name), size(bytes.length)]);
  for (const line of table(rows)) say(line);
}
