/** A file tree in memory: what a guest sees in a browser, and in tests. */

import type { FileTree } from '../preview2/capabilities.js';
import { HostError } from '../preview2/errors.js';
import type {
  DirectoryEntry,
  FileStat,
  FileType,
  HostDirectory,
  HostFile,
  NewTime,
  OpenOptions,
} from './host.js';

/** Names longer than this many UTF-16 units are refused, as file systems do. */
const LONGEST_NAME = 255;
/** No file grows past this. */
const LARGEST_FILE = 2 ** 32;
/** The default size of a tree in bytes. */
const DEFAULT_CAPACITY = 2 ** 30;
/**
 * The approximate cost of a file or directory besides its content, and of each further name of a
 * file.
 */
const INODE_COST = 512;
/** No `st_dev` of a real file system. */
const DEVICE = 1n << 63n;

const READ_ONLY: OpenOptions = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
  sync: false,
  dataSync: false,
};

let lastInode = 0n;

/** The space that one tree has left. */
class Volume {
  #left: number;

  constructor(capacity: number) {
    this.#left = capacity;
  }

  /** Takes `bytes`, or gives them back when negative. */
  take(bytes: number): void {
    if (bytes > this.#left) throw new HostError('ENOSPC');
    this.#left -= bytes;
  }
}

abstract class Inode {
  abstract readonly type: FileType;
  readonly volume: Volume;
  readonly inode = (lastInode += 1n);
  linkCount = 1n;
  openCount = 0;
  accessed = now();
  modified = this.accessed;
  changed = this.accessed;

  /** `content` is how many bytes it holds at first. */
  constructor(volume: Volume, content = 0) {
    volume.take(INODE_COST + content);
    this.volume = volume;
  }

  abstract size(): number;

  /** Gives back what it takes up, once it has no name and nobody has it open. */
  release(): void {
    if (this.linkCount === 0n && this.openCount === 0) this.free();
  }

  protected free(): void {
    this.volume.take(-INODE_COST);
  }

  stat(): FileStat {
    return {
      type: this.type,
      linkCount: this.linkCount,
      size: BigInt(this.size()),
      accessed: this.accessed,
      modified: this.modified,
      changed: this.changed,
      device: DEVICE,
      inode: this.inode,
    };
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    if (accessed !== undefined) this.accessed = accessed;
    if (modified !== undefined) this.modified = modified;
    this.changed = now();
  }

  touch(): void {
    this.modified = now();
    this.changed = this.modified;
  }
}

class FileInode extends Inode {
  readonly type = 'regular-file';
  /** Longer than the file, so that appending does not copy each time. */
  #bytes: Uint8Array;
  #size: number;

  constructor(volume: Volume, bytes: Uint8Array) {
    super(volume, bytes.length);
    this.#bytes = bytes;
    this.#size = bytes.length;
  }

  override size(): number {
    return this.#size;
  }

  protected override free(): void {
    super.free();
    this.volume.take(-this.#bytes.length);
  }

  read(into: Uint8Array, offset: number): number {
    const count = Math.min(into.length, this.#size - offset);
    if (count <= 0) return 0;
    into.set(this.#bytes.subarray(offset, offset + count));
    return count;
  }

  write(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    if (end > this.#size) this.resize(end);
    this.#bytes.set(bytes, offset);
    this.touch();
  }

  resize(size: number): void {
    if (size > LARGEST_FILE) throw new HostError('EFBIG');
    if (size > this.#bytes.length) {
      const capacity = Math.max(size, Math.min(this.#bytes.length * 2, LARGEST_FILE));
      const more = capacity - this.#bytes.length;
      this.volume.take(more);
      let grown: Uint8Array;
      try {
        grown = new Uint8Array(capacity);
      } catch {
        this.volume.take(-more);
        throw new HostError('ENOSPC');
      }
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    } else if (size < this.#size) {
      this.#bytes.fill(0, size, this.#size);
    }
    this.#size = size;
    this.touch();
  }
}

class SymlinkInode extends Inode {
  readonly type = 'symbolic-link';
  readonly target: string;

  constructor(volume: Volume, target: string) {
    // As UTF-16 at most.
    super(volume, 2 * target.length);
    this.target = target;
  }

  protected override free(): void {
    super.free();
    this.volume.take(-2 * this.target.length);
  }

  override size(): number {
    return new TextEncoder().encode(this.target).length;
  }
}

class DirectoryInode extends Inode {
  readonly type = 'directory';
  readonly entries = new Map<string, Inode>();
  parent: DirectoryInode | undefined;
  isRemoved = false;

  override size(): number {
    return this.entries.size;
  }

  get(name: string): Inode {
    const inode = this.entries.get(name);
    if (inode === undefined) throw new HostError('ENOENT');
    return inode;
  }

  /** Adds or replaces what was checked. */
  add(name: string, inode: Inode): void {
    this.entries.set(name, inode);
    if (inode instanceof DirectoryInode) inode.parent = this;
    this.touch();
  }

  checkNew(name: string): void {
    if (this.entries.has(name)) throw new HostError('EEXIST');
    this.checkName(name);
  }

  checkName(name: string): void {
    if (this.isRemoved) throw new HostError('ENOENT');
    if (name.length > LONGEST_NAME) throw new HostError('ENAMETOOLONG');
  }

  remove(name: string): void {
    const inode = this.get(name);
    this.entries.delete(name);
    inode.linkCount -= 1n;
    inode.changed = now();
    if (inode.linkCount > 0n) inode.volume.take(-INODE_COST);
    else inode.release();
    if (inode instanceof DirectoryInode) inode.isRemoved = true;
    this.touch();
  }

  contains(inode: DirectoryInode): boolean {
    for (let at: DirectoryInode | undefined = inode; at !== undefined; at = at.parent) {
      if (at === this) return true;
    }
    return false;
  }
}

class MemoryFile implements HostFile {
  readonly kind = 'file';
  readonly type = 'regular-file';
  readonly #inode: FileInode;
  #isOpen = true;

  constructor(inode: FileInode) {
    this.#inode = inode;
    inode.openCount += 1;
  }

  stat(): FileStat {
    return this.#inode.stat();
  }

  read(into: Uint8Array, offset: number): number {
    return this.#inode.read(into, offset);
  }

  write(bytes: Uint8Array, offset: number): number {
    this.#inode.write(bytes, offset);
    return bytes.length;
  }

  append(bytes: Uint8Array): void {
    this.#inode.write(bytes, this.#inode.size());
  }

  setSize(size: number): void {
    this.#inode.resize(size);
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    this.#inode.setTimes(accessed, modified);
  }

  sync(): void {}
  syncData(): void {}

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#inode.openCount -= 1;
    this.#inode.release();
  }
}

class MemoryDirectory implements HostDirectory {
  readonly kind = 'directory';
  readonly #inode: DirectoryInode;

  constructor(inode: DirectoryInode) {
    this.#inode = inode;
  }

  stat(): FileStat {
    return this.#inode.stat();
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    this.#inode.setTimes(accessed, modified);
  }

  sync(): void {}

  list(): DirectoryEntry[] {
    return Array.from(this.#inode.entries, ([name, { type }]) => ({ type, name }));
  }

  reopen(): HostDirectory {
    return new MemoryDirectory(this.#inode);
  }

  close(): void {}

  lstat(name: string): FileStat {
    return this.#inode.get(name).stat();
  }

  readlink(name: string): string {
    const inode = this.#inode.get(name);
    if (inode instanceof SymlinkInode) return inode.target;
    throw new HostError('EINVAL');
  }

  openDirectory(name: string): HostDirectory | undefined {
    const inode = this.#inode.get(name);
    if (inode instanceof DirectoryInode) return new MemoryDirectory(inode);
    if (inode instanceof SymlinkInode) return undefined;
    throw new HostError('ENOTDIR');
  }

  open(name: string, options: OpenOptions): HostFile | HostDirectory | undefined {
    const inode = this.#inode.entries.get(name);
    if (inode === undefined) {
      this.#inode.checkName(name);
      if (!options.create) throw new HostError('ENOENT');
      const created = new FileInode(this.#inode.volume, new Uint8Array(0));
      this.#inode.add(name, created);
      return new MemoryFile(created);
    }
    if (options.create && options.exclusive) throw new HostError('EEXIST');
    if (inode instanceof SymlinkInode) return undefined;
    if (inode instanceof DirectoryInode) {
      if (options.write || options.truncate || options.create) throw new HostError('EISDIR');
      return new MemoryDirectory(inode);
    }
    if (options.directory || !(inode instanceof FileInode)) throw new HostError('ENOTDIR');
    if (options.truncate) inode.resize(0);
    return new MemoryFile(inode);
  }

  setTimesOf(name: string, accessed: NewTime, modified: NewTime): void {
    this.#inode.get(name).setTimes(accessed, modified);
  }

  createDirectory(name: string): void {
    this.#inode.checkNew(name);
    this.#inode.add(name, new DirectoryInode(this.#inode.volume));
  }

  removeDirectory(name: string): void {
    const inode = this.#inode.get(name);
    if (!(inode instanceof DirectoryInode)) throw new HostError('ENOTDIR');
    if (inode.entries.size > 0) throw new HostError('ENOTEMPTY');
    this.#inode.remove(name);
  }

  unlink(name: string): void {
    if (this.#inode.get(name) instanceof DirectoryInode) throw new HostError('EISDIR');
    this.#inode.remove(name);
  }

  rename(name: string, newParent: HostDirectory, newName: string): void {
    const parent = this.#sibling(newParent);
    const inode = this.#inode.get(name);
    const replaced = parent.entries.get(newName);
    if (replaced === inode) return;
    if (replaced instanceof DirectoryInode && replaced.contains(this.#inode)) {
      throw new HostError('ENOTEMPTY');
    }
    if (inode instanceof DirectoryInode) {
      if (inode.contains(parent)) throw new HostError('EINVAL', 'into itself');
      if (replaced !== undefined && !(replaced instanceof DirectoryInode)) {
        throw new HostError('ENOTDIR');
      }
      if (replaced !== undefined && replaced.entries.size > 0) throw new HostError('ENOTEMPTY');
    } else if (replaced instanceof DirectoryInode) {
      throw new HostError('EISDIR');
    }
    parent.checkName(newName);
    if (replaced !== undefined) parent.remove(newName);
    parent.add(newName, inode);
    this.#inode.entries.delete(name);
    this.#inode.touch();
  }

  link(name: string, newParent: HostDirectory, newName: string): void {
    const inode = this.#inode.get(name);
    const parent = this.#sibling(newParent);
    parent.checkNew(newName);
    if (inode instanceof DirectoryInode) throw new HostError('EPERM');
    inode.volume.take(INODE_COST);
    parent.add(newName, inode);
    inode.linkCount += 1n;
    inode.changed = now();
  }

  symlink(target: string, name: string): void {
    this.#inode.checkNew(name);
    this.#inode.add(name, new SymlinkInode(this.#inode.volume, target));
  }

  /** The inode of a directory in the same tree. */
  #sibling(directory: HostDirectory): DirectoryInode {
    if (directory instanceof MemoryDirectory) {
      if (directory.#inode.volume === this.#inode.volume) return directory.#inode;
    }
    throw new HostError('EXDEV');
  }
}

/**
 * Makes a directory in memory that can be granted as a preopen. It is kept
 * between guests that get the same one, and holds up to `capacity` bytes
 * (1 GiB unless given).
 */
export function memoryDirectory(
  files: FileTree = {},
  capacity: number = DEFAULT_CAPACITY,
): HostDirectory {
  return new MemoryDirectory(toDirectoryInode(files, new Volume(capacity)));
}

/**
 * The files in a directory, as `memoryDirectory` takes them. What is neither a
 * file nor a directory is left out.
 */
export function readTree(directory: HostDirectory): FileTree {
  // Without a prototype, a file may be named `__proto__`.
  const tree = Object.create(null) as Record<string, Uint8Array | FileTree>;
  for (const { type, name } of directory.list()) {
    if (name === undefined) continue;
    if (type === 'directory') {
      const inner = directory.openDirectory(name);
      if (inner === undefined) continue;
      tree[name] = readTree(inner);
      inner.close();
    } else if (type === 'regular-file') {
      const file = directory.open(name, READ_ONLY);
      if (file?.kind !== 'file') continue;
      tree[name] = readFile(file);
      file.close();
    }
  }
  return tree;
}

/** Whether a preopen's `files` is a directory already. */
export function isHostDirectory(files: HostDirectory | FileTree): files is HostDirectory {
  return files instanceof MemoryDirectory || typeof files['openDirectory'] === 'function';
}

function readFile(file: HostFile): Uint8Array {
  const bytes = new Uint8Array(Number(file.stat().size));
  let length = 0;
  while (length < bytes.length) {
    const count = file.read(bytes.subarray(length), length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function toDirectoryInode(files: FileTree, volume: Volume): DirectoryInode {
  const directory = new DirectoryInode(volume);
  for (const [name, content] of Object.entries(files)) {
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new TypeError(`\`${name}\` is not a file name`);
    }
    directory.add(name, toInode(content, volume));
  }
  return directory;
}

function toInode(content: Uint8Array | string | FileTree, volume: Volume): Inode {
  if (typeof content === 'string') return new FileInode(volume, new TextEncoder().encode(content));
  if (content instanceof Uint8Array) return new FileInode(volume, content.slice());
  if (typeof content !== 'object' || content === null || ArrayBuffer.isView(content)) {
    throw new TypeError('a file is text or a `Uint8Array`, a directory an object');
  }
  return toDirectoryInode(content, volume);
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
