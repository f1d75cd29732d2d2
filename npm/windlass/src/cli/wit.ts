/** WIT that commands read. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WindlassError } from '../error.js';
import { readInput, unreadable } from './files.js';

/** Errors name files as they lie in a WIT package; here they get the way there. */
export function withWayTo<T>(
  path: string,
  files: readonly (readonly [name: string, text: string])[],
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WindlassError) || error.at === undefined) throw error;
    const folder = path.endsWith('.wit') ? dirname(path) : path;
    const { code, message, at, help } = error;
    const way = files.some(([name]) => at.startsWith(`${name}:`)) ? join(folder, '/') : '';
    throw new WindlassError({ code, message, at: way === './' ? at : way + at, help });
  }
}

/** The files of a WIT package: of a folder, with `deps` in it, or one file. */
export function witFiles(path: string): [name: string, text: string][] | undefined {
  if (path === '-') return undefined;
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!isFolder) return path.endsWith('.wit') ? [[basename(path), textOf(path)]] : undefined;
  // WIT text lies in the folder itself, and in `deps` a file or a folder for each package.
  const own = witIn(path);
  const deps = entries(join(path, 'deps'));
  const files = deps.filter((entry) => entry.isFile()).map(({ name }) => join('deps', name));
  const folders = deps.filter((entry) => entry.isDirectory()).map(({ name }) => join('deps', name));
  const others = folders.flatMap((folder) =>
    witIn(join(path, folder)).map((name) => join(folder, name)),
  );
  return [...own, ...files.filter(isWit), ...others].map((name) => [
    name,
    textOf(join(path, name)),
  ]);
}

function witIn(folder: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isFile() && isWit(entry.name))
    .map(({ name }) => name);
}

/**
 * The contents of a folder, in an order that does not depend on the disk; empty if it is missing.
 */
function entries(folder: string): Dirent[] {
  try {
    const all = readdirSync(folder, { withFileTypes: true });
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

function isWit(name: string): boolean {
  return name.endsWith('.wit');
}

function textOf(path: string): string {
  return new TextDecoder().decode(readInput(path));
}
