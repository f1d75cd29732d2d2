import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WindlassError } from '../../error.js';
import { types } from '../../index.js';
import { readInput, stem, unreadable, writeFiles } from '../files.js';
import { say, sayJson, size, table } from '../print.js';

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
    ? typesOfWit(path, wit)
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

/** Errors name files as they lie in the package; here they get the way there. */
function typesOfWit(path: string, files: [name: string, text: string][]): Map<string, Uint8Array> {
  try {
    return types(files);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.at === undefined) throw error;
    const folder = path.endsWith('.wit') ? dirname(path) : path;
    const { code, message, at, help } = error;
    const way = files.some(([name]) => at.startsWith(`${name}:`)) ? join(folder, '/') : '';
    throw new WindlassError({ code, message, at: way === './' ? at : way + at, help });
  }
}

/** The files of a WIT package: of a folder, with `deps` in it, or one file. */
function witFiles(path: string): [name: string, text: string][] | undefined {
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

/** What is in a folder, in an order that does not depend on the disk; nothing if it is not there. */
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
