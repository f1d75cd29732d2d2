/** The functions of WASI 0.1 on paths below a directory: `path_*`. */

import { HostError } from '../preview2/errors.js';
import type { Descriptor } from '../preview2/filesystem.js';
import { internals } from '../preview2/filesystem.js';
import type { Guest } from './guest.js';
import { checkRights, RIGHTS } from './rights.js';
import { FDFLAGS, flags, newTimes, OFLAGS, storeFilestat, SYMLINK_FOLLOW } from './values.js';

/** The functions for the guest. */
export function createPaths(guest: Guest) {
  const { memory } = guest;
  const directory = (fd: number): Descriptor => guest.directory(fd >>> 0).descriptor;
  const text = (ptr: number, length: number): string => memory.path(ptr >>> 0, length >>> 0);
  return {
    path_create_directory: (fd: number, path: number, length: number) =>
      directory(fd).createDirectoryAt(text(path, length)),
    path_filestat_get(fd: number, lookup: number, path: number, length: number, result: number) {
      const follow = pathFlags(lookup);
      const stat = internals.statAt(directory(fd), follow, text(path, length));
      storeFilestat(memory, result >>> 0, stat);
    },
    path_filestat_set_times(
      fd: number,
      lookup: number,
      path: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      value: number,
    ): void {
      const follow = pathFlags(lookup);
      const times = newTimes(accessed, modified, value);
      directory(fd).setTimesAt(follow, text(path, length), ...times);
    },
    path_link(
      oldFd: number,
      lookup: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ): void {
      const follow = pathFlags(lookup);
      const from = directory(oldFd);
      const to = directory(newFd);
      from.linkAt(follow, text(oldPath, oldLength), to, text(newPath, newLength));
    },
    path_open: createOpen(guest),
    path_readlink(
      fd: number,
      path: number,
      length: number,
      buf: number,
      bufLength: number,
      result: number,
    ): void {
      const target = directory(fd).readlinkAt(text(path, length));
      const bytes = new TextEncoder().encode(target).subarray(0, bufLength >>> 0);
      memory.write(buf >>> 0, bytes);
      memory.setU32(result >>> 0, bytes.length);
    },
    path_remove_directory: (fd: number, path: number, length: number) =>
      directory(fd).removeDirectoryAt(text(path, length)),
    path_rename(
      oldFd: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ): void {
      const from = directory(oldFd);
      const to = directory(newFd);
      from.renameAt(text(oldPath, oldLength), to, text(newPath, newLength));
    },
    path_symlink(
      oldPath: number,
      oldLength: number,
      fd: number,
      newPath: number,
      newLength: number,
    ): void {
      const base = directory(fd);
      base.symlinkAt(text(oldPath, oldLength), text(newPath, newLength));
    },
    path_unlink_file: (fd: number, path: number, length: number) =>
      directory(fd).unlinkFileAt(text(path, length)),
  };
}

function createOpen(guest: Guest) {
  return (
    fd: number,
    lookup: number,
    path: number,
    length: number,
    openFlags: number,
    base: bigint,
    inheriting: bigint,
    fdFlags: number,
    result: number,
  ): void => {
    const follow = pathFlags(lookup);
    const how = flags('oflags', openFlags);
    const rights = checkRights(base, inheriting);
    const set = flags('fdflags', fdFlags);
    const name = guest.memory.path(path >>> 0, length >>> 0);
    const parent = guest.get(fd >>> 0);
    if (parent.kind === 'file') throw new HostError('ENOTDIR');
    if (parent.kind !== 'directory') throw new HostError('EBADF');
    const write = (rights & RIGHTS.fdWrite) !== 0n;
    const descriptor = parent.descriptor.openAt(
      follow,
      name,
      {
        create: (how & OFLAGS.create) !== 0,
        directory: (how & OFLAGS.directory) !== 0,
        exclusive: (how & OFLAGS.exclusive) !== 0,
        truncate: (how & OFLAGS.truncate) !== 0,
      },
      {
        // Without either right a file is opened to be read.
        read: !write || (rights & RIGHTS.fdRead) !== 0n,
        write,
        fileIntegritySync: (set & FDFLAGS.sync) !== 0,
        dataIntegritySync: (set & FDFLAGS.dsync) !== 0,
        requestedWriteSync: (set & FDFLAGS.rsync) !== 0,
      },
    );
    guest.memory.setU32(result >>> 0, guest.add(opened(descriptor, set)));
  };
}

function opened(descriptor: Descriptor, set: number) {
  if (descriptor.getType() === 'directory') {
    return { kind: 'directory' as const, descriptor, preopen: undefined, listing: undefined };
  }
  const append = (set & FDFLAGS.append) !== 0;
  const nonblock = (set & FDFLAGS.nonblock) !== 0;
  return { kind: 'file' as const, descriptor, position: 0n, append, nonblock };
}

function pathFlags(lookup: number): { symlinkFollow: boolean } {
  return { symlinkFollow: (flags('lookupflags', lookup) & SYMLINK_FOLLOW) !== 0 };
}
