/**
 * Directories as handles of the addon `@windlass/wasi-native-<platform>`. Node alone has paths
 * on systems other than Linux and where `/proc` is hidden; and a walk on Linux, where the addon
 * takes one system call, takes it one for each directory.
 *
 * A name is looked up in a directory that is open and no link is followed, so that no
 * other guest, thread or program can lead a path elsewhere between a look and a use.
 */
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

/** Set when the addon is loaded: an old Node has no such function, which `node.ts` says. */
let fs: typeof import('node:fs');

/** `shims/native/src/lib.rs`; failures have an errno name as `code`. */
interface Addon {
  openDirectory(path: string): AddonDirectory;
}

/** Attributes are written into `out` in the order of {@link toStat}, and the kind is returned. */
interface AddonDirectory {
  stat(out: BigInt64Array): number;
  lstat(name: string, out: BigInt64Array): number;
  setTimes(accessed: NewTime, modified: NewTime): void;
  setTimesOf(name: string, accessed: NewTime, modified: NewTime): void;
  sync(): void;
  list(): { name?: string | null; kind: number }[];
  reopen(): AddonDirectory;
  close(): void;
  readlink(name: string): string;
  openDirectory(name: string): AddonDirectory | null;
  openBelow(path: string): AddonDirectory | null;
  /** -1 where `openBelow` has nothing. */
  lstatBelow(path: string, out: BigInt64Array): number;
  open(name: string, how: number): AddonFile | AddonDirectory | null;
  createDirectory(name: string): void;
  removeDirectory(name: string): void;
  unlink(name: string): void;
  rename(name: string, parent: AddonDirectory, newName: string): void;
  link(name: string, parent: AddonDirectory, newName: string): void;
  symlink(target: string, name: string): void;
}

interface AddonFile {
  readonly kind: number;
  readonly descriptor: number;
  stat(out: BigInt64Array): number;
  read(into: Uint8Array, offset: number): number;
  write(bytes: Uint8Array, offset: number): number;
  append(bytes: Uint8Array): void;
  setSize(size: number): void;
  setTimes(accessed: NewTime, modified: NewTime): void;
  sync(): void;
  syncData(): void;
  close(): void;
}

/** File types by the addon's numbers. */
const KINDS: readonly FileType[] = [
  'unknown',
  'block-device',
  'character-device',
  'directory',
  'fifo',
  'symbolic-link',
  'regular-file',
  'socket',
];

/** The bits of `open`. */
const OPENING: Readonly<Record<keyof OpenOptions, number>> = {
  read: 1,
  write: 2,
  create: 4,
  exclusive: 8,
  truncate: 16,
  directory: 32,
  sync: 64,
  dataSync: 128,
};

const fields = /* @__PURE__ */ new BigInt64Array(7);

/** The metadata that the addon has written to `fields`. */
function toStat(kind: number): FileStat {
  return {
    type: KINDS[kind] ?? 'unknown',
    linkCount: fields[0]!,
    size: fields[1]!,
    accessed: fields[2]!,
    modified: fields[3]!,
    changed: fields[4]!,
    device: BigInt.asUintN(64, fields[5]!),
    inode: BigInt.asUintN(64, fields[6]!),
  };
}

/** The first and last time that fit the addon's 64 bits: in the years 1677 and 2262. */
const FIRST_TIME = -(1n << 63n);
const LAST_TIME = (1n << 63n) - 1n;

/** The nearest time that fits, as systems do past the range of a file system. */
function clamp(time: NewTime): NewTime {
  if (time === undefined) return undefined;
  if (time < FIRST_TIME) return FIRST_TIME;
  return time > LAST_TIME ? LAST_TIME : time;
}

/** An open directory. */
class NativeDirectory implements HostDirectory {
  readonly kind = 'directory';
  readonly #open: AddonDirectory;

  constructor(open: AddonDirectory) {
    this.#open = open;
  }

  stat(): FileStat {
    return toStat(this.#open.stat(fields));
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    this.#open.setTimes(clamp(accessed), clamp(modified));
  }

  sync(): void {
    this.#open.sync();
  }

  list(): DirectoryEntry[] {
    return this.#open
      .list()
      .map(({ name, kind }) => ({ type: KINDS[kind] ?? 'unknown', name: name ?? undefined }));
  }

  reopen(): HostDirectory {
    return new NativeDirectory(this.#open.reopen());
  }

  close(): void {
    this.#open.close();
  }

  lstat(name: string): FileStat {
    return toStat(this.#open.lstat(name, fields));
  }

  readlink(name: string): string {
    return this.#open.readlink(name);
  }

  openDirectory(name: string): HostDirectory | undefined {
    const opened = this.#open.openDirectory(name);
    return opened === null ? undefined : new NativeDirectory(opened);
  }

  lstatBelow(path: string): FileStat | undefined {
    const kind = this.#open.lstatBelow(path, fields);
    return kind < 0 ? undefined : toStat(kind);
  }

  openBelow(names: readonly string[]): HostDirectory | undefined {
    const opened = this.#open.openBelow(names.join('/'));
    return opened === null ? undefined : new NativeDirectory(opened);
  }

  open(name: string, options: OpenOptions): HostFile | HostDirectory | undefined {
    let how = 0;
    for (const key of Object.keys(OPENING) as (keyof OpenOptions)[]) {
      if (options[key]) how |= OPENING[key];
    }
    const opened = this.#open.open(name, how);
    if (opened === null) return undefined;
    return 'read' in opened ? new NativeFile(opened) : new NativeDirectory(opened);
  }

  setTimesOf(name: string, accessed: NewTime, modified: NewTime): void {
    this.#open.setTimesOf(name, clamp(accessed), clamp(modified));
  }

  createDirectory(name: string): void {
    this.#open.createDirectory(name);
  }

  removeDirectory(name: string): void {
    this.#open.removeDirectory(name);
  }

  unlink(name: string): void {
    this.#open.unlink(name);
  }

  rename(name: string, newParent: HostDirectory, newName: string): void {
    this.#open.rename(name, NativeDirectory.#of(newParent), newName);
  }

  link(name: string, newParent: HostDirectory, newName: string): void {
    this.#open.link(name, NativeDirectory.#of(newParent), newName);
  }

  symlink(target: string, name: string): void {
    this.#open.symlink(target, name);
  }

  static #of(directory: HostDirectory): AddonDirectory {
    if (directory instanceof NativeDirectory) return directory.#open;
    throw new HostError('EXDEV');
  }
}

/** An open file. */
class NativeFile implements HostFile {
  readonly kind = 'file';
  readonly type: FileType;
  readonly #open: AddonFile;
  /** The descriptor for reads and writes by Node, which take half a microsecond less; -1 for none. */
  #fd: number;

  constructor(open: AddonFile) {
    this.type = KINDS[open.kind] ?? 'unknown';
    this.#open = open;
    // Other files have no positions.
    this.#fd = this.type === 'regular-file' ? open.descriptor : -1;
  }

  stat(): FileStat {
    return toStat(this.#open.stat(fields));
  }

  read(into: Uint8Array, offset: number): number {
    if (this.#fd < 0) return this.#open.read(into, offset);
    return fs.readSync(this.#fd, into, 0, into.length, offset);
  }

  write(bytes: Uint8Array, offset: number): number {
    if (this.#fd < 0) return this.#open.write(bytes, offset);
    return fs.writeSync(this.#fd, bytes, 0, bytes.length, offset);
  }

  append(bytes: Uint8Array): void {
    this.#open.append(bytes);
  }

  setSize(size: number): void {
    this.#open.setSize(size);
  }

  setTimes(accessed: NewTime, modified: NewTime): void {
    this.#open.setTimes(clamp(accessed), clamp(modified));
  }

  sync(): void {
    this.#open.sync();
  }

  syncData(): void {
    this.#open.syncData();
  }

  close(): void {
    // The number may soon mean another file.
    this.#fd = -1;
    this.#open.close();
  }
}

let addon: Addon | undefined;
let isLookedFor = false;

/** Opens a directory of the platform. */
export function openNatively(path: string): HostDirectory {
  if (!findAddon()) throw new HostError('ENOTSUP', 'there is no addon');
  return new NativeDirectory(addon!.openDirectory(path));
}

/** Whether there is an addon that loads. `WINDLASS_WASI_NATIVE=off` does without. */
export function findAddon(): boolean {
  if (!isLookedFor) {
    isLookedFor = true;
    addon = load();
  }
  return addon !== undefined;
}

function load(): Addon | undefined {
  // Deno asks the user before it loads one.
  if ('Deno' in globalThis || process.env['WINDLASS_WASI_NATIVE'] === 'off') return undefined;
  fs = process.getBuiltinModule('node:fs');
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  for (const name of addonPackages()) {
    try {
      return require(name) as Addon;
    } catch {
      // It is not for this platform, or was not installed: then directories are paths.
    }
  }
  return undefined;
}

/** The addon's packages for this platform, as a release or a local build names them. */
function addonPackages(): string[] {
  const { platform, arch } = process;
  // npm installs the one that fits the C library; the other is not there.
  const suffixes = { linux: ['-gnu', '-musl'], win32: ['-msvc'] }[platform as string] ?? [''];
  const names = suffixes.map((suffix) => `@windlass/wasi-native-${platform}-${arch}${suffix}`);
  return [...names, '@windlass/wasi-native'];
}
