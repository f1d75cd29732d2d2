/**
 * Transpiled components on disk, addressed by what they were made of.
 *
 * An entry is one file: SHA-256 of all that follows, the length of the header,
 * the header (JSON), the contents of the files. It appears by a rename, so that
 * processes that write the same entry at one time do no harm, and one whose hash
 * is wrong counts as absent and is written again. What was not used for long goes
 * when something is written; who reads it at that moment has it whole or finds none.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Transpiled } from '../api.js';

const HASH_SIZE = 32;
const HEADER_AT = HASH_SIZE + 4;
const HOUR = 3_600_000;
/** How exactly the time of the last use is known, in milliseconds. */
const USE_STEP = 24 * HOUR;
/** Entries not used for so many milliseconds go. */
const MAX_AGE = 30 * USE_STEP;
/** Bytes that entries take together; beyond it those go that were not used for longest. */
const MAX_SIZE = 512 << 20;

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
    bytes = readUsed(join(folder, key));
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

/** Reads a file, and now and then notes in it that it is used. */
function readUsed(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const now = Date.now();
    if (now - fstatSync(file).mtimeMs > USE_STEP) {
      try {
        utimesSync(path, now / 1000, now / 1000);
      } catch {
        // A cache of somebody else, who forgets sooner.
      }
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
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
    evict(folder, key);
  } catch {
    remove(temporary);
  }
}

/** Removes entries that are too old or too many, but `kept`, and what processes that died left. */
function evict(folder: string, kept: string): void {
  const now = Date.now();
  const entries = [];
  for (const name of readdirSync(folder)) {
    const ours = /^[0-9a-f]{64}(\.[0-9a-f]{12}\.tmp)?$/.exec(name);
    // The folder may hold what is not ours.
    if (ours === null) continue;
    const temporary = ours[1] !== undefined;
    const path = join(folder, name);
    let used: number;
    let size: number;
    try {
      ({ mtimeMs: used, size } = statSync(path));
    } catch {
      // Another process was here first.
      continue;
    }
    if (now - used > (temporary ? HOUR : MAX_AGE)) remove(path);
    else if (!temporary) entries.push({ name, path, used, size });
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  entries.sort((a, b) => a.used - b.used);
  for (const { name, path, size } of entries) {
    if (total <= MAX_SIZE) break;
    if (name === kept) continue;
    remove(path);
    total -= size;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is open elsewhere, where that keeps it, or not ours to remove.
  }
}
