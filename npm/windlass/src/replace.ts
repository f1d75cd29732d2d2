/**
 * Output that is there whole or not at all, whoever else writes it and whenever the
 * process is killed. Everything is written beside first and then renamed.
 *
 * - One file, and a folder that was not there, appear by one rename.
 * - A folder that holds nothing but what is written anew is exchanged as a whole, where the
 *   addon can (Linux, macOS). Readers see the old files or the new ones.
 * - Any other folder holds files of somebody else too, and keeps them. Its new files are
 *   moved in one by one, each whole. The folder with those that are still to be moved is
 *   {@link pending}: whoever finds one moves the rest before anything else, so that two
 *   processes never mix, and a run after a killed one completes it.
 *
 * A power cut is another matter: nothing is flushed.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { makeFolder } from './folder.js';

/** Files by name, the one that leads to the others first. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Exchanges two paths in one step; whether that was possible. */
export type Exchange = (a: string, b: string) => boolean;

/** Files that were written whole and are on their way into the folder that this is in. */
const pending = '.windlass-pending';

/** Names of folders that a killed run leaves behind. */
const leftover = /^\.windlass-(\d+)-[0-9a-f]{12}$/;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The number of retries when another process comes in between. */
const attempts = 100;

/** Writes a file; one that is a link stays a link, to a file that is new. */
export function replaceFile(path: string, contents: Uint8Array): void {
  const target = followed(path);
  const before = statSync(target, { throwIfNoEntry: false });
  if (before?.isDirectory()) throw new Error('it is a folder');
  if (before && !before.isFile()) {
    // A device or a pipe, which takes what it is given.
    writeFileSync(target, contents);
    return;
  }
  const folder = dirname(target);
  makeFolder(folder);
  sweep(folder);
  const stage = join(folder, stageName());
  try {
    writeFileSync(stage, contents, { flag: 'wx' });
    if (before) chmodSync(stage, before.mode & 0o777);
    renameSync(stage, target);
  } finally {
    rmSync(stage, { force: true });
  }
}

/** Writes files into a folder, which is made if need be. What else is in it stays. */
export function replaceFiles(folder: string, files: Files, exchange?: Exchange): void {
  const target = followed(folder);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (!statSync(target, { throwIfNoEntry: false })) {
      if (create(target, files)) return;
      continue;
    }
    try {
      if (replaceIn(target, files, exchange)) return;
    } catch (error) {
      // Another process exchanged the folder while this one was in it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('other processes write to it all the time');
}

/** Makes the folder; whether that was possible, as nobody else made it. */
function create(target: string, files: Files): boolean {
  const parent = dirname(target);
  makeFolder(parent);
  sweep(parent);
  return staged(parent, (stage) => {
    write(stage, files);
    try {
      renameSync(stage, target);
      return true;
    } catch (error) {
      if (isThereError(error)) return false;
      throw error;
    }
  });
}

function replaceIn(target: string, files: Files, exchange: Exchange | undefined): boolean {
  complete(target);
  sweep(target);
  const names = readdirSync(target);
  if (holds(target, names, files)) return true;
  const isOurs = names.every((name) => files.has(name));
  if (exchange && isOurs && !isWithin(process.cwd(), target)) {
    const done = exchanged(target, files, exchange);
    if (done !== undefined) return done;
  }
  return moveInto(target, files);
}

/** Exchanges a folder for one that has the new files; nothing where that cannot be done. */
function exchanged(target: string, files: Files, exchange: Exchange): boolean | undefined {
  const before = statSync(target);
  try {
    sweep(dirname(target));
    return staged(dirname(target), (stage) => {
      const { uid, gid } = statSync(stage);
      if (uid !== before.uid || gid !== before.gid) return undefined;
      write(stage, files, target);
      chmodSync(stage, before.mode & 0o7777);
      if (!exchange(stage, target)) return undefined;
      // Files that somebody else added a moment ago are missing from `files`.
      for (const name of readdirSync(stage)) {
        if (!files.has(name)) renameSync(join(stage, name), join(target, name));
      }
      return true;
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The folder above may be one that others write to.
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return undefined;
    throw error;
  }
}

/** Moves files into a folder that has others, the leading one last. */
function moveInto(target: string, files: Files): boolean {
  for (const name of files.keys()) {
    const there = lstatSync(join(target, name), { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error(`\`${name}\` in it is a folder`);
  }
  return staged(target, (stage) => {
    const ordered = [...files].toReversed();
    write(stage, new Map(ordered.map(([name, contents], i) => [`${i}-${name}`, contents])));
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        renameSync(stage, join(target, pending));
        complete(target);
        return true;
      } catch (error) {
        if (!isThereError(error)) throw error;
        // Another process is at it.
        complete(target);
      }
    }
    return false;
  });
}

/** Moves in what a process, which may be dead by now, has written whole. */
function complete(target: string): void {
  const from = join(target, pending);
  const there = lstatSync(from, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isDirectory()) throw new Error(`\`${pending}\` in it is no folder`);
  const order = (name: string) => Number.parseInt(name, 10);
  for (const name of readdirSync(from).toSorted((a, b) => order(a) - order(b))) {
    unlessGone(() => renameSync(join(from, name), join(target, name.slice(name.indexOf('-') + 1))));
  }
  unlessGone(() => rmdirSync(from));
}

/** Does what another process may have done a moment ago, or may be doing again. */
function unlessGone(step: () => void): void {
  try {
    step();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && !isThereError(error)) throw error;
  }
}

/** Whether a folder has these files and no others, with these contents. */
function holds(target: string, names: readonly string[], files: Files): boolean {
  return (
    names.length === files.size &&
    [...files].every(([name, contents]) => has(target, name, contents))
  );
}

function has(folder: string, name: string, contents: Uint8Array): boolean {
  const path = join(folder, name);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size !== contents.length) return false;
  const file = openSync(path, 'r');
  try {
    // Piece by piece: memory for all of it takes longer to get than to fill.
    const piece = Buffer.allocUnsafe(Math.min(contents.length, 2 ** 16));
    for (let at = 0; at < contents.length;) {
      const read = readSync(file, piece);
      if (read === 0 || !piece.subarray(0, read).equals(contents.subarray(at, at + read))) {
        return false;
      }
      at += read;
    }
    return true;
  } finally {
    closeSync(file);
  }
}

/** Writes files into a new folder; large ones that `old` has are the same file there and here. */
function write(folder: string, files: Files, old?: string): void {
  for (const [name, contents] of files) {
    const path = join(folder, name);
    if (old !== undefined && contents.length > 2 ** 20 && has(old, name, contents)) {
      try {
        linkSync(join(old, name), path);
        continue;
      } catch {
        // Not every file system has links.
      }
    }
    writeFileSync(path, contents, { flag: 'wx' });
  }
}

/** Works with a folder of its own in another, which is gone afterwards. */
function staged<T>(folder: string, work: (stage: string) => T): T {
  const stage = join(folder, stageName());
  mkdirSync(stage);
  try {
    return work(stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function stageName(): string {
  return `.windlass-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** Removes what processes that were killed have left in a folder. */
function sweep(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const pid = leftover.exec(name)?.[1];
      if (pid === undefined) continue;
      const path = join(folder, name);
      const age = Date.now() - lstatSync(path).mtimeMs;
      // Processes of a container that shares the folder cannot be seen.
      if (age > HOUR || (age > MINUTE && !isRunning(Number(pid)))) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  } catch {
    // It takes up room, and does no harm.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The target of a path; the links in it stay as they are. */
function followed(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/** Recognises the errors of a rename onto a folder with something in it. */
function isThereError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')
  );
}
