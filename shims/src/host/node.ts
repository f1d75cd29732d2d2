/** The platform of Node, and of Deno and Bun through their `node:` modules. */

import type { BigIntStats, Dirent, Stats } from 'node:fs';

import { HostError, errnoOf } from '../preview2/errors.js';
import { leaseDirectories } from './lease.js';
import { sendHttp } from './node-http.js';
import { findAddon, openNatively } from './native.js';
import { openSqlite } from './sqlite.js';
import type {
  ByteSink,
  ByteSource,
  DirectoryEntry,
  FileStat,
  FileType,
  Host,
  HostDirectory,
  HostFile,
  NewTime,
  OpenOptions,
} from './host.js';

// An `import` would also load what is behind each export, promises among it, which takes
// milliseconds of every start.
const { versions, getBuiltinModule } = process as Partial<NodeJS.Process>;
if (!getBuiltinModule) {
  const message = `@windlass/wasi needs Node 20.16, 22.3 or later, and this is Node ${versions?.node}`;
  const error = new Error(message);
  // Stack frames of the shims would hide the message.
  error.stack = `Error: ${message}`;
  throw error;
}
const fs = process.getBuiltinModule('node:fs');

const { constants } = fs;
const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';
const isDeno = 'Deno' in globalThis;
/** 0 on Windows, where links are looked for before opening. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_DIRECTORY = constants.O_DIRECTORY ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const O_SYNC = constants.O_SYNC ?? 0;
const O_DSYNC = constants.O_DSYNC ?? 0;
/** Linux, all architectures: a descriptor that only names its directory. */
const O_PATH = 0o10000000;
/** The folder in which Linux shows open descriptors as links that cannot be moved. */
const DESCRIPTORS = '/proc/self/fd';

/** `crypto.getRandomValues` takes no more at a time. */
const MOST_RANDOM_BYTES = 65_536;
/** First and longest pause, in milliseconds, when a standard stream is not ready. */
const FIRST_PAUSE = 0.2;
const LONGEST_PAUSE = 10;

const waitCell = /* @__PURE__ */ new Int32Array(new SharedArrayBuffer(4));

function sleepMilliseconds(milliseconds: number): void {
  Atomics.wait(waitCell, 0, 0, milliseconds);
}

/** Closes what a guest that was thrown away has left open. */
const leftOpen = /* @__PURE__ */ new FinalizationRegistry((fds: OpenFds) => closeAll(fds));

/** The descriptors of one open object, -1 for none. */
interface OpenFds {
  fd: number;
  /** Opened by the first `append`. */
  append: number;
}

function closeAll(fds: OpenFds): void {
  const { fd, append } = fds;
  fds.fd = -1;
  fds.append = -1;
  if (append >= 0) fs.closeSync(append);
  if (fd >= 0) fs.closeSync(fd);
}

/**
 * An open directory.
 *
 * On Linux it is a descriptor, and a name in it is reached through
 * `/proc/self/fd/<n>/<name>`, which the kernel resolves like `openat`: no
 * rename or new link in between can lead outside. Elsewhere it is a path, and
 * before each use every directory from the preopen on is looked at: one that is
 * no longer what was opened, a link or another directory, ends the call. What
 * the guest renames and links between two calls is therefore noticed. Only
 * another thread or program can replace a directory between look and use: that no
 * other guest does is the business of `lease.ts`.
 */
class NodeDirectory implements HostDirectory {
  readonly kind = 'directory';
  /** The prefix of paths to names in this directory. */
  #path: string;
  /** -1 when the directory is a path. */
  #fd: number;
  #fds: OpenFds | undefined;
  /** The file that has to be at that path, when the directory is a path. */
  readonly #place: Place | undefined;
  /** Whether it was looked at in this call of the guest, and is gone when that ends. */
  readonly #isStep: boolean;

  private constructor(path: string, fd: number, place?: Place, isStep = false) {
    this.#path = path;
    this.#fd = fd;
    this.#place = place;
    this.#isStep = isStep;
  }

  static byDescriptor(fd: number): NodeDirectory {
    return new NodeDirectory(`${DESCRIPTORS}/${fd}`, fd);
  }

  static byPath(place: Place, isStep = false): NodeDirectory {
    return new NodeDirectory(place.path, -1, place, isStep);
  }

  /** The same, closed at the latest when nobody refers to it any more. */
  keep(): this {
    if (this.#fd < 0) return this;
    this.#fds = { fd: this.#fd, append: -1 };
    leftOpen.register(this, this.#fds, this);
    return this;
  }

  stat(): FileStat {
    const options = { bigint: true } as const;
    if (this.#fd >= 0) return toFileStat(fs.fstatSync(this.#fd, options));
    return toFileStat(fs.statSync(this.#here(), options));
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    const times = newTimes(accessed, modified, () => this.stat());
    if (times !== undefined) fs.utimesSync(this.#here(), ...times);
  }

  sync(): void {
    // Windows has no such thing as a directory to be written.
    if (isWindows) return;
    const fd = fs.openSync(this.#here(), constants.O_RDONLY | O_DIRECTORY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  list(): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    let valid: Set<string> | undefined;
    const path = this.#here();
    for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
      let name: string | undefined = entry.name;
      // It stands for bytes that are not Unicode, or for itself.
      if (name.includes('\uFFFD')) {
        valid ??= unicodeNames(path);
        if (!valid.has(name)) name = undefined;
      }
      entries.push({ type: direntType(entry), name });
    }
    return entries;
  }

  reopen(): HostDirectory {
    const path = this.#here();
    if (this.#place !== undefined) return NodeDirectory.byPath(this.#place);
    return openByDescriptor(`${path}/.`, 0).keep();
  }

  step(): HostDirectory {
    this.#here();
    return this.#place === undefined ? this : NodeDirectory.byPath(this.#place, true);
  }

  close(): void {
    if (this.#fd < 0) return;
    if (this.#fds !== undefined) leftOpen.unregister(this);
    fs.closeSync(this.#fd);
    this.#fd = -1;
    // The number may soon mean another file: a path that Node always refuses.
    this.#path = '\0';
  }

  lstat(name: string): FileStat {
    const stat = fs.lstatSync(this.#child(name), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) throw new HostError('ENOENT');
    return toFileStat(stat);
  }

  readlink(name: string): string {
    const target = fs.readlinkSync(this.#child(name));
    return isWindows ? target.replaceAll('\\', '/') : target;
  }

  openDirectory(name: string): HostDirectory | undefined {
    const child = this.#child(name);
    if (this.#place !== undefined) {
      const stat = fs.lstatSync(child, { bigint: true });
      if (stat.isSymbolicLink()) return undefined;
      if (!stat.isDirectory()) throw new HostError('ENOTDIR');
      return NodeDirectory.byPath(toPlace(child, stat, this.#place), true);
    }
    try {
      return openByDescriptor(child, O_NOFOLLOW);
    } catch (error) {
      if (isSymlinkAfter(error, child)) return undefined;
      throw error;
    }
  }

  open(name: string, options: OpenOptions): HostFile | HostDirectory | undefined {
    const child = this.#child(name);
    if (O_NOFOLLOW === 0) {
      const stat = fs.lstatSync(child, { bigint: true, throwIfNoEntry: false });
      if (stat?.isSymbolicLink() && !(options.create && options.exclusive)) return undefined;
      if (stat?.isDirectory()) return this.#openChildDirectory(child, stat, options);
      if (options.directory) throw new HostError(stat === undefined ? 'ENOENT' : 'ENOTDIR');
    }
    let fd: number;
    try {
      fd = fs.openSync(child, openFlags(options), 0o666);
    } catch (error) {
      if (isSymlinkAfter(error, child)) return undefined;
      throw error;
    }
    let keepsOpen = false;
    try {
      const stat = fs.fstatSync(fd, { bigint: true });
      const place = this.#place && checkOpened(child, stat, this.#place);
      const type = statType(stat);
      // Deno opens a directory that should be created as a file.
      if (type === 'directory' && options.create) throw new HostError('EISDIR');
      if (type === 'directory' && place !== undefined) return NodeDirectory.byPath(place);
      keepsOpen = true;
      return type === 'directory' ? NodeDirectory.byDescriptor(fd).keep() : new NodeFile(fd, type);
    } finally {
      if (!keepsOpen) fs.closeSync(fd);
    }
  }

  setTimesOf(name: string, accessed: NewTime, modified: NewTime): void {
    const times = newTimes(accessed, modified, () => this.lstat(name));
    if (times !== undefined) fs.lutimesSync(this.#child(name), ...times);
  }

  createDirectory(name: string): void {
    fs.mkdirSync(this.#child(name));
  }

  removeDirectory(name: string): void {
    fs.rmdirSync(this.#child(name));
  }

  unlink(name: string): void {
    const child = this.#child(name);
    // Deno's `unlinkSync` removes an empty directory.
    if (isDeno && fs.lstatSync(child).isDirectory()) throw new HostError('EISDIR');
    try {
      fs.unlinkSync(child);
    } catch (error) {
      // macOS and Windows say only that it is not permitted.
      if (errnoOf(error) === 'EPERM' && fs.lstatSync(child).isDirectory()) {
        throw new HostError('EISDIR');
      }
      throw error;
    }
  }

  rename(name: string, newParent: HostDirectory, newName: string): void {
    fs.renameSync(this.#child(name), NodeDirectory.#childOf(newParent, newName));
  }

  link(name: string, newParent: HostDirectory, newName: string): void {
    const path = this.#child(name);
    const newPath = NodeDirectory.#childOf(newParent, newName);
    if (this.#place === undefined) return fs.linkSync(path, newPath);
    const stat = fs.lstatSync(path, { bigint: true });
    // The link would lead to where the symbolic link does on macOS, which may be outside.
    if (!isLinux && stat.isSymbolicLink()) throw new HostError('ENOTSUP', 'a symbolic link');
    fs.linkSync(path, newPath);
    const linked = fs.lstatSync(newPath, { bigint: true });
    if (linked.ino === stat.ino && linked.dev === stat.dev) return;
    fs.unlinkSync(newPath);
    throw new HostError('ENOENT', 'what was linked is not there');
  }

  symlink(target: string, name: string): void {
    fs.symlinkSync(target, this.#child(name));
  }

  static #childOf(directory: HostDirectory, name: string): string {
    if (directory instanceof NodeDirectory) return directory.#child(name);
    throw new HostError('EXDEV');
  }

  #child(name: string): string {
    // On Windows these would name another directory, a drive or a stream of a file.
    if (isWindows && /[\\/:]|[. ]$/.test(name)) throw new HostError('EINVAL');
    return `${this.#here()}/${name}`;
  }

  /** The path of this directory, which is what was opened. */
  #here(): string {
    if (this.#place !== undefined && !this.#isStep) checkPlace(this.#place);
    return this.#path;
  }

  #openChildDirectory(child: string, stat: BigIntStats, options: OpenOptions): HostDirectory {
    if (options.create && options.exclusive) throw new HostError('EEXIST');
    if (options.write || options.truncate || options.create) throw new HostError('EISDIR');
    return NodeDirectory.byPath(toPlace(child, stat, this.#place));
  }
}

/** The path of a directory when it was opened, and its identity. */
interface Place {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  /** The directory that it is in, `undefined` for a preopen. */
  readonly parent: Place | undefined;
}

function toPlace(path: string, { dev, ino }: BigIntStats, parent?: Place): Place {
  return { path, device: dev, inode: ino, parent };
}

/** Throws `ENOENT` unless every directory from the preopen to `place` is still what it was. */
function checkPlace(place: Place): void {
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    const stat = fs.lstatSync(at.path, { bigint: true, throwIfNoEntry: false });
    const isSame = stat?.isDirectory() && stat.dev === at.device && stat.ino === at.inode;
    if (!isSame) throw new HostError('ENOENT', 'the directory is not where it was opened');
  }
}

/** Throws `ENOENT` unless what was opened with `opened` is at `path` in `parent`; its place. */
function checkOpened(path: string, opened: BigIntStats, parent: Place): Place {
  checkPlace(parent);
  const stat = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
  // The two calls tell different numbers for one device on some versions of Windows.
  if (stat?.ino !== opened.ino || (!isWindows && stat.dev !== opened.dev)) {
    throw new HostError('ENOENT', 'what was opened is not there');
  }
  return toPlace(path, stat, parent);
}

/** An open file. */
class NodeFile implements HostFile {
  readonly kind = 'file';
  readonly type: FileType;
  readonly #fds: OpenFds;

  constructor(fd: number, type: FileType) {
    this.#fds = { fd, append: -1 };
    this.type = type;
    leftOpen.register(this, this.#fds, this);
  }

  stat(): FileStat {
    return toFileStat(fs.fstatSync(this.#fds.fd, { bigint: true }));
  }

  read(into: Uint8Array, offset: number): number {
    return fs.readSync(this.#fds.fd, into, 0, into.length, this.#position(offset));
  }

  write(bytes: Uint8Array, offset: number): number {
    return fs.writeSync(this.#fds.fd, bytes, 0, bytes.length, this.#position(offset));
  }

  append(bytes: Uint8Array): void {
    const fds = this.#fds;
    if (fds.append < 0 && hasDescriptorPaths()) fds.append = openToAppend(fds.fd);
    let written = 0;
    while (written < bytes.length) {
      const rest = written === 0 ? bytes : bytes.subarray(written);
      // Without a descriptor of its own, another writer may come between these two calls.
      written +=
        fds.append < 0
          ? this.write(rest, fs.fstatSync(fds.fd).size)
          : fs.writeSync(fds.append, rest);
    }
  }

  setSize(size: number): void {
    fs.ftruncateSync(this.#fds.fd, size);
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    const times = newTimes(accessed, modified, () => this.stat());
    if (times !== undefined) fs.futimesSync(this.#fds.fd, ...times);
  }

  sync(): void {
    fs.fsyncSync(this.#fds.fd);
  }

  syncData(): void {
    fs.fdatasyncSync(this.#fds.fd);
  }

  close(): void {
    leftOpen.unregister(this);
    closeAll(this.#fds);
  }

  /** Pipes and terminals have no positions. */
  #position(offset: number): number | null {
    return this.type === 'regular-file' || this.type === 'block-device' ? offset : null;
  }
}

/** Whether a descriptor is a terminal. Its module brings sockets along, so it waits until it is asked. */
function isatty(fd: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(fd);
}

/** A standard stream to read. */
class FdSource implements ByteSource {
  readonly #fd: number;
  /** Bytes that a look ahead has found. */
  #ahead: Uint8Array | undefined;
  #nonBlocking: number | undefined;
  #canLookAhead = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get isTerminal(): boolean {
    return isatty(this.#fd);
  }

  read(into: Uint8Array, block: boolean): number {
    if (this.#ahead === undefined && !block && !this.ready()) return 0;
    if (this.#ahead !== undefined) return this.#takeAhead(this.#ahead, into);
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const count = readAvailable(this.#fd, into);
      if (count !== undefined) return count;
      sleepMilliseconds(pause);
    }
  }

  ready(): boolean {
    if (this.#ahead !== undefined) return true;
    if (this.#canLookAhead) this.#nonBlocking ??= openNonBlocking(this.#fd);
    if (this.#nonBlocking === undefined) {
      // A read never waits, or may wait and there is no way to know.
      this.#canLookAhead = false;
      return true;
    }
    const buffer = new Uint8Array(4096);
    try {
      const count = readAvailable(this.#nonBlocking, buffer);
      if (count === undefined) return false;
      if (count > 0) this.#ahead = buffer.subarray(0, count);
    } catch {
      // The read that follows will say what is wrong.
    }
    return true;
  }

  #takeAhead(ahead: Uint8Array, into: Uint8Array): number {
    const count = Math.min(ahead.length, into.length);
    into.set(ahead.subarray(0, count));
    this.#ahead = count < ahead.length ? ahead.subarray(count) : undefined;
    return count;
  }
}

/** A standard stream to write. */
class FdSink implements ByteSink {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get isTerminal(): boolean {
    return isatty(this.#fd);
  }

  write(bytes: Uint8Array): void {
    let written = 0;
    let pause = FIRST_PAUSE;
    while (written < bytes.length) {
      try {
        written += fs.writeSync(this.#fd, bytes, written);
        pause = FIRST_PAUSE;
      } catch (error) {
        // A pipe or terminal that another process made non-blocking.
        if (errnoOf(error) !== 'EAGAIN') throw error;
        sleepMilliseconds(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }
}

/** One for the process, since it may have looked ahead. */
let standardInput: FdSource | undefined;

/** The lag of `performance.now()` behind the clock of the system. */
let wallSkew = 0;

/** The platform of Node. */
export const host: Host = {
  monotonicNow: () => process.hrtime.bigint(),
  monotonicResolution: 1n,
  wallNow() {
    // `Date.now()` alone would lie before the time of a file that was just written.
    const system = Date.now();
    let precise = performance.timeOrigin + performance.now() + wallSkew;
    const behind = system - precise;
    // The system clock was set, or the machine slept.
    if (behind > 1 || behind < -2) {
      wallSkew += behind;
      precise = system;
    }
    const milliseconds = Math.floor(precise);
    return BigInt(milliseconds) * 1_000_000n + BigInt(Math.floor((precise - milliseconds) * 1e6));
  },
  wallResolution: 1000n,
  sleep: (nanoseconds) => sleepMilliseconds(Number(nanoseconds) / 1e6),
  fillRandom(bytes) {
    for (let begin = 0; begin < bytes.length; begin += MOST_RANDOM_BYTES) {
      const part = bytes.subarray(begin, begin + MOST_RANDOM_BYTES);
      crypto.getRandomValues(part as Uint8Array<ArrayBuffer>);
    }
  },
  environment() {
    // Without a prototype, a variable may be named `__proto__`.
    const environment = Object.create(null) as Record<string, string>;
    for (const [name, value] of Object.entries(process.env)) {
      if (value !== undefined) environment[name] = value;
    }
    return environment;
  },
  stdin: () => (standardInput ??= new FdSource(0)),
  stdout: () => new FdSink(1),
  stderr: () => new FdSink(2),
  openDirectory: (path) => openDirectory(path),
  openBucket: openSqlite,
  sendHttp,
  leaseDirectories: (writable) => (wayToOpen() === 'path' ? leaseDirectories(writable) : undefined),
};

/**
 * The way to the contents of a directory: through the addon; through a descriptor in `/proc`,
 * which Linux has; or by its path, where there is neither.
 */
export type Way = 'addon' | 'descriptor' | 'path';

function wayToOpen(): Way {
  if (findAddon()) return 'addon';
  return hasDescriptorPaths() ? 'descriptor' : 'path';
}

/** Opens a directory to be granted. */
export function openDirectory(path: string, way: Way = wayToOpen()): HostDirectory {
  const absolute = fs.realpathSync(path);
  if (way === 'descriptor') return openByDescriptor(absolute, 0).keep();
  if (way === 'addon') return openNatively(absolute);
  const stat = fs.statSync(absolute, { bigint: true });
  if (!stat.isDirectory()) throw new HostError('ENOTDIR');
  return NodeDirectory.byPath(toPlace(absolute, stat));
}

let descriptorPaths: boolean | undefined;

/** Whether names can be reached through `/proc/self/fd`, which containers may lack and Deno hides. */
function hasDescriptorPaths(): boolean {
  descriptorPaths ??= isLinux && mayReadEverything() && canReachByDescriptor();
  return descriptorPaths;
}

/** Whether Deno, if this is Deno, was told so; to try would make it ask the user. */
function mayReadEverything(): boolean {
  const { Deno } = globalThis as {
    Deno?: { permissions: { querySync(query: { name: string }): { state: string } } };
  };
  return Deno === undefined || Deno.permissions.querySync({ name: 'read' }).state === 'granted';
}

function canReachByDescriptor(): boolean {
  try {
    const directory = openByDescriptor('/', 0);
    try {
      const stat = fs.statSync('/', { bigint: true });
      const reached = directory.lstat('.');
      directory.list();
      return reached.device === stat.dev && reached.inode === stat.ino;
    } finally {
      directory.close();
    }
  } catch {
    return false;
  }
}

function openByDescriptor(path: string, flags: number): NodeDirectory {
  return NodeDirectory.byDescriptor(fs.openSync(path, O_PATH | O_DIRECTORY | flags));
}

/**
 * Whether an open that did not follow links failed because `path` is one.
 *
 * Linux says `ELOOP`, or `ENOTDIR` where a directory was asked for; BSDs `EMLINK`.
 */
function isSymlinkAfter(error: unknown, path: string): boolean {
  const errno = errnoOf(error);
  if (errno !== 'ELOOP' && errno !== 'ENOTDIR' && errno !== 'EMLINK') return false;
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function openFlags(options: OpenOptions): number {
  const { read, write, create, exclusive, truncate, directory, sync, dataSync } = options;
  let flags = O_NOFOLLOW;
  // To create without writing, Deno first makes the file by other means, which know nothing of
  // `O_EXCL` and `O_NOFOLLOW`: it would come to be where a link leads.
  const mustWrite = write || truncate || (create && (exclusive || isDeno));
  if (mustWrite) flags |= read ? constants.O_RDWR : constants.O_WRONLY;
  if (create) flags |= constants.O_CREAT;
  if (create && exclusive) flags |= constants.O_EXCL;
  if (truncate) flags |= constants.O_TRUNC;
  if (directory) flags |= O_DIRECTORY;
  if (sync) flags |= O_SYNC;
  if (dataSync) flags |= O_DSYNC;
  return flags;
}

/** Opens the file of `fd` again so that each write goes to its end; -1 where that fails. */
function openToAppend(fd: number): number {
  try {
    return fs.openSync(`${DESCRIPTORS}/${fd}`, constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return -1;
  }
}

/**
 * A descriptor of what `fd` reads whose reads never wait, if there is a way.
 *
 * Opening it again leaves `fd` itself as it is, which other processes may share.
 */
function openNonBlocking(fd: number): number | undefined {
  try {
    const stat = fs.fstatSync(fd);
    // A read of a file never waits.
    if (stat.isFile()) return undefined;
    if (stat.isSocket()) {
      // A socket cannot be opened again, but loading `process.stdin` makes it non-blocking.
      return fd === 0 && process.stdin !== undefined ? fd : undefined;
    }
    if (!hasDescriptorPaths()) return undefined;
    return fs.openSync(`${DESCRIPTORS}/${fd}`, constants.O_RDONLY | O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Bytes read, -1 at the end, `undefined` when there are none yet. */
function readAvailable(fd: number, into: Uint8Array): number | undefined {
  try {
    return fs.readSync(fd, into, 0, into.length, null) || -1;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EAGAIN') return undefined;
    // Windows reports the end of a pipe as an error.
    if (errno === 'EOF') return -1;
    throw error;
  }
}

function toFileStat(stat: BigIntStats): FileStat {
  return {
    type: statType(stat),
    linkCount: stat.nlink,
    size: stat.size,
    accessed: stat.atimeNs,
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
    device: stat.dev,
    inode: stat.ino,
  };
}

const FILE_TYPES = new Map<number, FileType>([
  [constants.S_IFREG, 'regular-file'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFLNK, 'symbolic-link'],
  [constants.S_IFCHR, 'character-device'],
  [constants.S_IFBLK, 'block-device'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
]);

function statType(stat: Stats | BigIntStats): FileType {
  return FILE_TYPES.get(Number(stat.mode) & constants.S_IFMT) ?? 'unknown';
}

function direntType(entry: Dirent): FileType {
  if (entry.isFile()) return 'regular-file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symbolic-link';
  if (entry.isCharacterDevice()) return 'character-device';
  if (entry.isBlockDevice()) return 'block-device';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  return 'unknown';
}

/** The names in a directory that are Unicode. */
function unicodeNames(path: string): Set<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const names = new Set<string>();
  // Deno gives strings even so.
  for (const name of fs.readdirSync(path, 'buffer') as (Uint8Array | string)[]) {
    try {
      names.add(typeof name === 'string' ? name : decoder.decode(name));
    } catch {
      // Not Unicode.
    }
  }
  return names;
}

/** Both times as `node:fs` takes them, those to be kept from `stat`; `undefined` to keep both. */
function newTimes(
  accessed: NewTime,
  modified: NewTime,
  stat: () => FileStat,
): [Date | number, Date | number] | undefined {
  if (accessed !== undefined && modified !== undefined) {
    return [toFileTime(accessed), toFileTime(modified)];
  }
  const kept = stat();
  if (accessed === undefined && modified === undefined) return undefined;
  return [toFileTime(accessed ?? kept.accessed), toFileTime(modified ?? kept.modified)];
}

/**
 * Seconds, cut off to microseconds: there is no other way to say a time, and
 * as doubles they are exact to a quarter of one.
 */
function toFileTime(nanoseconds: bigint): Date | number {
  // As a number it would mean now.
  if (nanoseconds < 0n) return new Date(Number(nanoseconds / 1_000_000n));
  const microseconds = nanoseconds / 1000n;
  const seconds = Number(microseconds) / 1e6;
  const fraction = Number(microseconds % 1_000_000n) / 1e6;
  // A double below the time would be cut off to the microsecond before, and further each time.
  return seconds % 1 < fraction ? seconds * (1 + Number.EPSILON) : seconds;
}
