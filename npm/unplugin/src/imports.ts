/** Parsing of imports, and reports of refusals: the same for every bundler. */
import { readFileSync } from 'node:fs';
import { WindlassError } from 'windlass';
import type { Variant } from './modules.js';

/** Files that may import types, which no bundler gets to see. */
export const typeScript = /\.[cm]?tsx?$/;
const witImport = /(?:\bfrom|\bimport)\s*\(?\s*(["'])([^"'\n]+\.wit)\1/g;

/** The specifiers of files of WIT in a module. */
export function witImportsIn(code: string): string[] {
  return [...code.matchAll(witImport)].map(([, , specifier = '']) => specifier);
}

/**
 * The variant that an import asks for; `undefined` if the import belongs to another plugin or to
 * the bundler.
 *
 * @param answersUrl whether the bundler answers `?url`
 */
export function variantOf(query: string | undefined, answersUrl = false): Variant | undefined {
  // Vite adds parameters of its own.
  const names = [...new URLSearchParams(query).keys()].filter(
    (name) => name !== 't' && name !== 'v' && name !== 'import',
  );
  const [name = 'exports'] = names;
  if (names.length > 1) return undefined;
  if (name === 'url') return answersUrl ? undefined : name;
  return name === 'exports' || name === 'instantiate' || name === 'inline' ? name : undefined;
}

/** A refusal as bundlers show errors: all that is known in the message, and the place as a code frame. */
export function described(error: unknown, path: string): Error {
  if (!(error instanceof WindlassError)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const { code, message, at, offset, help } = error;
  const place = offset === undefined ? '' : ` (component offset 0x${offset.toString(16)})`;
  const lines = [`${path}: error[${code}]: ${message}`, `  at ${at ?? path}${place}`];
  if (help !== undefined) lines.push(`  help: ${help}`);
  const shown = new Error(lines.join('\n'));
  shown.stack = '';
  const frame = offset === undefined ? frameOfText(at) : frameOfBytes(path, offset);
  return Object.assign(shown, { code, id: path, plugin: 'windlass', frame, cause: error });
}

/** The bytes around an offset, in rows of 16 with the offsets that they begin at. */
function frameOfBytes(path: string, offset: number): string | undefined {
  const bytes = contents(path);
  if (!bytes) return undefined;
  const row = Math.floor(Math.min(offset, bytes.length) / 16) * 16;
  const lines: string[] = [];
  for (let at = Math.max(0, row - 16); at <= Math.min(row + 16, bytes.length); at += 16) {
    const hex = [...bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0'));
    lines.push(`${at === row ? '>' : ' '} ${String(at).padStart(8)} | ${hex.join(' ')}`);
    if (at === row) lines.push(`           | ${'   '.repeat(Math.min(offset - row, 16))}^`);
  }
  return `${lines.join('\n')}\n`;
}

/** The lines around a place of the form `file:line:column`. */
function frameOfText(place: string | undefined): string | undefined {
  const [, path = '', line = '', column = ''] = /^(.*):(\d+):(\d+)$/s.exec(place ?? '') ?? [];
  const lines = contents(path)?.toString('utf8').split(/\r?\n/);
  if (!lines) return undefined;
  const marked: string[] = [];
  for (let n = Math.max(1, Number(line) - 2); n <= Math.min(lines.length, Number(line) + 2); n++) {
    const isLine = n === Number(line);
    marked.push(`${isLine ? '>' : ' '} ${String(n).padStart(4)} | ${lines[n - 1]}`);
    if (isLine) marked.push(`       | ${' '.repeat(Math.max(0, Number(column) - 1))}^`);
  }
  return `${marked.join('\n')}\n`;
}

function contents(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
