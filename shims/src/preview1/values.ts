/** Flags, enumerations and records of WASI 0.1 in memory (`typenames.witx`). */

import type { FileStat } from '../host/host.js';
import { HostError, trap } from '../preview2/errors.js';
import { type NewTimestamp, objectId } from '../preview2/filesystem.js';
import type { GuestMemory } from './memory.js';

export const FDFLAGS = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;
export const OFLAGS = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
export const SYMLINK_FOLLOW = 1;
const FSTFLAGS = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const;

/** The number of flags of each type that a call may have. */
const FLAGS = {
  fdflags: 5,
  fstflags: 4,
  lookupflags: 1,
  oflags: 4,
  riflags: 2,
  sdflags: 2,
} as const;

/** `value` as flags; a trap where a bit has no meaning, as in wasmtime. */
export function flags(type: keyof typeof FLAGS, value: number): number {
  const number = value >>> 0;
  if (number >= 2 ** FLAGS[type]) throw trap(`${number} is not a value of \`${type}\``);
  return number;
}

/** `value` as one of `count` cases; a trap for others, as in wasmtime. */
export function oneOf(count: number, value: number): number {
  const number = value >>> 0;
  if (number >= count) throw trap(`${number} is not one of ${count} cases`);
  return number;
}

/** The same for a value in memory: `EINVAL`. */
export function storedOneOf(count: number, value: number): number {
  if (value >= count) throw new HostError('EINVAL');
  return value;
}

/** `value` as an unsigned number of 64 bits. */
export function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

const FILE_TYPES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['block-device', 1],
  ['character-device', 2],
  ['directory', 3],
  ['regular-file', 4],
  ['socket', 6],
  ['symbolic-link', 7],
]);

/** The number of a file type; 0 for `unknown` and for those that WASI 0.1 has no number for. */
export function fileType(type: string): number {
  return FILE_TYPES.get(type) ?? 0;
}

/** The file type of a standard stream. */
export function streamType(isTerminal: boolean): number {
  return fileType(isTerminal ? 'character-device' : 'unknown');
}

export const FILESTAT_SIZE = 64;

/** The device is always 1, and the inode a number that tells objects apart. */
export function storeFilestat(memory: GuestMemory, ptr: number, stat: FileStat): void {
  const view = memory.view(ptr, FILESTAT_SIZE, 8);
  const fields = [
    stat.linkCount,
    stat.size,
    ...[stat.accessed, stat.modified, stat.changed].map(time),
  ];
  view.setBigUint64(ptr, 1n, true);
  view.setBigUint64(ptr + 8, objectId(stat), true);
  view.setUint8(ptr + 16, fileType(stat.type));
  fields.forEach((field, i) => view.setBigUint64(ptr + 24 + 8 * i, field, true));
}

/** The `filestat` of a standard stream. */
export function storeStreamStat(memory: GuestMemory, ptr: number, isTerminal: boolean): void {
  const view = memory.view(ptr, FILESTAT_SIZE, 8);
  for (let at = 0; at < FILESTAT_SIZE; at += 8) {
    if (at !== 16) view.setBigUint64(ptr + at, 0n, true);
  }
  view.setUint8(ptr + 16, streamType(isTerminal));
}

/** New times of access and of change, with the flags that say where they come from. */
export function newTimes(
  accessed: bigint,
  modified: bigint,
  value: number,
): [accessed: NewTimestamp, modified: NewTimestamp] {
  const set = flags('fstflags', value);
  const { atim, atimNow, mtim, mtimNow } = FSTFLAGS;
  return [
    newTime((set & atim) !== 0, accessed, (set & atimNow) !== 0),
    newTime((set & mtim) !== 0, modified, (set & mtimNow) !== 0),
  ];
}

function newTime(isSet: boolean, value: bigint, isNow: boolean): NewTimestamp {
  if (isSet && isNow) throw new HostError('EINVAL');
  if (isNow) return { tag: 'now' };
  if (!isSet) return { tag: 'no-change' };
  const time = u64(value);
  const nanoseconds = Number(time % 1_000_000_000n);
  return { tag: 'timestamp', val: { seconds: time / 1_000_000_000n, nanoseconds } };
}

/** Times before 1970 have no number. */
function time(nanoseconds: bigint): bigint {
  return nanoseconds < 0n ? 0n : nanoseconds;
}
