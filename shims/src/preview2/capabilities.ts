/** Capabilities of a guest. Nothing is granted that is not named. */

import type { HostBucket, HostDirectory } from '../host/host.js';
import { meant } from '../nearest.js';
import { instantOf } from './clock.js';
import { CapabilityError } from './errors.js';

/**
 * The grants of a guest.
 *
 * Everything that is absent is denied: no arguments, no variables, no
 * directories, no input, output that is dropped, no network. Only time and
 * chance are there unless they are taken away.
 *
 * ```js
 * createWasi({
 *   args: ['wc', '/data/words.txt'],
 *   preopens: [{ guest: '/data', host: './data', readOnly: true }],
 *   stdout: 'inherit',
 * });
 * ```
 */
export interface Capabilities {
  /** The arguments, by convention with the program's name first. */
  args?: readonly string[] | undefined;
  /** The variables, or those of this process. */
  env?: Readonly<Record<string, string | undefined>> | 'inherit' | undefined;
  /** The working directory that the guest is told, a path of the guest. */
  cwd?: string | undefined;
  /** The directories that the guest can reach. */
  preopens?: readonly Preopen[] | undefined;
  /** The source of standard input. */
  stdin?: Input | undefined;
  /** The destination of standard output. */
  stdout?: Output | undefined;
  /** The destination of standard error. */
  stderr?: Output | undefined;
  /**
   * The peers that the guest may talk to, as `host:port`. Either may be `*`, a host may begin
   * with `*.`, or be a range of addresses: `['api.example.com:443', '10.0.0.0/8:*']`. Addresses
   * that are not of the internet are open to no name and no `*`: they are written out, or `'local'`
   * for this machine, its links and private networks.
   */
  network?: readonly string[] | undefined;
  /** The clocks that the guest reads and waits for. Default: `true`, those of the platform. */
  clocks?: Clocks | undefined;
  /** The source of random numbers. Default: `true`, that of the platform. */
  random?: Random | undefined;
  /** The values of `wasi:config`, by name. */
  config?: Readonly<Record<string, string>> | undefined;
  /** The destination of `wasi:logging` messages. Default: they are dropped. */
  logging?: Logging | undefined;
  /** The buckets of `wasi:keyvalue`, by the identifier that the guest passes to `open`. */
  keyvalue?: Readonly<Record<string, KeyvalueBucket>> | undefined;
  /** Bounds on what the guest makes the host hold. */
  limits?: Limits | undefined;
}

/**
 * `true` for the clocks of the platform, `false` for none, `'coarse'` for whole milliseconds.
 * `fixed` clocks tell the same in each run: the wall clock stands at a `Date` or at text like
 * `2024-02-29T12:00:00Z`, and the monotonic clock counts the time that the guest has waited.
 */
export type Clocks = boolean | 'coarse' | { readonly fixed: string | Date };

/** Random numbers of the platform, none, or the same for each seed. A seed gives no secrets. */
export type Random = boolean | { readonly seed: string | number };

/** A directory of the host, or a tree in memory, under a path of the guest. */
export type Preopen = HostPreopen | MemoryPreopen;

/** A directory of the host that the guest can reach. */
export interface HostPreopen {
  /** Path in the guest. */
  guest: string;
  /** Path on the host. */
  host: string;
  /** Whether the guest may only read, false unless set. */
  readOnly?: boolean | undefined;
}

/** A directory in memory that the guest can reach. */
export interface MemoryPreopen {
  /** Path in the guest. */
  guest: string;
  /** A directory made by `memoryDirectory`, or what to make one of. */
  files: HostDirectory | FileTree;
  /** Whether the guest may only read, false unless set. */
  readOnly?: boolean | undefined;
}

/** Files by name: bytes or text for a file, an object for a directory. */
export interface FileTree {
  readonly [name: string]: Uint8Array | string | FileTree;
}

/**
 * The source of input: that of this process, nothing (`'ignore'`, `'null'`),
 * bytes, text, or a function that is asked for the next bytes (at most `limit`)
 * and returns `undefined` at the end.
 */
export type Input =
  | 'inherit'
  | 'ignore'
  | 'null'
  | Uint8Array
  | { readonly text: string }
  | ((limit: number) => Uint8Array | undefined);

/**
 * The destination of output: that of this process, nowhere (`'ignore'`, `'null'`),
 * or a function, which may keep the bytes. An error that the function throws
 * closes the stream.
 */
export type Output = 'inherit' | 'ignore' | 'null' | ((chunk: Uint8Array) => void);

/** The WIT `level` of `wasi:logging`. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** A message of `wasi:logging`. */
export interface LogEntry {
  level: LogLevel;
  context: string;
  message: string;
}

/**
 * The destination of messages: standard error of this process with a line for each
 * (`'inherit'`), nowhere (`'ignore'`, `'null'`), or a function.
 */
export type Logging = 'inherit' | 'ignore' | 'null' | ((entry: LogEntry) => void);

/** Key-value pairs in memory, or in a file. */
export type KeyvalueBucket = MemoryKeyvalueBucket | FileKeyvalueBucket;

/** Key-value pairs in memory. */
export interface MemoryKeyvalueBucket {
  /** A bucket made by `memoryBucket`, or the initial pairs of a new bucket for this guest. */
  entries: HostBucket | Readonly<Record<string, Uint8Array | string>>;
  /** Bytes that a new bucket holds, with 128 for each pair. Default: 64 MiB. */
  maxBytes?: number | undefined;
  /** Whether the guest may only read, false unless set. */
  readOnly?: boolean | undefined;
}

/** Key-value pairs in a file of SQLite. */
export interface FileKeyvalueBucket {
  /** Path on the host. The file is created if it is missing, unless `readOnly`. */
  file: string;
  /** Bytes that the file may grow to. Default: 64 MiB. */
  maxBytes?: number | undefined;
  /** Whether the guest may only read, false unless set. */
  readOnly?: boolean | undefined;
}

/**
 * Bounds on what a guest makes the host hold at one time, so that it cannot use up the
 * memory or the descriptors of the process. `Infinity` is no bound.
 */
export interface Limits {
  /**
   * Files and directories that are open, granted ones among them; a file that is
   * appended to counts twice. 1,000 unless set.
   */
  openFiles?: number | undefined;
  /** Bytes written to standard output and standard error together. No bound unless set. */
  outputBytes?: number | undefined;
  /** Pollables, and waits of WASI 0.3. 10,000 unless set. */
  pollables?: number | undefined;
  /** Names in the listings of directories that are being read. 1,000,000 unless set. */
  directoryEntries?: number | undefined;
  /**
   * Bytes of the fields of HTTP messages, with 256 for each field, and of methods, paths
   * and authorities. 16 MiB unless set.
   */
  fieldBytes?: number | undefined;
  /** Bytes of HTTP bodies, and of streams of WASI 0.3, that nobody took yet. 64 MiB unless set. */
  bodyBytes?: number | undefined;
  /** HTTP requests that the guest sends at one time. 100 unless set. */
  httpRequests?: number | undefined;
}

/** The limits of a guest for which none are set. */
export const DEFAULT_LIMITS: Readonly<Record<keyof Limits, number>> = {
  openFiles: 1000,
  outputBytes: Number.POSITIVE_INFINITY,
  pollables: 10_000,
  directoryEntries: 1_000_000,
  fieldBytes: 16 * 1024 * 1024,
  bodyBytes: 64 * 1024 * 1024,
  httpRequests: 100,
};

/** Whether a value is what a capability takes, and how that is said. */
type Kind = readonly [is: (value: unknown) => boolean, name: string];

const isText = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasOnly = (value: unknown, key: string): value is Readonly<Record<string, unknown>> =>
  isObject(value) && Object.keys(value).every((name) => name === key);
const isSeed = (value: unknown): boolean => isText(value) || Number.isSafeInteger(value);
const isList = (value: unknown): boolean => Array.isArray(value);
const isStream = (value: unknown): boolean =>
  value === 'inherit' || value === 'ignore' || value === 'null' || typeof value === 'function';

const TEXT: Kind = [isText, 'a string'];
const FLAG: Kind = [(value) => typeof value === 'boolean', '`true` or `false`'];
const COUNT: Kind = [(value) => typeof value === 'number' && value >= 0, 'a number from 0 on'];
const LIST: Kind = [isList, 'a list'];
const TEXTS: Kind = [(value) => Array.isArray(value) && value.every(isText), 'a list of strings'];
const OUTPUT: Kind = [isStream, "`'inherit'`, `'ignore'`, `'null'` or a function"];
const INPUT: Kind = [
  (value) =>
    isStream(value) || value instanceof Uint8Array || (isObject(value) && isText(value['text'])),
  "`'inherit'`, `'ignore'`, `'null'`, a `Uint8Array`, `{ text }` or a function",
];
const ENV: Kind = [
  (value) =>
    value === 'inherit' ||
    (isObject(value) && Object.values(value).every((one) => one === undefined || isText(one))),
  "`'inherit'` or an object of strings",
];
const STRINGS: Kind = [
  (value) => isObject(value) && Object.values(value).every(isText),
  'an object of strings',
];
const CLOCKS: Kind = [
  (value) =>
    typeof value === 'boolean' ||
    value === 'coarse' ||
    (hasOnly(value, 'fixed') && instantOf(value['fixed']) !== undefined),
  "`true`, `false`, `'coarse'` or `{ fixed: '2024-02-29T12:00:00Z' }`",
];
const RANDOM: Kind = [
  (value) => typeof value === 'boolean' || (hasOnly(value, 'seed') && isSeed(value['seed'])),
  '`true`, `false` or `{ seed }` with a string or a whole number',
];
const OBJECT: Kind = [isObject, 'an object'];

const CAPABILITIES: Readonly<Record<keyof Capabilities, Kind>> = {
  args: TEXTS,
  env: ENV,
  cwd: TEXT,
  preopens: LIST,
  stdin: INPUT,
  stdout: OUTPUT,
  stderr: OUTPUT,
  network: TEXTS,
  clocks: CLOCKS,
  random: RANDOM,
  config: STRINGS,
  logging: OUTPUT,
  keyvalue: OBJECT,
  limits: OBJECT,
};
const LIMITS: Readonly<Record<keyof Limits, Kind>> = {
  openFiles: COUNT,
  outputBytes: COUNT,
  pollables: COUNT,
  directoryEntries: COUNT,
  fieldBytes: COUNT,
  bodyBytes: COUNT,
  httpRequests: COUNT,
};
const PREOPEN: Readonly<Record<keyof HostPreopen | keyof MemoryPreopen, Kind>> = {
  guest: TEXT,
  host: TEXT,
  files: OBJECT,
  readOnly: FLAG,
};

const ENTRIES: Kind = [
  (value) =>
    isObject(value) &&
    (typeof value['atomically'] === 'function' ||
      Object.values(value).every((one) => isText(one) || one instanceof Uint8Array)),
  'a bucket, or an object of strings and `Uint8Array`s',
];
const BUCKET: Readonly<Record<keyof MemoryKeyvalueBucket | keyof FileKeyvalueBucket, Kind>> = {
  entries: ENTRIES,
  file: TEXT,
  maxBytes: COUNT,
  readOnly: FLAG,
};

/**
 * Throws a `CapabilityError` unless all that is named is known and of its type:
 * `readonly: true` would else be a directory that can be written.
 *
 * @param at where they are, for messages; nowhere else if empty
 */
export function checkCapabilities(capabilities: Capabilities, at = ''): void {
  checkOptions(at, capabilities, CAPABILITIES);
  const below = (name: string) => (at ? `${at}.${name}` : name);
  const { limits, preopens = [] } = capabilities;
  if (limits !== undefined) checkOptions(below('limits'), limits, LIMITS);
  checkBuckets(below('keyvalue'), capabilities.keyvalue ?? {});
  const guests = new Set<string>();
  for (const [index, preopen] of preopens.entries()) {
    const at = below(`preopens[${index}]`);
    checkOptions(at, preopen, PREOPEN);
    const { guest, host, files } = preopen as Partial<HostPreopen & MemoryPreopen>;
    if (!guest)
      throw new CapabilityError(`\`${at}\` has no \`guest\``, 'say where the guest finds it');
    if ((host === undefined) === (files === undefined)) {
      const has = host === undefined ? 'neither `host` nor' : 'both `host` and';
      const help = '`host` is a directory of the host, `files` a tree in memory';
      throw new CapabilityError(`\`${at}\` has ${has} \`files\``, help);
    }
    if (host === '') {
      throw new CapabilityError(`\`${at}.host\` is empty`, 'the working directory is `.`');
    }
    const path = guest.replace(/(?!^)\/+$/, '');
    if (guests.has(path)) {
      const help = 'each needs a path of its own';
      throw new CapabilityError(`two directories are \`${path}\` to the guest`, help);
    }
    guests.add(path);
  }
}

function checkBuckets(at: string, buckets: Readonly<Record<string, unknown>>): void {
  for (const [identifier, bucket] of Object.entries(buckets)) {
    const here = `${at}[${JSON.stringify(identifier)}]`;
    checkOptions(here, bucket, BUCKET);
    const { entries, file } = bucket as { entries?: unknown; file?: unknown };
    if ((entries === undefined) === (file === undefined)) {
      const has = file === undefined ? 'neither `entries` nor' : 'both `entries` and';
      const help = '`entries` are pairs in memory, `file` is a file of SQLite';
      throw new CapabilityError(`\`${here}\` has ${has} \`file\``, help);
    }
    if (file === '' || file === ':memory:') {
      throw new CapabilityError(`\`${here}.file\` is not a file`, 'for pairs in memory, `entries`');
    }
  }
}

/** `at` is where `options` are, empty for the capabilities themselves. */
function checkOptions(at: string, options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  if (!isObject(options)) {
    throw new CapabilityError(`${at ? `\`${at}\`` : 'what is granted'} must be an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    const path = at ? `${at}.${name}` : name;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const help = meant(name, Object.keys(kinds));
      throw new CapabilityError(`there is no capability \`${path}\``, help);
    }
    const [is, expected] = kind;
    if (value !== undefined && !is(value)) {
      throw new CapabilityError(`\`${path}\` must be ${expected}`);
    }
  }
}
