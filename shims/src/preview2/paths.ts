/**
 * Resolution of a guest's path: component by component below one
 * directory, so that neither `..` nor a symbolic link leads out of it
 * (`wasi:filesystem/types`, path resolution).
 */

import type { FileStat, HostDirectory } from '../host/host.js';
import { HostError } from './errors.js';

/** Symbolic links followed for one path before it counts as a loop, as on Linux. */
const MOST_SYMLINKS = 40;
/** A path is shorter than this many UTF-16 units, as on Linux in bytes. */
const LONGEST_PATH = 4096;
/** Directories opened for one path: `..` walks again from the top, and links add to the path. */
const MOST_STEPS = 16_384;

/** The result of a `Visit` whose `name` is a symbolic link. */
export const SYMLINK = Symbol('symbolic link');

/** Acts on `name` in `directory`, or on `directory` itself when `name` is `undefined`. */
export type Visit<T> = (directory: HostDirectory, name: string | undefined) => T | typeof SYMLINK;

/**
 * Walks to the last component of `path` and lets `visit` act on it.
 *
 * When `visit` says that it is a symbolic link, the link is followed if
 * `follow` allows, else the path is a loop (`ELOOP`), as with `O_NOFOLLOW`.
 * Throws `EPERM` for a path that leads out of `base`.
 */
export function resolve<T>(base: HostDirectory, path: string, follow: boolean, visit: Visit<T>): T {
  checkPath(path);
  /** Components still to go, the next one last. */
  const pending = path.split('/').reverse();
  /** The names that lead from `base` to `directory`; none is a symbolic link. */
  const walked: string[] = [];
  const start = base.step?.() ?? base;
  let directory = start;
  let symlinks = 0;
  let steps = 0;
  const enter = (next: HostDirectory): void => {
    if (directory !== start) directory.close();
    directory = next;
  };

  const ahead = namesAhead(pending);
  const below = ahead.length > 1 ? start.openBelow?.(ahead) : undefined;
  if (below !== undefined) {
    directory = below;
    walked.push(...ahead);
    pending.splice(pending.length - ahead.length);
    steps += ahead.length;
  }

  try {
    for (;;) {
      const name = pending.pop();
      if (name === undefined) return visitDirectory(directory, visit);
      if (name === '' || name === '.') continue;
      steps += name === '..' ? walked.length : 1;
      if (steps > MOST_STEPS) throw new HostError('ELOOP');
      if (name === '..') {
        if (walked.pop() === undefined) throw new HostError('EPERM', 'path leads out of its base');
        enter(walk(start, walked));
        continue;
      }
      if (pending.length === 0) {
        const result = visit(directory, name);
        if (result !== SYMLINK) return result;
        if (!follow) throw new HostError('ELOOP');
      } else {
        const next = directory.openDirectory(name);
        if (next !== undefined) {
          enter(next);
          walked.push(name);
          continue;
        }
      }
      symlinks += 1;
      if (symlinks > MOST_SYMLINKS) throw new HostError('ELOOP');
      const target = directory.readlink(name);
      checkPath(target);
      pending.push(...target.split('/').reverse());
    }
  } finally {
    if (directory !== start) directory.close();
  }
}

/**
 * The attributes of what `path` names, where the platform finds them in one call: no symbolic
 * link is on the way or followed.
 */
export function statBelow(base: HostDirectory, path: string): FileStat | undefined {
  if (base.lstatBelow === undefined || !path.includes('/')) return undefined;
  checkPath(path);
  return path.split('/').every(isName) ? base.lstatBelow(path) : undefined;
}

function isName(component: string): boolean {
  return component !== '' && component !== '.' && component !== '..';
}

/** `path` without slashes at its end, and whether there were any: it must be a directory then. */
export function stripSlashes(path: string): { path: string; hadSlash: boolean } {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return { path: path.slice(0, end), hadSlash: end < path.length };
}

function visitDirectory<T>(directory: HostDirectory, visit: Visit<T>): T {
  const result = visit(directory, undefined);
  if (result === SYMLINK) throw new HostError('ELOOP');
  return result;
}

function checkPath(path: string): void {
  if (path === '') throw new HostError('ENOENT');
  if (path.length >= LONGEST_PATH) throw new HostError('ENAMETOOLONG');
  if (path.startsWith('/')) throw new HostError('EPERM', 'absolute path');
  if (path.includes('\0')) throw new HostError('EINVAL', 'NUL in path');
}

/** The names of a path before the last one, from its begin to the first that is none. */
function namesAhead(pending: readonly string[]): string[] {
  const names: string[] = [];
  for (let i = pending.length - 1; i > 0; i -= 1) {
    const name = pending[i] as string;
    if (!isName(name)) break;
    names.push(name);
  }
  return names;
}

/** Opens the directory that `names` lead to. Each was a directory when it was walked. */
function walk(base: HostDirectory, names: readonly string[]): HostDirectory {
  const below = names.length > 1 ? base.openBelow?.(names) : undefined;
  if (below !== undefined) return below;
  let directory = base;
  for (const name of names) {
    const next = directory.openDirectory(name);
    if (directory !== base) directory.close();
    if (next === undefined) throw new HostError('EPERM', 'a directory became a symbolic link');
    directory = next;
  }
  return directory;
}
