/** Rights (`typenames.witx`). As in wasmtime they are told to the guest and limit nothing. */

import { trap } from '../preview2/errors.js';
import { u64 } from './values.js';

const bit = (index: number): bigint => 1n << BigInt(index);

export const RIGHTS = {
  fdRead: /* @__PURE__ */ bit(1),
  fdSeek: /* @__PURE__ */ bit(2),
  fdWrite: /* @__PURE__ */ bit(6),
  fdReaddir: /* @__PURE__ */ bit(14),
  pathFilestatSetSize: /* @__PURE__ */ bit(19),
  fdFilestatSetSize: /* @__PURE__ */ bit(22),
};

/** All rights that exist. */
export const allRights = (1n << 30n) - 1n;

/** The rights of a preopen: `path_*` (9 to 18, 20, 24 to 26), reading it and its attributes. */
export const DIRECTORY_RIGHTS = 0x7b7_fe00n;

/** The rights that files below a preopen may have: those, and `fd_*` but no sockets. */
export const INHERITED_RIGHTS = 0xff7_ffffn;

/** The rights of a call; a trap for those that do not exist, as in wasmtime. */
export function checkRights(base: bigint, inheriting: bigint): bigint {
  const unknown = (u64(base) | u64(inheriting)) & ~allRights;
  if (unknown !== 0n) throw trap(`the rights ${unknown} do not exist`);
  return u64(base);
}
