/** `windlass.lock`: what `windlass add` has put into a project. */
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { WindlassError } from '../error.js';
import { isDigest, parseReference } from './reference.js';

/** Name of the file. */
export const lockName = 'windlass.lock';

/** The origin of a component. */
export interface Locked {
  /** As it was asked for. */
  readonly reference: string;
  /** Digest of the manifest. */
  readonly manifest: string;
  /** Digest of the component. */
  readonly layer: string;
}

/** The lock file of a project. */
export interface Lock {
  /** The folder that it is in, where the paths begin. */
  readonly folder: string;
  /** By path, with `/` on every platform. */
  readonly components: Map<string, Locked>;
}

/** The folder of a project: the nearest one with a lock file, or with `package.json`. */
export function projectOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if ([lockName, 'package.json'].some((name) => existsSync(join(at, name)))) return at;
    if (at === dirname(at)) return resolve(folder);
  }
}

/**
 * Reads the lock file of a folder, an empty one if there is none.
 *
 * @throws {@link WindlassError} `invalid-lock`
 */
export function readLock(folder: string): Lock {
  const path = join(folder, lockName);
  let text: string;
  try {
    if (!staysInside(folder, path)) throw invalid(path, 'is a link out of the project');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof WindlassError) throw error;
    if ((error as { code?: unknown }).code === 'ENOENT') return { folder, components: new Map() };
    throw invalid(path, `cannot be read: ${(error as Error).message}`);
  }
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (typeof lock !== 'object' || lock === null) throw invalid(path, 'is no JSON object');
  const { lockfileVersion, components } = lock as Record<string, unknown>;
  if (lockfileVersion !== 1) {
    throw invalid(path, 'has another version than 1', 'a newer windlass may know it');
  }
  if (typeof components !== 'object' || components === null || Array.isArray(components)) {
    throw invalid(path, 'has no `components`');
  }
  const entries = Object.entries(components as Record<string, Partial<Locked> | null>);
  return { folder, components: new Map(entries.map((entry) => checked(path, ...entry))) };
}

/** Writes down a lock, the same text for the same components. */
export function formatLock({ components }: Lock): string {
  const sorted = [...components].sort(([a], [b]) => (a < b ? -1 : 1));
  const lock = {
    lockfileVersion: 1,
    components: Object.fromEntries(
      sorted.map(([file, { reference, manifest, layer }]) => [
        file,
        { reference, manifest, layer },
      ]),
    ),
  };
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

/** A path as the lock file has it, `undefined` if it is not in the folder. */
export function lockedPath(folder: string, path: string): string | undefined {
  const inside = relative(folder, resolve(path)).split(sep).join('/');
  return isInside(inside) ? inside : undefined;
}

/**
 * Whether a path is in a folder once all links on the way are followed: a repository may
 * come from anyone, with links in it. One that leads nowhere is not.
 */
export function staysInside(folder: string, path: string): boolean {
  const missing: string[] = [];
  let there = resolve(path);
  while (!lstatSync(there, { throwIfNoEntry: false })) {
    missing.unshift(basename(there));
    there = dirname(there);
  }
  let real: string;
  try {
    real = realpathSync(there);
  } catch {
    return false;
  }
  const inside = relative(realpathSync(folder), join(real, ...missing));
  return isInside(inside.split(sep).join('/'));
}

/** A repository may come from anyone, and its lock file says where to write. */
function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    path !== '' &&
    !isAbsolute(path) &&
    !/[\\:\0]/.test(path) &&
    parts.every((part) => !['', '.', '..', '.git', 'node_modules'].includes(part.toLowerCase()))
  );
}

function checked(path: string, file: string, entry: Partial<Locked> | null): [string, Locked] {
  const { reference, manifest, layer } = entry ?? {};
  if (!isInside(file) || !file.endsWith('.wasm')) {
    throw invalid(path, `names \`${file}\`, which is no \`.wasm\` file of the project`);
  }
  if (typeof reference !== 'string' || !isDigest(manifest) || !isDigest(layer)) {
    throw invalid(path, `does not say where \`${file}\` comes from`);
  }
  parseReference(reference);
  return [file, { reference, manifest, layer }];
}

function invalid(
  path: string,
  what: string,
  help = 'add the components again with `windlass add`',
): WindlassError {
  return new WindlassError({
    code: 'invalid-lock',
    message: `the lock file ${what}`,
    at: path,
    help,
  });
}
