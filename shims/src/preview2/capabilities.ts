/** What a guest may see and do. Nothing is granted that is not named. */

import type { HostDirectory } from '../host/host.js';

/**
 * What a guest is granted.
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
  /** What the guest is told as its working directory, a path of the guest. */
  cwd?: string | undefined;
  /** The directories that the guest can reach. */
  preopens?: readonly Preopen[] | undefined;
  /** Where standard input comes from. */
  stdin?: Input | undefined;
  /** Where standard output goes. */
  stdout?: Output | undefined;
  /** Where standard error goes. */
  stderr?: Output | undefined;
  /**
   * The peers that the guest may talk to, as `host:port`. Either may be `*`,
   * and a host may begin with `*.`: `['api.example.com:443', '*.local:*']`.
   */
  network?: readonly string[] | undefined;
  /** Whether clocks can be read and waited for, true unless set. */
  clocks?: boolean | undefined;
  /** Whether random numbers can be had, true unless set. */
  random?: boolean | undefined;
  /** Bounds on what is granted. */
  limits?: Limits | undefined;
}

/** A directory of the host, or a tree in memory, under a path of the guest. */
export type Preopen = HostPreopen | MemoryPreopen;

/** A directory of the host that the guest can reach. */
export interface HostPreopen {
  /** Where the guest finds it. */
  guest: string;
  /** Where it lies on the host. */
  host: string;
  /** Whether the guest may only read, false unless set. */
  readOnly?: boolean | undefined;
}

/** A directory in memory that the guest can reach. */
export interface MemoryPreopen {
  /** Where the guest finds it. */
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
 * Where input comes from: that of this process, nothing (`'ignore'`, `'null'`),
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
 * Where output goes: to that of this process, nowhere (`'ignore'`, `'null'`),
 * or to a function, which may keep the bytes. An error that the function throws
 * closes the stream.
 */
export type Output = 'inherit' | 'ignore' | 'null' | ((chunk: Uint8Array) => void);

/** Bounds; what is absent is not bounded. */
export interface Limits {
  /** Files and directories open at one time. */
  openFiles?: number | undefined;
  /** Bytes written to standard output and standard error together. */
  outputBytes?: number | undefined;
}

/** A granted peer, parsed from `host:port`. */
export interface NetworkPattern {
  /** A lower-case host name or address, `*`, or a name that begins with `*.`. */
  readonly host: string;
  /** `undefined` for any port. */
  readonly port: number | undefined;
}

/** Reads `host:port`, `*` for either; IPv6 addresses stand in brackets. */
export function parseNetworkPattern(pattern: string): NetworkPattern {
  const match = /^(\[[0-9a-f:.]+\]|\*|(?:\*\.)?[^\s:*[\]]+):(\*|\d{1,5})$/i.exec(pattern);
  const [, host, port] = match ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new TypeError(`\`${pattern}\` is not \`host:port\`, such as \`example.com:443\``);
  }
  return { host: host.toLowerCase(), port: port === '*' ? undefined : Number(port) };
}
