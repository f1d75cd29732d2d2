/**
 * Transpiled components on disk, addressed by what they were made of.
 *
 * An entry is one file: what was made of the component (a head in JSON, its modules, core
 * modules that are no part of the component), the component, and once more what was
 * made of it. It is read by comparing: it counts when the component in it is, byte by
 * byte, the one that is asked for, and both tellings of the rest are the same, so that
 * what is damaged or half there is absent, and written again. Nothing is hashed, as
 * loading `node:crypto` takes longer than the whole import; the name of an entry is made
 * of a sample of the component's bytes, and the few components that have the same one
 * are numbered.
 *
 * An entry appears by a rename, so that processes that write it at one time do no harm.
 * A write also removes entries that were not used for long; who reads one at that moment has it
 * whole or finds none.
 */
import type { Parts } from '../emitted.js';
import { makeFolder } from '../folder.js';

const {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} = process.getBuiltinModule('node:fs');
const { dirname, isAbsolute, join, resolve } = process.getBuiltinModule('node:path');

/** The parts of a transpiled component that the hooks need. */
export interface Lifted extends Parts {
  /** The text of the module that has the exports; empty where only the glue was asked for. */
  entryModule: Uint8Array;
  /** Import names and the specifiers they were mapped to, if they were. */
  imports: [name: string, specifier?: string][];
}

/** The inputs of an entry: the component, and all else that the result depends on. */
export interface Made {
  component: Buffer;
  from: string;
}

interface Head {
  from: string;
  imports: [name: string, specifier?: string][];
  /** Bytes of the entry module, which follows the head. */
  entryModule: number;
  /** Bytes of the glue, which is next. */
  glue: number;
  /** Places of core modules in the component; those without follow the glue. */
  cores: [at: number | null, size: number][];
}

/** Bytes before the head: its length, and that of all that is told twice. */
const HEAD_AT = 8;
/** About so many bytes of a component make a name. */
const SAMPLES = 1024;
/** So many entries may have one name. */
const NAMESAKES = 4;
const HOUR = 3_600_000;
/** The precision of the time of the last use, in milliseconds. */
const USE_STEP = 24 * HOUR;
/** Entries not used for so many milliseconds go. */
const MAX_AGE = 30 * USE_STEP;
/** Bytes that entries take together; beyond it those go that were not used for longest. */
const MAX_SIZE = 512 << 20;

/**
 * The folder of entries: `WINDLASS_CACHE`, the one in the configuration, the nearest
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
  const { homedir } = process.getBuiltinModule('node:os');
  // Relative, it would be another wherever a program is started.
  const caches = [process.env['XDG_CACHE_HOME'] ?? '', join(homedir(), '.cache')].find(isAbsolute);
  return caches && join(caches, 'windlass');
}

/**
 * Looks for an entry.
 *
 * @returns what is in it; else the path to write it to
 */
export function readEntry(
  folder: string,
  made: Made,
): { found: Lifted; path?: never } | { found?: never; path: string } {
  const name = nameOf(made);
  let path = '';
  for (let i = 0; i < NAMESAKES; i++) {
    path = join(folder, `${name}-${i}`);
    let bytes: Buffer;
    try {
      bytes = readUsed(path);
    } catch {
      return { path };
    }
    const whole = parse(bytes);
    if (!whole) return { path };
    const { component, head } = whole;
    if (head.from === made.from && component.equals(made.component)) {
      return { found: lifted(whole) };
    }
    // Damaged where it is told once; but for that it has its name with right.
    if (nameOf({ component, from: head.from }) !== name) return { path };
  }
  return { path };
}

/** 64 bits that are another for most other components and options. */
function nameOf({ component, from }: Made): string {
  let a = component.length | 0;
  let b = 0x811c9dc5;
  for (let i = 0; i < from.length; i++) {
    a = Math.imul(a ^ from.charCodeAt(i), 0x01000193);
    b = (Math.imul(b ^ (b >>> 15), 0x85ebca6b) + a) | 0;
  }
  const step = Math.max(1, Math.floor(component.length / SAMPLES));
  for (let i = 0; i < component.length; i += step) {
    a = Math.imul(a ^ component[i]!, 0x01000193);
    b = (Math.imul(b ^ (b >>> 15), 0x85ebca6b) + a) | 0;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

interface Entry {
  head: Head;
  /** The entry module and what follows it. */
  own: Buffer;
  component: Buffer;
}

/** Takes an entry apart; nothing if it is not whole. */
function parse(bytes: Buffer): Entry | undefined {
  if (bytes.length < HEAD_AT) return undefined;
  const ownAt = HEAD_AT + bytes.readUInt32LE(0);
  const componentAt = bytes.readUInt32LE(4);
  const again = bytes.length - componentAt;
  if (ownAt > componentAt || componentAt > again) return undefined;
  if (!bytes.subarray(0, componentAt).equals(bytes.subarray(again))) return undefined;
  try {
    return {
      head: JSON.parse(bytes.toString('utf8', HEAD_AT, ownAt)) as Head,
      own: bytes.subarray(ownAt, componentAt),
      component: bytes.subarray(componentAt, again),
    };
  } catch {
    // So many zeros are the same twice.
    return undefined;
  }
}

function lifted({ head: { entryModule, glue, cores, imports }, own, component }: Entry): Lifted {
  let at = 0;
  const next = (size: number) => own.subarray(at, (at += size));
  return {
    entryModule: next(entryModule),
    glue: next(glue),
    cores: cores.map(([place, size]) =>
      place === null ? next(size) : component.subarray(place, place + size),
    ),
    imports,
  };
}

/** Reads a file, and now and then notes in it that it is used. */
function readUsed(path: string): Buffer {
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
export function writeEntry(path: string, made: Made, result: Lifted): void {
  const folder = dirname(path);
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    makeFolder(folder);
    writeFileSync(temporary, entryOf(made, result), { mode: 0o600 });
    renameSync(temporary, path);
    evict(folder, path);
  } catch {
    remove(temporary);
  }
}

function entryOf({ component, from }: Made, { entryModule, glue, cores, imports }: Lifted): Buffer {
  const own = [entryModule, glue];
  const places = cores.map((core): [number | null, number] => {
    const at = component.indexOf(core);
    if (at >= 0) return [at, core.length];
    // One that the transpiler made.
    own.push(core);
    return [null, core.length];
  });
  const head: Head = {
    from,
    imports,
    entryModule: entryModule.length,
    glue: glue.length,
    cores: places,
  };
  const text = Buffer.from(JSON.stringify(head));
  const sizes = Buffer.alloc(HEAD_AT);
  sizes.writeUInt32LE(text.length, 0);
  sizes.writeUInt32LE(
    own.reduce((sum, { length }) => sum + length, HEAD_AT + text.length),
    4,
  );
  const told = [sizes, text, ...own];
  return Buffer.concat([...told, component, ...told]);
}

/** Removes entries that are too old or too many, but `kept`, and what processes that died left. */
function evict(folder: string, kept: string): void {
  const now = Date.now();
  const entries = [];
  for (const name of readdirSync(folder)) {
    const ours = /^[0-9a-f]{16}-\d(\.[0-9a-f]{12}\.tmp)?$/.exec(name);
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
    else if (!temporary) entries.push({ path, used, size });
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  entries.sort((a, b) => a.used - b.used);
  for (const { path, size } of entries) {
    if (total <= MAX_SIZE) break;
    if (path === kept) continue;
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
