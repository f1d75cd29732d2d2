/** Files that commands read and write. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { binding } from '../binding.js';
import { WindlassError } from '../error.js';
import { nearest } from '../nearest.js';
import { type Exchange, replaceFile, replaceFiles } from '../replace.js';
import { say, sayJson, size, write } from './print.js';

/** Reads a file, or standard input for `-`. */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Checks that a folder is there. */
export function checkFolder(path: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error, 'folder');
  }
  if (isFolder) return;
  throw new WindlassError({ code: 'unreadable', message: `\`${path}\` is no folder` });
}

/** Why a file cannot be read, with the one that was probably meant. */
export function unreadable(path: string, error: unknown, kind = 'file'): WindlassError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') {
    return new WindlassError({ code: 'unreadable', message: `\`${path}\` is a folder` });
  }
  if (code !== 'ENOENT') {
    return new WindlassError({
      code: 'unreadable',
      message: `cannot read \`${path}\`: ${message}`,
    });
  }
  const meant = nearest(basename(path), neighbours(dirname(path)));
  return new WindlassError({
    code: 'unreadable',
    message: `there is no ${kind} \`${path}\``,
    help: meant && `did you mean \`${join(dirname(path), meant)}\`?`,
  });
}

function neighbours(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Writes files into a folder, which is made if need be, all of them or none. */
export function writeFiles(folder: string, files: Iterable<readonly [string, Uint8Array]>): void {
  try {
    replaceFiles(folder, new Map(files), exchange());
  } catch (error) {
    throw new WindlassError({
      code: 'unwritable',
      message: `cannot write to \`${folder}\`: ${(error as Error).message}`,
    });
  }
}

/** The addon's exchange of folders; commands that need no transpiler do without. */
function exchange(): Exchange | undefined {
  try {
    return binding().exchange;
  } catch {
    return undefined;
  }
}

/** Writes one file, or to standard output for `-`. */
export function writeOutput(path: string, contents: Uint8Array): void {
  try {
    if (path === '-') {
      write(contents);
      return;
    }
    replaceFile(path, contents);
  } catch (error) {
    throw new WindlassError({
      code: 'unwritable',
      message: `cannot write \`${path}\`: ${(error as Error).message}`,
    });
  }
}

/** Says what {@link writeOutput} wrote. */
export function sayWritten(path: string, contents: Uint8Array, json = false): void {
  if (path === '-') return;
  if (json) sayJson({ file: path, size: contents.length });
  else say(`${path}  ${size(contents.length)}`);
}

/** The stem of a path, a name for what is made of it. */
export function stem(path: string): string {
  if (path === '-') return 'component';
  return basename(path).replace(/(?:\.component)?\.wa(?:sm|t)$/, '') || 'component';
}
