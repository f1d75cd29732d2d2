/**
 * Transpiled components on disk, addressed by what they were made of.
 *
 * An entry is one file: SHA-256 of all that follows, the length of the header,
 * the header (JSON), the contents of the files. It appears by a rename, so that
 * processes that write the same entry at one time do no harm, and one whose hash
 * is wrong counts as absent and is written again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Transpiled } from '../api.js';

const HASH_SIZE = 32;
const HEADER_AT = HASH_SIZE + 4;

interface Header {
  files: [name: string, size: number][];
  imports: [name: string, specifier: string][];
  exports: string[];
}

/** The hash of texts and bytes, none of which runs into the next. */
export function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/**
 * Where entries lie: `WINDLASS_CACHE`, what the configuration says, the nearest
 * `node_modules`, or the user's cache.
 *
 * @returns nothing if there shall be no cache
 */
export function cacheFolder(from: string, configured?: string | false): string | undefined {
  const wanted = process.env['WINDLASS_CACHE'];
  if (wanted === 'off') return undefined;
  if (wanted) return resolve(wanted);
  if (configured === false) return undefined;
  if (configured !== undefined) return resolve(from, configured);
  for (let at = resolve(from); at !== dirname(at); at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) return join(modules, '.cache', 'windlass');
  }
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'windlass');
}

/** Reads an entry; nothing if there is none that is whole. */
export function readEntry(folder: string, key: string): Transpiled | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(folder, key));
  } catch {
    return undefined;
  }
  if (bytes.length < HEADER_AT) return undefined;
  const hash = createHash('sha256').update(bytes.subarray(HASH_SIZE)).digest();
  if (!hash.equals(bytes.subarray(0, HASH_SIZE))) return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HASH_SIZE, true);
  const header = JSON.parse(
    new TextDecoder().decode(bytes.subarray(HEADER_AT, HEADER_AT + size)),
  ) as Header;
  const files = new Map<string, Uint8Array>();
  let at = HEADER_AT + size;
  for (const [name, length] of header.files) {
    files.set(name, bytes.subarray(at, at + length));
    at += length;
  }
  return { files, imports: new Map(header.imports), exports: header.exports };
}

/** Writes an entry. A folder that cannot be written costs time only, so it is no error. */
export function writeEntry(folder: string, key: string, { files, imports, exports }: Transpiled) {
  const header: Header = {
    files: [...files].map(([name, contents]) => [name, contents.length]),
    imports: [...imports],
    exports,
  };
  const head = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const body = Buffer.concat([size, head, ...files.values()]);
  const hash = createHash('sha256').update(body).digest();
  const temporary = join(folder, `${key}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, Buffer.concat([hash, body]), { mode: 0o600 });
    renameSync(temporary, join(folder, key));
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder is none.
    }
  }
}
