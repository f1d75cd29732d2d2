/** The changes that `windlass add` makes to a project. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WindlassError } from '../error.js';
import { inspect } from '../index.js';
import { replaceFile } from '../replace.js';
import { pull } from './artifact.js';
import { digestOf, type RepositoryOptions } from './client.js';
import { formatLock, type Lock, lockedPath, lockName, readLock, staysInside } from './lock.js';
import { formatReference, parseReference, type Reference } from './reference.js';

/** A component of the project. */
export interface Added {
  /** Its path from the project's folder, with `/` on every platform. */
  readonly file: string;
  readonly reference: string;
  /** Digest of the manifest. */
  readonly manifest: string;
  /** Digest of the component. */
  readonly layer: string;
  readonly size: number;
  /** Whether it was fetched, or there already. */
  readonly fetched: boolean;
}

/** Options of {@link add}. */
export interface AddOptions extends RepositoryOptions {
  /** Write over a file that is not of the lock file. */
  force?: boolean;
}

/**
 * Fetches a component into a project and writes it into the lock file.
 *
 * @param project the project's folder
 * @param path where to write, inside of it
 * @throws {@link WindlassError} as `pull`, and when the file cannot be written
 */
export async function add(
  project: string,
  reference: Reference,
  path: string,
  { force = false, ...options }: AddOptions = {},
): Promise<Added> {
  const lock = readLock(project);
  const file = lockedPath(project, path);
  if (file === undefined || !file.endsWith('.wasm')) {
    throw new WindlassError({
      code: 'invalid-option',
      message: `\`${path}\` is no \`.wasm\` file below \`${project}\`, where ${lockName} is`,
      help: 'choose one with `--out`',
    });
  }
  refuseLink(project, file);
  const { bytes, manifest, layer } = await pull(reference, options);
  inspect(bytes);
  const before = lock.components.get(file);
  if (!force && !before && existsSync(path) && digestOf(readFileSync(path)) !== layer) {
    throw new WindlassError({
      code: 'exists',
      message: `\`${path}\` is there already, and not of ${lockName}`,
      help: 'choose another file with `--out`, or write over this one with `--force`',
    });
  }
  write(resolve(path), bytes);
  lock.components.set(file, { reference: formatReference(reference), manifest, layer });
  writeLock(lock);
  return {
    file,
    reference: formatReference(reference),
    manifest,
    layer,
    size: bytes.length,
    fetched: true,
  };
}

/**
 * Brings a project's components to what its lock file says, by the digests in it.
 *
 * @throws {@link WindlassError} `digest-mismatch` when a registry has something else by now
 */
export async function restore(project: string, options?: RepositoryOptions): Promise<Added[]> {
  const { components } = readLock(project);
  const added: Added[] = [];
  for (const [file, { reference, manifest, layer }] of components) {
    refuseLink(project, file);
    const path = join(project, file);
    const entry = { file, reference, manifest, layer };
    const there = existsSync(path) ? readFileSync(path) : undefined;
    if (there && digestOf(there, layer.split(':')[0]) === layer) {
      added.push({ ...entry, size: there.length, fetched: false });
      continue;
    }
    const pulled = await pull({ ...parseReference(reference), digest: manifest }, options);
    if (pulled.layer !== layer) {
      throw new WindlassError({
        code: 'digest-mismatch',
        message: `\`${reference}\` has a component \`${pulled.layer}\`, and ${lockName} says \`${layer}\``,
        at: file,
        help: `${lockName} was changed by hand: add the component again`,
      });
    }
    write(path, pulled.bytes);
    added.push({ ...entry, size: pulled.bytes.length, fetched: true });
  }
  return added;
}

/** Refuses a file that a link, or one on the way, puts outside of the project. */
function refuseLink(project: string, file: string): void {
  if (staysInside(project, join(project, file))) return;
  throw new WindlassError({
    code: 'unwritable',
    message: `\`${file}\` leads out of the project by a symbolic link`,
    at: project,
    help: 'remove the link, or choose another file with `--out`',
  });
}

function writeLock(lock: Lock): void {
  write(join(lock.folder, lockName), new TextEncoder().encode(formatLock(lock)));
}

/** Writes a file as a whole or not at all. */
function write(path: string, contents: Uint8Array): void {
  try {
    replaceFile(path, contents);
  } catch (error) {
    throw new WindlassError({
      code: 'unwritable',
      message: `cannot write \`${path}\`: ${(error as Error).message}`,
    });
  }
}
