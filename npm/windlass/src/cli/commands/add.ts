import { join, relative } from 'node:path';
import { invalidOption } from '../../error.js';
import { add, type Added, restore } from '../../registry/add.js';
import { lockName, projectOf } from '../../registry/lock.js';
import { nameOf } from '../../registry/reference.js';
import { resolveReference } from '../../registry/packages.js';
import { say, sayJson, size, table } from '../print.js';
import { withProgress } from '../progress.js';

/** Options of `windlass add`, as the command line has them. */
export interface AddFlags {
  out?: string;
  force?: boolean;
  plainHttp?: boolean;
  maxSize?: string;
  timeout?: string;
  json?: boolean;
}

/** `windlass add`: fetches a component, or all of the lock file. */
export async function addCommand(text: string | undefined, flags: AddFlags): Promise<void> {
  const { force = false, plainHttp = false } = flags;
  const options = {
    plainHttp,
    ...measured('maxSize', '--max-size', flags.maxSize, 2 ** 20),
    ...measured('timeout', '--timeout', flags.timeout, 1000),
  };
  const project = projectOf(process.cwd());
  if (text === undefined) {
    if (flags.out !== undefined) {
      throw invalidOption('`--out` names a file, but there is no component', 'name one');
    }
    const added = await withProgress('fetching', () => restore(project, options));
    report(project, added, flags);
    return;
  }
  const reference = await resolveReference(text, process.cwd(), options);
  const path = flags.out ?? join(project, 'wasm', `${nameOf(reference)}.wasm`);
  const added = await withProgress(`fetching ${text}`, () =>
    add(project, reference, path, { force, ...options }),
  );
  report(project, [added], flags);
}

/** A number in an option's unit, as the property of which it is a multiple. */
function measured<K extends string>(
  key: K,
  flag: string,
  text: string | undefined,
  unit: number,
): Partial<Record<K, number>> {
  if (text === undefined) return {};
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * unit : 0;
  // A timer takes no more.
  if (value >= 1 && value < 2 ** 31) return { [key]: value } as Record<K, number>;
  throw invalidOption(`\`${flag} ${text}\` is no number that makes sense`, `as in \`${flag} 300\``);
}

function report(project: string, added: Added[], { json }: AddFlags): void {
  if (json) {
    sayJson({ project, components: added });
    return;
  }
  if (added.length === 0) say(`${lockName} names no component`);
  const rows = added.map(({ file, size: bytes, reference, manifest, fetched }) => [
    relative('', join(project, file)),
    size(bytes),
    fetched ? `${reference.replace(/@.*/, '')}@${manifest}` : 'is there already',
  ]);
  for (const line of table(rows)) say(line, line.endsWith('is there already') ? 'dim' : undefined);
}
