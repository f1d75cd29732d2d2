/** Components and core modules that commands read, as bytes or as WAT text. */
import { readdirSync, statSync } from 'node:fs';
import { binding } from '../binding.js';
import { WindlassError } from '../error.js';
import type { NamedFile } from '../tools.js';
import { readInput } from './files.js';

/**
 * Reads a component or a core module, which keeps its path as its name.
 *
 * @throws {@link WindlassError} `unreadable`, `invalid-text`, and `wit-package` for WIT
 */
export async function readWasm(path: string): Promise<NamedFile> {
  if (path !== '-') refuseWit(path);
  const name = nameOf(path);
  const bytes = (path !== '-' && fromAddon(path)) || readInput(path);
  if (!isText(bytes)) return { name, bytes };
  const { assemble } = await import('../tools.js');
  return { name, bytes: assemble({ name, bytes: withoutMark(bytes) }) };
}

/** Does something with a file; errors about what is in it say which file it is. */
export function withName<T>(path: string, work: () => T): T {
  try {
    const result = work();
    // A promise is what it seems, or else it has no such method.
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw named(path, error);
    }) as T;
  } catch (error) {
    throw named(path, error);
  }
}

/** Codes of errors about the bytes of a component. */
const ofComponents: ReadonlySet<string> = new Set([
  'budget-exceeded',
  'core-module',
  'internal',
  'invalid-component',
  'invalid-wit',
  'not-wasm',
  'unknown-import',
  'unsupported',
  'wit-package',
]);

function named(path: string, error: unknown): unknown {
  if (!(error instanceof WindlassError) || !ofComponents.has(error.code)) return error;
  const { at, code, help, message, offset } = error;
  const name = nameOf(path);
  if (at?.startsWith(name)) return error;
  const place = at === undefined ? name : `${name}, ${at}`;
  return new WindlassError({ code, message, at: place, offset, help });
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** A large file, which the addon reads in less time. */
function fromAddon(path: string): Uint8Array | null | undefined {
  try {
    return binding().read?.(path);
  } catch {
    // Commands that need no transpiler do without.
    return undefined;
  }
}

/** Whether bytes are WAT text: after white space they begin with `(` or with a comment. */
function isText(bytes: Uint8Array): boolean {
  if (bytes[0] === 0) return false;
  const begin = new TextDecoder().decode(bytes.subarray(0, 4096));
  return /^\s*(?:;;|\(;|\()/.test(begin);
}

/** Text without the mark of the byte order that editors put before it. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** Says what to do with WIT, which has nothing to run. */
function refuseWit(path: string): void {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const isWit = isFolder
    ? readdirSync(path).some((name) => name.endsWith('.wit'))
    : path.endsWith('.wit');
  if (!isWit) return;
  throw new WindlassError({
    code: 'wit-package',
    message: `\`${path}\` is WIT, which has types and nothing to run`,
    help: `\`windlass types ${path}\` writes its declarations`,
  });
}
