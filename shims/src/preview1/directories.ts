/** `fd_readdir`. */

import { HostError } from '../preview2/errors.js';
import { type Descriptor, internals, objectId } from '../preview2/filesystem.js';
import { endListing, type Guest, type Listing, type OpenDirectory } from './guest.js';
import type { Span } from './memory.js';
import { fileType } from './values.js';

const DIRENT_SIZE = 24;
/** Entries that each directory has besides those of its listing. */
const DOTS = ['.', '..'];

/**
 * Puts entries into `span` from the one that `cookie` counts to, and gives the bytes used. An
 * entry that does not fit is cut, so that the span is full: there may be more.
 *
 * The listing is read when one begins, and kept until its end or until the directory is closed.
 */
export function listDirectory(
  { memory }: Guest,
  open: OpenDirectory,
  span: Span,
  cookie: bigint,
): number {
  const { descriptor } = open;
  if (cookie === 0n) endListing(open);
  open.listing ??= readListing(descriptor);
  const { entries } = open.listing;
  const count = entries.length + DOTS.length;
  let at = span.ptr;
  const end = span.ptr + span.length;
  // The end of memory is a trap only where there is something to write.
  for (let i = Number(cookie); i < count; i += 1) {
    const bytes = i < DOTS.length ? dot(descriptor, i) : dirent(descriptor, entries, i);
    const fitting = bytes.subarray(0, end - at);
    at = memory.write(at, fitting);
    if (at === end) return span.length;
  }
  endListing(open);
  return at - span.ptr;
}

function readListing(descriptor: Descriptor): Listing {
  const stream = descriptor.readDirectory();
  const entries: { type: string; name: string }[] = [];
  try {
    for (;;) {
      const entry = stream.readDirectoryEntry();
      if (entry === undefined) return { entries, stream };
      entries.push(entry);
    }
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}

function dot(descriptor: Descriptor, index: number): Uint8Array {
  const inode = objectId(internals.stat(descriptor));
  return encode(index + 1, inode, 'directory', DOTS[index] ?? '');
}

function dirent(descriptor: Descriptor, entries: Listing['entries'], index: number): Uint8Array {
  const entry = entries[index - DOTS.length];
  if (entry === undefined) throw new HostError('EINVAL');
  let inode = 0n;
  try {
    inode = objectId(internals.statAt(descriptor, {}, entry.name));
  } catch {
    // It is gone since it was listed.
  }
  return encode(index + 1, inode, entry.type, entry.name);
}

function encode(next: number, inode: bigint, type: string, name: string): Uint8Array {
  const text = new TextEncoder().encode(name);
  const bytes = new Uint8Array(DIRENT_SIZE + text.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(next), true);
  view.setBigUint64(8, inode, true);
  view.setUint32(16, text.length, true);
  view.setUint8(20, fileType(type));
  bytes.set(text, DIRENT_SIZE);
  return bytes;
}
