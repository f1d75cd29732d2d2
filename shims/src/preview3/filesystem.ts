/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:filesystem@0.3`: the descriptors of 0.2 in other shapes. */

import type { FileStat, FileType } from '../host/host.js';
import type { Context } from '../preview2/context.js';
import { WasiError, errnoOf } from '../preview2/errors.js';
import {
  type Advice,
  type DescriptorFlags,
  type MetadataHash,
  type OpenFlags,
  type PathFlags,
  type ErrorCode as BaseCode,
  Descriptor as Base,
  createFilesystem as createBase,
  internals,
  toErrorCode as toBaseCode,
} from '../preview2/filesystem.js';
import { type Instant, toInstant } from './clocks.js';
import {
  type Outcome,
  type Streamed,
  failedStream,
  readBytes,
  streamOf,
  writeBytes,
} from './streams.js';

/** A case of a variant that has no value. */
type Case<Tag> = Tag extends string ? { tag: Tag } : never;

/** The WIT `error-code`. */
export type ErrorCode =
  | Case<Exclude<BaseCode, 'would-block'>>
  | { tag: 'other'; val: string | undefined };

/** The WIT `descriptor-type`. */
export type DescriptorType =
  | Case<Exclude<FileType, 'unknown'>>
  | { tag: 'other'; val: string | undefined };

/** The WIT `new-timestamp`. */
export type NewTimestamp =
  | { tag: 'no-change' }
  | { tag: 'now' }
  | { tag: 'timestamp'; val: Instant };

/** The WIT `descriptor-stat`. */
export interface DescriptorStat {
  type: DescriptorType;
  linkCount: bigint;
  size: bigint;
  dataAccessTimestamp: Instant | undefined;
  dataModificationTimestamp: Instant | undefined;
  statusChangeTimestamp: Instant | undefined;
}

/** The WIT `directory-entry`. */
export interface DirectoryEntry {
  type: DescriptorType;
  name: string;
}

/**
 * The resource `wasi:filesystem/types.descriptor`.
 *
 * Its `async` functions return at once: files are direct, as in 0.2.
 */
export class Descriptor {
  readonly #cx: Context;
  readonly #base: Base;

  constructor(cx: Context, base: Base) {
    this.#cx = cx;
    this.#base = base;
  }

  readViaStream(offset: bigint): Streamed<Uint8Array, ErrorCode> {
    return readBytes(this.#cx, () => internals.openSource(this.#base, offset), streamError);
  }

  writeViaStream(data: ReadableStream<Uint8Array>, offset: bigint): Promise<Outcome<ErrorCode>> {
    return writeBytes(data, () => internals.openSink(this.#base, offset), streamError);
  }

  appendViaStream(data: ReadableStream<Uint8Array>): Promise<Outcome<ErrorCode>> {
    return writeBytes(data, () => internals.openSink(this.#base, 'end'), streamError);
  }

  /** A name that is not Unicode ends the stream with `illegal-byte-sequence`. */
  readDirectory(): Streamed<DirectoryEntry, ErrorCode> {
    try {
      const entries = this.#base.readDirectory();
      const next = (): DirectoryEntry | undefined => {
        const entry = entries.readDirectoryEntry();
        return entry && { type: toType(entry.type), name: entry.name };
      };
      return streamOf(next, () => entries[Symbol.dispose](), streamError);
    } catch (error) {
      return failedStream(streamError(error));
    }
  }

  advise(offset: bigint, length: bigint, advice: Advice): void {
    attempt(() => this.#base.advise(offset, length, advice));
  }

  syncData(): void {
    attempt(() => this.#base.syncData());
  }

  getFlags(): DescriptorFlags {
    return this.#base.getFlags();
  }

  getType(): DescriptorType {
    return toType(this.#base.getType());
  }

  setSize(size: bigint): void {
    attempt(() => this.#base.setSize(size));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): void {
    attempt(() => this.#base.setTimes(accessed, modified));
  }

  sync(): void {
    attempt(() => this.#base.sync());
  }

  createDirectoryAt(path: string): void {
    attempt(() => this.#base.createDirectoryAt(path));
  }

  stat(): DescriptorStat {
    return attempt(() => toStat(internals.stat(this.#base)));
  }

  statAt(pathFlags: PathFlags, path: string): DescriptorStat {
    return attempt(() => toStat(internals.statAt(this.#base, pathFlags, path)));
  }

  setTimesAt(
    pathFlags: PathFlags,
    path: string,
    accessed: NewTimestamp,
    modified: NewTimestamp,
  ): void {
    attempt(() => this.#base.setTimesAt(pathFlags, path, accessed, modified));
  }

  linkAt(
    oldPathFlags: PathFlags,
    oldPath: string,
    newDescriptor: Descriptor,
    newPath: string,
  ): void {
    attempt(() => this.#base.linkAt(oldPathFlags, oldPath, newDescriptor.#base, newPath));
  }

  openAt(
    pathFlags: PathFlags,
    path: string,
    openFlags: OpenFlags,
    flags: DescriptorFlags,
  ): Descriptor {
    const opened = attempt(() => this.#base.openAt(pathFlags, path, openFlags, flags));
    return new Descriptor(this.#cx, opened);
  }

  readlinkAt(path: string): string {
    return attempt(() => this.#base.readlinkAt(path));
  }

  removeDirectoryAt(path: string): void {
    attempt(() => this.#base.removeDirectoryAt(path));
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    attempt(() => this.#base.renameAt(oldPath, newDescriptor.#base, newPath));
  }

  symlinkAt(oldPath: string, newPath: string): void {
    attempt(() => this.#base.symlinkAt(oldPath, newPath));
  }

  unlinkFileAt(path: string): void {
    attempt(() => this.#base.unlinkFileAt(path));
  }

  isSameObject(other: Descriptor): boolean {
    return this.#base.isSameObject(other.#base);
  }

  metadataHash(): MetadataHash {
    return attempt(() => this.#base.metadataHash());
  }

  metadataHashAt(pathFlags: PathFlags, path: string): MetadataHash {
    return attempt(() => this.#base.metadataHashAt(pathFlags, path));
  }

  [Symbol.dispose](): void {
    this.#base[Symbol.dispose]();
  }
}

/** The interfaces of `wasi:filesystem` for the guest of `cx`. */
export function createFilesystem(cx: Context) {
  const { preopens } = createBase(cx);
  return {
    types: { Descriptor },
    preopens: {
      getDirectories: (): [Descriptor, string][] =>
        preopens.getDirectories().map(([base, path]) => [new Descriptor(cx, base), path]),
    },
  };
}

/** Runs `action`; an `error-code` of 0.2 that it throws becomes that of 0.3. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    throw new WasiError<ErrorCode>(toErrorCode(error.payload as BaseCode), error.message);
  }
}

/** Why a stream of a file or directory ends. */
function streamError(error: unknown): ErrorCode {
  if (error instanceof WasiError) return toErrorCode(error.payload as BaseCode);
  return toErrorCode(toBaseCode(errnoOf(error)) ?? 'io');
}

function toErrorCode(code: BaseCode): ErrorCode {
  return code === 'would-block' ? { tag: 'other', val: code } : ({ tag: code } as ErrorCode);
}

function toType(type: FileType): DescriptorType {
  return type === 'unknown' ? { tag: 'other', val: undefined } : { tag: type };
}

function toStat(stat: FileStat): DescriptorStat {
  return {
    type: toType(stat.type),
    linkCount: stat.linkCount,
    size: stat.size,
    dataAccessTimestamp: toInstant(stat.accessed),
    dataModificationTimestamp: toInstant(stat.modified),
    statusChangeTimestamp: toInstant(stat.changed),
  };
}
