/** The functions of WASI 0.1 on open files, directories and standard streams: `fd_*`. */

import { HostError } from '../preview2/errors.js';
import { internals } from '../preview2/filesystem.js';
import { readBuffer } from '../preview2/io.js';
import { listDirectory } from './directories.js';
import type { Guest, OpenDirectory, OpenFile } from './guest.js';
import { allRights, checkRights, DIRECTORY_RIGHTS, INHERITED_RIGHTS, RIGHTS } from './rights.js';
import {
  FDFLAGS,
  fileType,
  flags,
  newTimes,
  oneOf,
  storeFilestat,
  storeStreamStat,
  streamType,
  u64,
} from './values.js';
import type { Span } from './memory.js';

const FDSTAT_SIZE = 24;
const ADVICE = ['normal', 'sequential', 'random', 'will-need', 'dont-need', 'no-reuse'] as const;
const LARGEST_POSITION = 2n ** 64n - 1n;

/** The functions for the guest. Pointers and numbers of files are signed where they come in. */
export function createFiles(guest: Guest) {
  return {
    ...createAccess(guest),
    ...createAttributes(guest),
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number): void {
      const kind = ADVICE[oneOf(ADVICE.length, advice)] ?? 'normal';
      guest.file(fd >>> 0).descriptor.advise(u64(offset), u64(length), kind);
    },
    fd_allocate(fd: number, _offset: bigint, _length: bigint): void {
      guest.file(fd >>> 0);
      throw new HostError('ENOTSUP');
    },
    fd_close: (fd: number) => guest.close(fd >>> 0),
    fd_datasync: (fd: number) => guest.file(fd >>> 0).descriptor.syncData(),
    fd_sync: (fd: number) => guest.file(fd >>> 0).descriptor.sync(),
    fd_renumber: (from: number, to: number) => guest.renumber(from >>> 0, to >>> 0),
    fd_prestat_get(fd: number, result: number): void {
      const open = guest.get(fd >>> 0);
      const name = open.kind === 'directory' ? open.preopen : undefined;
      if (name === undefined) throw new HostError('EBADF');
      const view = guest.memory.view(result >>> 0, 8, 4);
      view.setUint8(result >>> 0, 0);
      view.setUint32((result >>> 0) + 4, name.length, true);
    },
    fd_prestat_dir_name(fd: number, path: number, length: number): void {
      const open = guest.get(fd >>> 0);
      const name = open.kind === 'directory' ? open.preopen : undefined;
      if (name === undefined) throw new HostError('ENOTDIR');
      if (name.length > length >>> 0) throw new HostError('ENAMETOOLONG');
      guest.memory.write(path >>> 0, name);
    },
    fd_readdir: (fd: number, buf: number, length: number, cookie: bigint, result: number) => {
      const open = guest.directory(fd >>> 0);
      const span = { ptr: buf >>> 0, length: length >>> 0 };
      guest.memory.setU32(result >>> 0, listDirectory(guest, open, span, u64(cookie)));
    },
  };
}

/** Reads, writes and positions. */
function createAccess(guest: Guest) {
  const { memory } = guest;
  const write = (fd: number, spans: number, count: number, result: number, at?: bigint): void => {
    const span = memory.firstSpan(spans >>> 0, count >>> 0);
    const open = guest.get(fd >>> 0);
    let written: number;
    if (open.kind === 'file') {
      written = writeFile(guest, open, span, at);
    } else if (open.kind === 'output') {
      if (at !== undefined) throw new HostError('ESPIPE');
      written = writeAll(guest, span, (bytes) => open.sink.write(bytes));
    } else {
      throw new HostError('EBADF');
    }
    memory.setU32(result >>> 0, written);
  };
  return {
    fd_read(fd: number, spans: number, count: number, result: number): void {
      const span = memory.firstSpan(spans >>> 0, count >>> 0);
      const open = guest.get(fd >>> 0);
      let read: number;
      if (open.kind === 'file') {
        read = readFile(guest, open, span, open.position);
        open.position += BigInt(read);
      } else if (open.kind === 'stdin') {
        read = readStdin(guest, span);
      } else {
        throw new HostError('EBADF');
      }
      memory.setU32(result >>> 0, read);
    },
    fd_pread(fd: number, spans: number, count: number, offset: bigint, result: number): void {
      const span = memory.firstSpan(spans >>> 0, count >>> 0);
      const open = guest.get(fd >>> 0);
      if (open.kind === 'stdin') throw new HostError('ESPIPE');
      if (open.kind !== 'file') throw new HostError('EBADF');
      memory.setU32(result >>> 0, readFile(guest, open, span, u64(offset)));
    },
    fd_write: (fd: number, spans: number, count: number, result: number) =>
      write(fd, spans, count, result),
    fd_pwrite: (fd: number, spans: number, count: number, offset: bigint, result: number) =>
      write(fd, spans, count, result, u64(offset)),
    fd_seek(fd: number, offset: bigint, whence: number, result: number): void {
      const from = oneOf(3, whence);
      const open = seekable(guest, fd >>> 0);
      const bases = [() => 0n, () => open.position, () => internals.stat(open.descriptor).size];
      const position = (bases[from]?.() ?? 0n) + offset;
      if (position < 0n || position > LARGEST_POSITION) throw new HostError('EINVAL');
      open.position = position;
      memory.setU64(result >>> 0, position);
    },
    fd_tell: (fd: number, result: number) =>
      memory.setU64(result >>> 0, seekable(guest, fd >>> 0).position),
  };
}

/** The functions that read and change `fdstat` and `filestat`. */
function createAttributes(guest: Guest) {
  const { cx, memory } = guest;
  return {
    fd_fdstat_get(fd: number, result: number): void {
      const open = guest.get(fd >>> 0);
      const fdstat = fdstatOf(guest, open);
      const view = memory.view(result >>> 0, FDSTAT_SIZE, 8);
      view.setUint8(result >>> 0, fdstat.type);
      view.setUint16((result >>> 0) + 2, fdstat.flags, true);
      view.setBigUint64((result >>> 0) + 8, fdstat.rights, true);
      view.setBigUint64((result >>> 0) + 16, fdstat.inherited, true);
    },
    fd_fdstat_set_flags(fd: number, value: number): void {
      const set = flags('fdflags', value);
      const open = guest.file(fd >>> 0);
      const { append, dsync, nonblock, rsync, sync } = FDFLAGS;
      if ((set & (dsync | sync | rsync)) !== 0) throw new HostError('EINVAL');
      open.append = (set & append) !== 0;
      open.nonblock = (set & nonblock) !== 0;
    },
    fd_fdstat_set_rights(fd: number, base: bigint, inheriting: bigint): void {
      checkRights(base, inheriting);
      guest.object(fd >>> 0);
      throw new HostError('ENOTSUP');
    },
    fd_filestat_get(fd: number, result: number): void {
      const open = guest.get(fd >>> 0);
      if (open.kind === 'stdin') storeStreamStat(memory, result >>> 0, cx.stdin.isTerminal);
      else if (open.kind === 'output') {
        storeStreamStat(memory, result >>> 0, open.sink.isTerminal);
      } else storeFilestat(memory, result >>> 0, internals.stat(open.descriptor));
    },
    fd_filestat_set_size(fd: number, size: bigint): void {
      const { descriptor } = guest.file(fd >>> 0);
      if (size < 0n) throw new HostError('EINVAL');
      descriptor.setSize(size);
    },
    fd_filestat_set_times(fd: number, accessed: bigint, modified: bigint, value: number): void {
      const times = newTimes(accessed, modified, value);
      guest.object(fd >>> 0).descriptor.setTimes(...times);
    },
  };
}

interface Fdstat {
  readonly type: number;
  readonly flags: number;
  readonly rights: bigint;
  readonly inherited: bigint;
}

function fdstatOf({ cx }: Guest, open: ReturnType<Guest['get']>): Fdstat {
  if (open.kind === 'stdin') {
    const rights = RIGHTS.fdRead;
    return { type: streamType(cx.stdin.isTerminal), flags: 0, rights, inherited: rights };
  }
  if (open.kind === 'output') {
    const rights = RIGHTS.fdWrite;
    return { type: streamType(open.sink.isTerminal), flags: 0, rights, inherited: rights };
  }
  if (open.kind === 'directory' && open.preopen !== undefined) {
    const type = fileType('directory');
    return { type, flags: 0, rights: DIRECTORY_RIGHTS, inherited: INHERITED_RIGHTS };
  }
  return objectFdstat(open);
}

function objectFdstat(open: OpenFile | OpenDirectory): Fdstat {
  const has = open.descriptor.getFlags();
  let rights = allRights;
  if (open.kind === 'directory') {
    rights &= ~(RIGHTS.fdSeek | RIGHTS.fdFilestatSetSize | RIGHTS.pathFilestatSetSize);
  }
  if (!has.read) rights &= ~(RIGHTS.fdRead | RIGHTS.fdReaddir);
  if (!has.write) rights &= ~RIGHTS.fdWrite;
  let set = 0;
  if (has.dataIntegritySync) set |= FDFLAGS.dsync;
  if (has.requestedWriteSync) set |= FDFLAGS.rsync;
  if (has.fileIntegritySync) set |= FDFLAGS.sync;
  if (open.kind === 'file' && open.append) set |= FDFLAGS.append;
  if (open.kind === 'file' && open.nonblock) set |= FDFLAGS.nonblock;
  return { type: fileType(open.descriptor.getType()), flags: set, rights, inherited: rights };
}

/** `ESPIPE` for a standard stream, and `EBADF` for a directory. */
function seekable(guest: Guest, fd: number): OpenFile {
  const open = guest.get(fd);
  if (open.kind === 'stdin' || open.kind === 'output') throw new HostError('ESPIPE');
  return guest.file(fd);
}

function readFile({ memory }: Guest, open: OpenFile, span: Span, offset: bigint): number {
  if (!memory.isShared) return internals.readInto(open.descriptor, memory.bytes(span), offset);
  const buffer = readBuffer(BigInt(span.length));
  const count = internals.readInto(open.descriptor, buffer, offset);
  memory.write(span.ptr, buffer.subarray(0, count));
  return count;
}

/** `at` is the position unless the call has one. */
function writeFile(guest: Guest, open: OpenFile, span: Span, at: bigint | undefined): number {
  const { descriptor } = open;
  if (open.append) {
    let size = open.position;
    const written = writeAll(guest, span, (bytes) => {
      size = internals.append(descriptor, bytes);
    });
    if (at === undefined) open.position = size;
    return written;
  }
  const bytes = chunk(guest, span);
  const written = internals.writeFrom(descriptor, bytes, at ?? open.position);
  if (at === undefined) open.position += BigInt(written);
  return written;
}

/** Hands all bytes to `write`, also if there are none. */
function writeAll(guest: Guest, span: Span, write: (bytes: Uint8Array) => void): number {
  let done = 0;
  do {
    const bytes = chunk(guest, { ptr: span.ptr + done, length: span.length - done });
    write(bytes);
    done += bytes.length;
  } while (done < span.length);
  return span.length;
}

/** The bytes of a span; of shared memory a copy, which may be shorter. */
function chunk({ memory }: Guest, span: Span): Uint8Array {
  if (!memory.isShared) return memory.bytes(span);
  const copy = readBuffer(BigInt(span.length));
  copy.set(memory.bytes({ ptr: span.ptr, length: copy.length }));
  return copy;
}

/** Waits for bytes. A function of the host that gives them may use the guest's memory. */
function readStdin({ cx, memory }: Guest, { ptr, length }: Span): number {
  const buffer = length === 0 ? new Uint8Array(0) : readBuffer(BigInt(length));
  const count = length === 0 ? 0 : cx.stdin.read(buffer, true);
  if (count === 0) throw new HostError('EINTR');
  if (count < 0) return 0;
  memory.write(ptr, buffer.subarray(0, count));
  return count;
}
