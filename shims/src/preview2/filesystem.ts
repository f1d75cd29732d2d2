/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:filesystem`: descriptors below preopened directories. */

import type {
  ByteSink,
  ByteSource,
  DirectoryEntry,
  FileStat,
  FileType,
  HostDirectory,
  HostFile,
  NewTime,
} from '../host/host.js';
import { type Datetime, fromDatetime, toDatetime } from './clocks.js';
import type { Context } from './context.js';
import { HostError, WasiError, errnoOf, trap } from './errors.js';
import {
  InputStream,
  IoError,
  OutputStream,
  appendSink,
  fileSink,
  fileSource,
  readBuffer,
} from './io.js';
import type { Quota } from './quota.js';
import { SYMLINK, resolve, statBelow, stripSlashes } from './paths.js';

/** The WIT `error-code`. */
export type ErrorCode =
  | 'access'
  | 'would-block'
  | 'already'
  | 'bad-descriptor'
  | 'busy'
  | 'deadlock'
  | 'quota'
  | 'exist'
  | 'file-too-large'
  | 'illegal-byte-sequence'
  | 'in-progress'
  | 'interrupted'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'too-many-links'
  | 'message-size'
  | 'name-too-long'
  | 'no-device'
  | 'no-entry'
  | 'no-lock'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'not-directory'
  | 'not-empty'
  | 'not-recoverable'
  | 'unsupported'
  | 'no-tty'
  | 'no-such-device'
  | 'overflow'
  | 'not-permitted'
  | 'pipe'
  | 'read-only'
  | 'invalid-seek'
  | 'text-file-busy'
  | 'cross-device';

/** The WIT `error-code` for each `errno` that a host reports. */
export const ERROR_CODES: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['EACCES', 'access'],
  ['EAGAIN', 'would-block'],
  ['EALREADY', 'already'],
  ['EBADF', 'bad-descriptor'],
  ['EBUSY', 'busy'],
  ['EDEADLK', 'deadlock'],
  ['EDQUOT', 'quota'],
  ['EEXIST', 'exist'],
  ['EFBIG', 'file-too-large'],
  ['EILSEQ', 'illegal-byte-sequence'],
  ['EINPROGRESS', 'in-progress'],
  ['EINTR', 'interrupted'],
  ['EINVAL', 'invalid'],
  ['EIO', 'io'],
  ['EISDIR', 'is-directory'],
  ['ELOOP', 'loop'],
  ['EMFILE', 'insufficient-memory'],
  ['EMLINK', 'too-many-links'],
  ['EMSGSIZE', 'message-size'],
  ['ENAMETOOLONG', 'name-too-long'],
  ['ENFILE', 'insufficient-memory'],
  ['ENODEV', 'no-device'],
  ['ENOENT', 'no-entry'],
  ['ENOBUFS', 'insufficient-memory'],
  ['ENOLCK', 'no-lock'],
  ['ENOMEM', 'insufficient-memory'],
  ['ENOSPC', 'insufficient-space'],
  ['ENOSYS', 'unsupported'],
  ['ENOTDIR', 'not-directory'],
  ['ENOTEMPTY', 'not-empty'],
  ['ENOTRECOVERABLE', 'not-recoverable'],
  ['ENOTSUP', 'unsupported'],
  ['ENOTTY', 'no-tty'],
  ['ENXIO', 'no-such-device'],
  ['EOPNOTSUPP', 'unsupported'],
  ['EOVERFLOW', 'overflow'],
  ['EPERM', 'not-permitted'],
  ['EPIPE', 'pipe'],
  ['EROFS', 'read-only'],
  ['ESPIPE', 'invalid-seek'],
  ['ETXTBSY', 'text-file-busy'],
  ['EXDEV', 'cross-device'],
  // Node refuses these itself, before it asks the system.
  ['ERR_INVALID_ARG_VALUE', 'invalid'],
  ['ERR_OUT_OF_RANGE', 'invalid'],
  ['ERR_FS_FILE_TOO_LARGE', 'file-too-large'],
  // Deno reports this where a permission of its own is missing.
  ['NotCapable', 'access'],
]);

/** Offsets and sizes up to this are exact as numbers: 8 PiB. */
const LARGEST_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/** The number of offsets that systems have. */
const OFFSETS = 1n << 63n;

/** No file system keeps times past the year 36812. */
const LATEST_SECOND = 1n << 40n;

/** The WIT `advice`. */
export type Advice = 'normal' | 'sequential' | 'random' | 'will-need' | 'dont-need' | 'no-reuse';

/** The WIT `path-flags`. */
export interface PathFlags {
  symlinkFollow?: boolean;
}

/** The WIT `open-flags`. */
export interface OpenFlags {
  create?: boolean;
  directory?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
}

/** The WIT `descriptor-flags`. */
export interface DescriptorFlags {
  read?: boolean;
  write?: boolean;
  fileIntegritySync?: boolean;
  dataIntegritySync?: boolean;
  requestedWriteSync?: boolean;
  mutateDirectory?: boolean;
}

/** The WIT `new-timestamp`. */
export type NewTimestamp =
  | { tag: 'no-change' }
  | { tag: 'now' }
  | { tag: 'timestamp'; val: Datetime };

/** The WIT `descriptor-stat`. */
export interface DescriptorStat {
  type: FileType;
  linkCount: bigint;
  size: bigint;
  dataAccessTimestamp: Datetime | undefined;
  dataModificationTimestamp: Datetime | undefined;
  statusChangeTimestamp: Datetime | undefined;
}

/** The WIT `metadata-hash-value`. */
export interface MetadataHash {
  lower: bigint;
  upper: bigint;
}

/** An open file, which a descriptor and its streams share. */
class SharedFile {
  readonly file: HostFile;
  readonly #openFiles: Quota;
  #users = 1;
  /** The number of times it counts as open. */
  #count = 1;

  /** The file is counted already. */
  constructor(file: HostFile, openFiles: Quota) {
    this.file = file;
    this.#openFiles = openFiles;
  }

  share(): HostFile {
    this.#users += 1;
    return this.file;
  }

  /** Shares it with one that appends, for which the host may open it once more. */
  shareToAppend(): HostFile {
    this.#countToAppend();
    return this.share();
  }

  append(bytes: Uint8Array): void {
    this.#countToAppend();
    this.file.append(bytes);
  }

  #countToAppend(): void {
    if (this.#count !== 1) return;
    this.#openFiles.take(1, tooManyOpen);
    this.#count = 2;
  }

  /** A field, so that a stream can take it as it is. */
  readonly release = (): void => {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#openFiles.give(this.#count);
    this.file.close();
  };
}

/** An open directory, and whether what is in it may change. */
interface OpenDirectory {
  readonly kind: 'directory';
  readonly directory: HostDirectory;
}

/** Access for the shapes of other versions. These are no methods, so that no guest can name them. */
interface Internals {
  /** Throws errors of the host. Call `release` once, after the last read. */
  openSource(descriptor: Descriptor, offset: bigint): { source: ByteSource; release?: () => void };
  /** The same to write, or to append. */
  openSink(
    descriptor: Descriptor,
    offset: bigint | 'end',
  ): { sink: ByteSink; release?: () => void };
  /** Reads into the guest's memory; 0 at the end. */
  readInto(descriptor: Descriptor, into: Uint8Array, offset: bigint): number;
  /** Writes some of `bytes` from the guest's memory, and gives their number. */
  writeFrom(descriptor: Descriptor, bytes: Uint8Array, offset: bigint): number;
  /** Writes all of `bytes` at the end, and gives the size that the file then has. */
  append(descriptor: Descriptor, bytes: Uint8Array): bigint;
  stat(descriptor: Descriptor): FileStat;
  statAt(descriptor: Descriptor, pathFlags: PathFlags, path: string): FileStat;
}

export let internals: Internals;

/**
 * The resource `wasi:filesystem/types.descriptor`.
 *
 * A directory opened below another may change what is in it exactly when the
 * other may, also when `open-at` did not ask for `mutate-directory`: libraries
 * open a directory for reading and then remove what they found through it.
 */
export class Descriptor {
  readonly #cx: Context;
  readonly #open: SharedFile | OpenDirectory;
  readonly #flags: DescriptorFlags;
  /** Whether this comes from a preopen that may be changed. */
  readonly #mutable: boolean;
  #isDropped = false;

  static {
    internals = {
      openSource: (descriptor, offset) => descriptor.#openSource(offset),
      openSink(descriptor, offset) {
        const opened = descriptor.#openSink(offset);
        // There is a future to say so before anything is taken from the guest.
        if (opened.sink === UNWRITABLE) throw new HostError('EBADF');
        return opened;
      },
      readInto: (descriptor, into, offset) =>
        attempt(() => {
          const { file } = descriptor.#readable();
          checkEnd(offset, into.length);
          // No file has bytes past that.
          return offset > LARGEST_OFFSET ? 0 : file.read(into, Number(offset));
        }),
      writeFrom: (descriptor, bytes, offset) =>
        attempt(() => {
          const { file } = descriptor.#writable();
          checkEnd(offset, bytes.length);
          return bytes.length === 0 ? 0 : file.write(bytes, toOffset(offset, 'EFBIG'));
        }),
      append: (descriptor, bytes) =>
        attempt(() => {
          const shared = descriptor.#writable();
          if (bytes.length > 0) shared.append(bytes);
          return shared.file.stat().size;
        }),
      stat: (descriptor) => attempt(() => descriptor.#object().stat()),
      statAt: (descriptor, pathFlags, path) => attempt(() => descriptor.#statAt(pathFlags, path)),
    };
  }

  private constructor(
    cx: Context,
    open: SharedFile | OpenDirectory,
    flags: DescriptorFlags,
    mutable: boolean,
  ) {
    this.#cx = cx;
    this.#open = open;
    this.#flags = flags;
    this.#mutable = mutable;
  }

  /** A descriptor of a preopened directory; the caller keeps `directory`. */
  static ofPreopen(cx: Context, directory: HostDirectory, readOnly: boolean): Descriptor {
    // The function that wants it has no error to give: past the limit it is a trap.
    const opened = counted(cx, trap, () => directory.reopen());
    const open = { kind: 'directory' as const, directory: opened };
    return new Descriptor(cx, open, { read: true, mutateDirectory: !readOnly }, !readOnly);
  }

  /** The first read fails if the descriptor is not open for reading. */
  readViaStream(offset: bigint): InputStream {
    return attempt(() => {
      const { source, release } = this.#openSource(offset);
      return new InputStream(source, this.#cx.waiter, release);
    });
  }

  /** The first write fails if the descriptor is not open for writing. */
  writeViaStream(offset: bigint): OutputStream {
    return attempt(() => {
      const { sink, release } = this.#openSink(offset);
      return new OutputStream(sink, this.#cx.waiter, release);
    });
  }

  /** The first write fails, as for `writeViaStream`. */
  appendViaStream(): OutputStream {
    return attempt(() => {
      const { sink, release } = this.#openSink('end');
      return new OutputStream(sink, this.#cx.waiter, release);
    });
  }

  /** Advice may be ignored, and is. */
  advise(_offset: bigint, _length: bigint, _advice: Advice): void {
    attempt(() => this.#file());
  }

  syncData(): void {
    attempt(() => {
      const open = this.#open;
      if (!(open instanceof SharedFile)) open.directory.sync();
      else if (this.#flags.write) open.file.syncData();
    });
  }

  getFlags(): DescriptorFlags {
    return { ...this.#flags };
  }

  getType(): FileType {
    const open = this.#open;
    return open instanceof SharedFile ? open.file.type : 'directory';
  }

  setSize(size: bigint): void {
    attempt(() => {
      const { file } = this.#mutableFile();
      // As `ftruncate` on a descriptor that is not open for writing.
      if (!this.#flags.write) throw new HostError('EINVAL');
      file.setSize(toOffset(size, 'EFBIG'));
    });
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): void {
    attempt(() => {
      if (!this.#mutable) throw this.#readOnly();
      const object = this.#object();
      object.setTimes(this.#newTime(accessed), this.#newTime(modified));
    });
  }

  /** The bytes are valid until the next read. */
  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    return attempt(() => {
      const { file } = this.#readable();
      const buffer = readBuffer(length);
      if (buffer.length === 0) return [buffer, false];
      const count = file.read(buffer, toOffset(offset));
      const bytes = count === buffer.length ? buffer : buffer.subarray(0, count);
      return [bytes, count === 0];
    });
  }

  write(buffer: Uint8Array, offset: bigint): bigint {
    return attempt(() => {
      const { file } = this.#writable();
      if (buffer.length === 0) return 0n;
      return BigInt(file.write(buffer, toOffset(offset)));
    });
  }

  readDirectory(): DirectoryEntryStream {
    return attempt(() => {
      const entries = this.#directory().list();
      const quota = this.#cx.quotas.directoryEntries;
      quota.take(entries.length, (message) => new HostError('ENOMEM', message));
      return new DirectoryEntryStream(entries, quota);
    });
  }

  sync(): void {
    attempt(() => {
      const open = this.#open;
      if (!(open instanceof SharedFile)) open.directory.sync();
      else if (this.#flags.write) open.file.sync();
    });
  }

  createDirectoryAt(path: string): void {
    this.#change(stripSlashes(path).path, (directory, name) => {
      if (name === undefined) throw new HostError('EEXIST');
      directory.createDirectory(name);
    });
  }

  stat(): DescriptorStat {
    return attempt(() => toDescriptorStat(this.#object().stat()));
  }

  statAt(pathFlags: PathFlags, path: string): DescriptorStat {
    return attempt(() => toDescriptorStat(this.#statAt(pathFlags, path)));
  }

  setTimesAt(
    pathFlags: PathFlags,
    path: string,
    accessed: NewTimestamp,
    modified: NewTimestamp,
  ): void {
    attempt(() => {
      const base = this.#mutableDirectory();
      const accessTime = this.#newTime(accessed);
      const modifyTime = this.#newTime(modified);
      const follow = pathFlags.symlinkFollow === true;
      resolve(base, path, follow, (directory, name) => {
        if (name === undefined) return directory.setTimes(accessTime, modifyTime);
        if (follow && directory.lstat(name).type === 'symbolic-link') return SYMLINK;
        return directory.setTimesOf(name, accessTime, modifyTime);
      });
    });
  }

  linkAt(
    oldPathFlags: PathFlags,
    oldPath: string,
    newDescriptor: Descriptor,
    newPath: string,
  ): void {
    attempt(() => {
      const oldBase = this.#mutableDirectory();
      const newBase = newDescriptor.#mutableDirectory();
      const follow = oldPathFlags.symlinkFollow === true;
      resolve(oldBase, oldPath, follow, (directory, name) => {
        if (name === undefined) throw new HostError('EPERM', 'a directory has one name');
        if (follow && directory.lstat(name).type === 'symbolic-link') return SYMLINK;
        return resolve(newBase, newPath, false, (newDirectory, newName) => {
          if (newName === undefined) throw new HostError('EEXIST');
          directory.link(name, newDirectory, newName);
        });
      });
    });
  }

  openAt(
    pathFlags: PathFlags,
    path: string,
    openFlags: OpenFlags,
    flags: DescriptorFlags,
  ): Descriptor {
    return attempt(() => {
      const base = this.#directory();
      const { create = false, directory = false, exclusive = false, truncate = false } = openFlags;
      if (directory && (create || exclusive || truncate)) throw new HostError('EINVAL');
      if (!this.#mutable && (flags.write || flags.mutateDirectory || create || truncate)) {
        throw this.#readOnly();
      }
      const options = {
        read: flags.read === true,
        write: flags.write === true,
        create,
        exclusive,
        truncate,
        directory,
        sync: flags.fileIntegritySync === true,
        dataSync: flags.dataIntegritySync === true,
      };
      const cx = this.#cx;
      const opened = counted(cx, tooManyOpen, () =>
        resolve(base, path, pathFlags.symlinkFollow === true, (parent, name) => {
          if (name !== undefined) return parent.open(name, options) ?? SYMLINK;
          if (create && exclusive) throw new HostError('EEXIST');
          if (options.write || truncate) throw new HostError('EISDIR');
          return parent.reopen();
        }),
      );
      if (opened.kind === 'file') {
        const { mutateDirectory: _, ...fileFlags } = flags;
        const shared = new SharedFile(opened, cx.quotas.openFiles);
        return new Descriptor(cx, shared, fileFlags, this.#mutable);
      }
      const open = { kind: 'directory' as const, directory: opened };
      const directoryFlags = { read: true, mutateDirectory: this.#mutable };
      return new Descriptor(cx, open, directoryFlags, this.#mutable);
    });
  }

  readlinkAt(path: string): string {
    return attempt(() =>
      resolve(this.#directory(), path, false, (directory, name) => {
        if (name === undefined) throw new HostError('EINVAL');
        const target = directory.readlink(name);
        if (target.startsWith('/')) throw new HostError('EPERM', 'absolute link');
        return target;
      }),
    );
  }

  /** `invalid` for a directory whose path ends in a slash, as in wasmtime. */
  removeDirectoryAt(path: string): void {
    this.#change(path, (directory, name) => {
      if (name === undefined) throw new HostError('EINVAL');
      directory.removeDirectory(name);
    });
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    attempt(() => {
      const oldBase = this.#mutableDirectory();
      const newBase = newDescriptor.#mutableDirectory();
      const from = stripSlashes(oldPath);
      const to = stripSlashes(newPath);
      resolve(oldBase, from.path, false, (directory, name) => {
        if (name === undefined) throw new HostError('EBUSY');
        if ((from.hadSlash || to.hadSlash) && directory.lstat(name).type !== 'directory') {
          throw new HostError('ENOTDIR');
        }
        return resolve(newBase, to.path, false, (newDirectory, newName) => {
          if (newName === undefined) throw new HostError('EBUSY');
          directory.rename(name, newDirectory, newName);
        });
      });
    });
  }

  symlinkAt(oldPath: string, newPath: string): void {
    this.#change(newPath, (directory, name) => {
      if (oldPath.startsWith('/')) throw new HostError('EPERM', 'absolute link');
      if (oldPath === '') throw new HostError('ENOENT');
      if (oldPath.includes('\0')) throw new HostError('EINVAL');
      if (name === undefined) throw new HostError('EEXIST');
      directory.symlink(oldPath, name);
    });
  }

  unlinkFileAt(path: string): void {
    const { path: stripped, hadSlash } = stripSlashes(path);
    this.#change(stripped, (directory, name) => {
      if (name === undefined) throw new HostError('EISDIR');
      if (hadSlash && directory.lstat(name).type !== 'directory') throw new HostError('ENOTDIR');
      directory.unlink(name);
    });
  }

  isSameObject(other: Descriptor): boolean {
    try {
      const mine = this.#object().stat();
      const theirs = other.#object().stat();
      return mine.device === theirs.device && mine.inode === theirs.inode;
    } catch {
      // The function has no error: what cannot be asked is not known to be the same.
      return false;
    }
  }

  metadataHash(): MetadataHash {
    return attempt(() => hash(this.#object().stat()));
  }

  metadataHashAt(pathFlags: PathFlags, path: string): MetadataHash {
    return attempt(() => hash(this.#statAt(pathFlags, path)));
  }

  [Symbol.dispose](): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    const open = this.#open;
    if (open instanceof SharedFile) {
      open.release();
    } else {
      this.#cx.quotas.openFiles.give(1);
      open.directory.close();
    }
  }

  #openSource(offset: bigint): { source: ByteSource; release?: () => void } {
    const shared = this.#file();
    if (!this.#flags.read) return { source: UNREADABLE };
    const source = fileSource(shared.file, toOffset(offset));
    shared.share();
    return { source, release: shared.release };
  }

  #openSink(offset: bigint | 'end'): { sink: ByteSink; release?: () => void } {
    const shared = this.#mutableFile();
    if (!this.#flags.write) return { sink: UNWRITABLE };
    if (offset === 'end') {
      return { sink: appendSink(shared.shareToAppend()), release: shared.release };
    }
    const sink = fileSink(shared.file, toOffset(offset));
    shared.share();
    return { sink, release: shared.release };
  }

  #statAt(pathFlags: PathFlags, path: string): FileStat {
    const follow = pathFlags.symlinkFollow === true;
    const base = this.#directory();
    const below = statBelow(base, path);
    if (below !== undefined && !(follow && below.type === 'symbolic-link')) return below;
    return resolve(base, path, follow, (directory, name) => {
      if (name === undefined) return directory.stat();
      const stat = directory.lstat(name);
      return follow && stat.type === 'symbolic-link' ? SYMLINK : stat;
    });
  }

  #change(path: string, change: (directory: HostDirectory, name: string | undefined) => void) {
    attempt(() => resolve(this.#mutableDirectory(), path, false, change));
  }

  /** The error of a change below a preopen that is granted `readOnly`. */
  #readOnly(): HostError {
    this.#cx.refuse('preopens');
    return new HostError('EPERM', 'granted for reading only');
  }

  #object(): HostFile | HostDirectory {
    const open = this.#open;
    return open instanceof SharedFile ? open.file : open.directory;
  }

  #file(): SharedFile {
    const open = this.#open;
    if (open instanceof SharedFile) return open;
    throw new HostError('EISDIR');
  }

  #readable(): SharedFile {
    const shared = this.#file();
    if (!this.#flags.read) throw unreadable();
    return shared;
  }

  #mutableFile(): SharedFile {
    const shared = this.#file();
    if (!this.#mutable) throw this.#readOnly();
    return shared;
  }

  #writable(): SharedFile {
    const shared = this.#mutableFile();
    if (!this.#flags.write) throw unwritable();
    return shared;
  }

  #directory(): HostDirectory {
    const open = this.#open;
    if (open instanceof SharedFile) throw new HostError('ENOTDIR');
    return open.directory;
  }

  #mutableDirectory(): HostDirectory {
    const directory = this.#directory();
    if (!this.#mutable) throw this.#readOnly();
    return directory;
  }

  #newTime(timestamp: NewTimestamp): NewTime {
    if (timestamp.tag === 'no-change') return undefined;
    if (timestamp.tag === 'now') return this.#cx.clock.wallNow();
    const { seconds, nanoseconds } = timestamp.val;
    // As `utimensat`, and as far as file systems may go.
    if (nanoseconds >= 1e9) throw new HostError('EINVAL');
    if (seconds > LATEST_SECOND || seconds < -LATEST_SECOND) throw new HostError('EOVERFLOW');
    return fromDatetime(timestamp.val);
  }
}

/** The resource `wasi:filesystem/types.directory-entry-stream`. */
export class DirectoryEntryStream {
  #entries: readonly DirectoryEntry[];
  readonly #quota: Quota;
  #next = 0;

  /** The entries are counted already. */
  constructor(entries: readonly DirectoryEntry[], quota: Quota) {
    this.#entries = entries;
    this.#quota = quota;
  }

  readDirectoryEntry(): { type: FileType; name: string } | undefined {
    const entry = this.#entries[this.#next];
    if (entry === undefined) return undefined;
    this.#next += 1;
    const { type, name } = entry;
    if (name === undefined) throw new WasiError<ErrorCode>('illegal-byte-sequence');
    return { type, name };
  }

  [Symbol.dispose](): void {
    this.#quota.give(this.#entries.length);
    this.#entries = [];
  }
}

/** The interfaces of `wasi:filesystem` for the guest of `cx`. */
export function createFilesystem(cx: Context) {
  return {
    types: {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error: IoError) => toErrorCode(IoError.errno(error)),
    },
    preopens: {
      getDirectories(): [Descriptor, string][] {
        const opened: [Descriptor, string][] = [];
        try {
          for (const { guest, directory, readOnly } of cx.preopens) {
            opened.push([Descriptor.ofPreopen(cx, directory, readOnly), guest]);
          }
          return opened;
        } catch (error) {
          // The guest gets none of them.
          for (const [descriptor] of opened) descriptor[Symbol.dispose]();
          throw error;
        }
      },
    },
  };
}

/** The WIT `error-code` for the `errno` of a failed stream. */
export function toErrorCode(errno: string | undefined): ErrorCode | undefined {
  return errno === undefined ? undefined : (ERROR_CODES.get(errno) ?? 'io');
}

/** Runs `action`; what the host reports by `errno` is thrown as the WIT `error-code`. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const errno = errnoOf(error);
    const code = errno === undefined ? undefined : ERROR_CODES.get(errno);
    // Our own errors name no path of the host.
    const message = error instanceof HostError ? error.message : undefined;
    if (code !== undefined) throw new WasiError<ErrorCode>(code, message);
    // Without `errno` it is a mistake of ours, and ends the guest in a trap.
    if (errno === undefined || errno.startsWith('ERR_')) throw error;
    throw new WasiError<ErrorCode>('io');
  }
}

/** Opens with `open` what then counts as open; past the limit, throws what `toError` makes. */
function counted<T>(cx: Context, toError: (message: string) => Error, open: () => T): T {
  const { openFiles } = cx.quotas;
  openFiles.take(1, toError);
  try {
    return open();
  } catch (error) {
    openFiles.give(1);
    throw error;
  }
}

function unreadable(): HostError {
  return new HostError('EBADF', 'not open for reading');
}

function unwritable(): HostError {
  return new HostError('EBADF', 'not open for writing');
}

/** The source for a descriptor that is not open for reading. */
const UNREADABLE: ByteSource = {
  isTerminal: false,
  read() {
    throw unreadable();
  },
  ready: () => true,
};

/** The sink for a descriptor that is not open for writing. */
const UNWRITABLE: ByteSink = {
  isTerminal: false,
  write() {
    throw unwritable();
  },
};

function tooManyOpen(message: string): HostError {
  return new HostError('EMFILE', message);
}

function toOffset(offset: bigint, errno = 'EINVAL'): number {
  if (offset > LARGEST_OFFSET) throw new HostError(errno);
  return Number(offset);
}

/** An offset as `pread` and `pwrite` take it, which is signed. */
function checkEnd(offset: bigint, length: number): void {
  if (offset > LARGEST_OFFSET && offset + BigInt(length) >= OFFSETS) throw new HostError('EINVAL');
}

function toDescriptorStat(stat: FileStat): DescriptorStat {
  return {
    type: stat.type,
    linkCount: stat.linkCount,
    size: stat.size,
    dataAccessTimestamp: toDatetime(stat.accessed),
    dataModificationTimestamp: toDatetime(stat.modified),
    statusChangeTimestamp: toDatetime(stat.changed),
  };
}

/** A number for the object itself, whatever is in it: it tells objects apart and shows no inode. */
export function objectId({ device, inode }: FileStat): bigint {
  return mix(seeds()[0] ?? 0n, [device, inode]);
}

/** The start values of the two halves of a hash: unlike each other, and in each process. */
let hashSeeds: BigUint64Array | undefined;
/** Odd, with bits spread evenly, from the golden ratio. */
const HASH_FACTOR = 0x9e37_79b9_7f4a_7c15n;

function hash(stat: FileStat): MetadataHash {
  const [lower = 0n, upper = 0n] = seeds();
  const parts = [stat.device, stat.inode, stat.size, stat.modified, stat.changed];
  return { lower: mix(lower, parts), upper: mix(upper, parts) };
}

function seeds(): BigUint64Array {
  // Not when the module is loaded, which is when workerd has no random numbers.
  return (hashSeeds ??= crypto.getRandomValues(new BigUint64Array(2)));
}

function mix(seed: bigint, parts: readonly bigint[]): bigint {
  let state = seed;
  for (const part of parts) {
    state = BigInt.asUintN(64, (state ^ part) * HASH_FACTOR);
    state ^= state >> 29n;
  }
  return state;
}
