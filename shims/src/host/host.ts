/**
 * The interface of WASI to the platform. The semantics in `preview2/` are written
 * once over these interfaces; everything that differs between Node and a
 * browser, or between a disk and a tree in memory, sits below them.
 *
 * Failures are thrown with an `errno` name as `code`.
 */

import type { ByteSink, ByteSource } from './bytes.js';
import type { HttpCall, HttpRequest } from './http.js';

export type { ByteSink, ByteSource };

/** The platform: time, chance, standard streams and, where there is one, a disk. */
export interface Host {
  /** Nanoseconds since an arbitrary point, never going back. */
  monotonicNow(): bigint;
  /** The step of `monotonicNow` in nanoseconds. */
  readonly monotonicResolution: bigint;
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  wallNow(): bigint;
  /** The step of `wallNow` in nanoseconds. */
  readonly wallResolution: bigint;
  /**
   * Blocks the thread for about `nanoseconds`; waking early is allowed.
   *
   * Throws where the platform forbids blocking.
   */
  sleep(nanoseconds: bigint): void;
  /** Fills `bytes` with cryptographically secure random data. */
  fillRandom(bytes: Uint8Array): void;
  /** The variables of the process. */
  environment(): Record<string, string>;
  /** The standard input of the process. */
  stdin(): ByteSource;
  /** The standard output of the process. */
  stdout(): ByteSink;
  /** The standard error of the process. */
  stderr(): ByteSink;
  /** Called with the name of a capability that a guest asked for and lacks. */
  refused?(capability: string): void;
  /** Opens a directory of the platform, to be granted to a guest. */
  openDirectory(path: string): HostDirectory;
  /** Opens a file of key-value pairs that grows up to `maxBytes`; absent where there are none. */
  openBucket?(path: string, readOnly: boolean, maxBytes: number): HostBucket;
  /**
   * Says that a guest is to have directories of the platform, and whether it may write
   * there; gives the function that says it has them no more, if that matters. Throws
   * where the platform cannot keep that guest and another one apart.
   */
  leaseDirectories?(writable: boolean): (() => void) | undefined;
  /** Sends a request and tells by `onEvent` of what becomes of it; absent where none can be sent. */
  sendHttp?(request: HttpRequest, onEvent: () => void): HttpCall;
}

/** The events that a guest waits for: bytes that came, room for more of them. */
export interface Events {
  /** Ends a wait, since something may have happened. */
  wake(): void;
  /**
   * Waits for the next event, or for `nanoseconds` if they are over sooner, and tells whether
   * they are. It may return early. A promise suspends the guest; else the thread is blocked.
   */
  wait(nanoseconds?: bigint): boolean | Promise<boolean>;
}

/** The WIT `descriptor-type`. */
export type FileType =
  | 'unknown'
  | 'block-device'
  | 'character-device'
  | 'directory'
  | 'fifo'
  | 'symbolic-link'
  | 'regular-file'
  | 'socket';

/** Attributes of a file system object; times are nanoseconds since 1970. */
export interface FileStat {
  readonly type: FileType;
  readonly linkCount: bigint;
  /** In bytes; of a symbolic link, the length of its target. */
  readonly size: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
  /** With `inode`, identifies the object. */
  readonly device: bigint;
  readonly inode: bigint;
}

/** One name in a directory. `name` is `undefined` where it is not Unicode. */
export interface DirectoryEntry {
  readonly type: FileType;
  readonly name: string | undefined;
}

/** Options of `HostDirectory.open`. */
export interface OpenOptions {
  readonly read: boolean;
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly directory: boolean;
  readonly sync: boolean;
  readonly dataSync: boolean;
}

/** The new value of a timestamp: nanoseconds since 1970, or `undefined` to keep it. */
export type NewTime = bigint | undefined;

/**
 * An open directory, the base of calls like `openat`.
 *
 * `name` is always one path component: not empty, `.` or `..`, without `/` and
 * NUL. No call follows a symbolic link in `name`.
 */
export interface HostDirectory {
  readonly kind: 'directory';
  stat(): FileStat;
  setTimes(accessed: NewTime, modified: NewTime): void;
  sync(): void;
  list(): DirectoryEntry[];
  /** The same directory again, with a lifetime of its own. */
  reopen(): HostDirectory;
  /**
   * The same directory for one path that begins in it, if it can be used faster
   * when it is checked only once. It is not closed, and gone before the guest
   * runs again, as is what `openDirectory` returns.
   */
  step?(): HostDirectory;
  close(): void;

  lstat(name: string): FileStat;
  /** The target of a symbolic link; `EINVAL` when it is something else. */
  readlink(name: string): string;
  /** `undefined` when `name` is a symbolic link. */
  openDirectory(name: string): HostDirectory | undefined;
  /**
   * The directory that `names` lead to through no symbolic link, if the platform opens it in one
   * call. `undefined` where that fails for any reason: a walk by name finds out which.
   */
  openBelow?(names: readonly string[]): HostDirectory | undefined;
  /** The same for the attributes of a path below. Each of its components is a `name`. */
  lstatBelow?(path: string): FileStat | undefined;
  /** `undefined` when `name` is a symbolic link. */
  open(name: string, options: OpenOptions): HostFile | HostDirectory | undefined;
  setTimesOf(name: string, accessed: NewTime, modified: NewTime): void;
  createDirectory(name: string): void;
  removeDirectory(name: string): void;
  /** `EISDIR` for a directory. */
  unlink(name: string): void;
  rename(name: string, newParent: HostDirectory, newName: string): void;
  /** `ENOTSUP` for a symbolic link, where the platform cannot link it itself. */
  link(name: string, newParent: HostDirectory, newName: string): void;
  symlink(target: string, name: string): void;
}

/** Key-value pairs, numbered in the order in which their keys were added. */
export interface HostBucket {
  get(key: string): Uint8Array | undefined;
  has(key: string): boolean;
  /** Sets a value; a key that exists keeps its number. The bucket copies `value`. */
  set(key: string, value: Uint8Array): void;
  delete(key: string): void;
  /** At most `limit` keys in the order of their numbers, from the first number above `after`. */
  list(after: bigint, limit: number): [number: bigint, key: string][];
  /** Runs `change` without changes by anyone else meanwhile. */
  atomically<T>(change: () => T): T;
  close(): void;
}

/** An open file that is not a directory. */
export interface HostFile {
  readonly kind: 'file';
  /** As it was when the file was opened; a file keeps its type. */
  readonly type: FileType;
  stat(): FileStat;
  /** Puts bytes from `offset` on at the start of `into`; 0 at the end. */
  read(into: Uint8Array, offset: number): number;
  /** Writes some of `bytes` at `offset` and says how many, at least one. */
  write(bytes: Uint8Array, offset: number): number;
  /** Writes all of `bytes` at what is then the end. */
  append(bytes: Uint8Array): void;
  setSize(size: number): void;
  setTimes(accessed: NewTime, modified: NewTime): void;
  sync(): void;
  syncData(): void;
  close(): void;
}
