/** The state of one core module: its grants, memory and file table. */

import type { ByteSink } from '../host/host.js';
import type { Context } from '../preview2/context.js';
import { HostError } from '../preview2/errors.js';
import { Descriptor, type DirectoryEntryStream } from '../preview2/filesystem.js';
import { GuestMemory } from './memory.js';

/** An open file, and the state that WASI 0.1 keeps for it. */
export interface OpenFile {
  readonly kind: 'file';
  readonly descriptor: Descriptor;
  position: bigint;
  append: boolean;
  nonblock: boolean;
}

/** An open directory. */
export interface OpenDirectory {
  readonly kind: 'directory';
  readonly descriptor: Descriptor;
  /** The name of a preopen. */
  readonly preopen: Uint8Array | undefined;
  /** The listing that cookies count in, from the start of a listing to its end. */
  listing: Listing | undefined;
}

/** The entries of a directory, as they were when its listing began. */
export interface Listing {
  readonly entries: readonly { type: string; name: string }[];
  /** Counts the entries while the listing is kept. */
  readonly stream: DirectoryEntryStream;
}

/** The object that a number of the guest stands for. */
export type Open =
  | OpenFile
  | OpenDirectory
  | { readonly kind: 'stdin' }
  | { readonly kind: 'output'; readonly sink: ByteSink };

export class Guest {
  readonly cx: Context;
  readonly memory = new GuestMemory();
  #slots: (Open | undefined)[] | undefined;

  constructor(cx: Context) {
    this.cx = cx;
  }

  /** `EBADF` for a number that stands for nothing. */
  get(fd: number): Open {
    const open = this.#table()[fd];
    if (open === undefined) throw new HostError('EBADF');
    return open;
  }

  /** `EBADF` for anything but a file. */
  file(fd: number): OpenFile {
    const open = this.get(fd);
    if (open.kind !== 'file') throw new HostError('EBADF');
    return open;
  }

  /** `EBADF` for anything but a directory. */
  directory(fd: number): OpenDirectory {
    const open = this.get(fd);
    if (open.kind !== 'directory') throw new HostError('EBADF');
    return open;
  }

  /** `EBADF` for a standard stream. */
  object(fd: number): OpenFile | OpenDirectory {
    const open = this.get(fd);
    if (open.kind !== 'file' && open.kind !== 'directory') throw new HostError('EBADF');
    return open;
  }

  /** The highest free number, else the next one, as in wasmtime. */
  add(open: Open): number {
    const slots = this.#table();
    const free = slots.lastIndexOf(undefined);
    const fd = free < 0 ? slots.length : free;
    slots[fd] = open;
    return fd;
  }

  close(fd: number): void {
    const open = this.get(fd);
    this.#table()[fd] = undefined;
    release(open);
  }

  renumber(from: number, to: number): void {
    const open = this.get(from);
    this.get(to);
    if (from === to) return;
    this.close(to);
    const slots = this.#table();
    slots[from] = undefined;
    slots[to] = open;
  }

  /** Closes all that the guest left open. */
  end(): void {
    for (const open of this.#slots ?? []) if (open) release(open);
    this.#slots = [];
    this.cx.close();
  }

  #table(): (Open | undefined)[] {
    if (this.#slots !== undefined) return this.#slots;
    const { cx } = this;
    const slots: (Open | undefined)[] = [
      { kind: 'stdin' },
      { kind: 'output', sink: cx.stdout },
      { kind: 'output', sink: cx.stderr },
    ];
    for (const { guest, directory, readOnly } of cx.preopens) {
      slots.push({
        kind: 'directory',
        descriptor: Descriptor.ofPreopen(cx, directory, readOnly),
        preopen: new TextEncoder().encode(guest),
        listing: undefined,
      });
    }
    this.#slots = slots;
    return slots;
  }
}

function release(open: Open): void {
  if (open.kind !== 'file' && open.kind !== 'directory') return;
  if (open.kind === 'directory') endListing(open);
  open.descriptor[Symbol.dispose]();
}

export function endListing(open: OpenDirectory): void {
  open.listing?.stream[Symbol.dispose]();
  open.listing = undefined;
}
