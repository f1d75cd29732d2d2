import { UTF16_TAG } from './context.js';
import { checkList } from './list.js';
import { checkString } from './string.js';
import { trap } from './trap.js';

// Strings from memory to memory, bytewise: JavaScript's longest string is
// shorter than the canonical ABI's. The sequence of calls to `realloc` is the
// spec's (`store_string_into_range`). Each function returns the pointer and
// leaves the (tagged) length in `to.length`.

/** utf8 to utf8 */
export function copyUtf8(from, ptr, byteLength, to) {
  checkString(from, ptr, byteLength, 1);
  checkUtf8(from.u8, ptr, ptr + byteLength);
  const target = to.allocate(1, byteLength);
  copy(from, ptr, to, target, byteLength);
  to.length = byteLength;
  return target;
}

/** utf16 to utf16 */
export function copyUtf16(from, ptr, codeUnits, to) {
  checkString(from, ptr, codeUnits * 2, 2);
  eachUtf16(from.view, ptr, ptr + codeUnits * 2, () => true);
  const target = to.allocate(2, codeUnits * 2);
  copy(from, ptr, to, target, codeUnits * 2);
  to.length = codeUnits;
  return target;
}

function copy(from, ptr, to, target, byteLength) {
  to.u8.set(fresh(from).subarray(ptr, ptr + byteLength), target);
}

// `realloc` of the target may have grown the source's memory too, when they are one.
function fresh(cx) {
  if (cx.u8.byteLength === 0) cx.refresh();
  return cx.u8;
}

/** Trap unless the bytes are well-formed UTF-8. */
function checkUtf8(u8, begin, end) {
  for (let i = begin; i < end;) {
    if (u8[i] < 0x80) i++;
    else {
      charUtf8(u8, i, end);
      i += last.size;
    }
  }
}

/** The byte length of the character that `charUtf8` read last. */
const last = { size: 0 };

/** The code point at `i`, its byte length in `last.size`. Traps where `str::from_utf8` would refuse. */
function charUtf8(u8, i, end) {
  const lead = u8[i];
  if (lead < 0x80) {
    last.size = 1;
    return lead;
  }
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) trap('invalid utf-8');
  let char = lead & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) {
    if (i + k >= end) trap('incomplete utf-8 byte sequence');
    const byte = u8[i + k];
    if ((byte & 0xc0) !== 0x80) trap('invalid utf-8');
    char = (char << 6) | (byte & 0x3f);
    if (k === 1 && isImpossible(lead, byte)) trap('invalid utf-8');
  }
  last.size = length;
  return char;
}

// Overlong forms, surrogates and what lies past U+10FFFF show in the second byte.
function isImpossible(lead, second) {
  return (
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f)
  );
}

/** Calls `visit` with each code point until it returns false; traps at a lone surrogate. Returns where it stopped. */
function eachUtf16(view, begin, end, visit) {
  let i = begin;
  while (i < end) {
    let char = view.getUint16(i, true);
    let size = 2;
    if (char >= 0xd800 && char <= 0xdfff) {
      const low = char < 0xdc00 && i + 2 < end ? view.getUint16(i + 2, true) : 0;
      if (low < 0xdc00 || low > 0xdfff) trap('invalid utf-16');
      char = 0x10000 + ((char - 0xd800) << 10) + (low - 0xdc00);
      size = 4;
    }
    if (!visit(char)) return i;
    i += size;
  }
  return i;
}

function writeUtf8(u8, at, char) {
  if (char < 0x80) {
    u8[at] = char;
    return at + 1;
  }
  if (char < 0x800) {
    u8[at] = 0xc0 | (char >> 6);
    u8[at + 1] = 0x80 | (char & 0x3f);
    return at + 2;
  }
  if (char < 0x10000) {
    u8[at] = 0xe0 | (char >> 12);
    u8[at + 1] = 0x80 | ((char >> 6) & 0x3f);
    u8[at + 2] = 0x80 | (char & 0x3f);
    return at + 3;
  }
  u8[at] = 0xf0 | (char >> 18);
  u8[at + 1] = 0x80 | ((char >> 12) & 0x3f);
  u8[at + 2] = 0x80 | ((char >> 6) & 0x3f);
  u8[at + 3] = 0x80 | (char & 0x3f);
  return at + 4;
}

function writeUtf16(view, at, char) {
  if (char < 0x10000) {
    view.setUint16(at, char, true);
    return at + 2;
  }
  view.setUint16(at, 0xd800 + ((char - 0x10000) >> 10), true);
  view.setUint16(at + 2, 0xdc00 + ((char - 0x10000) & 0x3ff), true);
  return at + 4;
}

/** utf8 to utf16 (`store_utf8_to_utf16`) */
export function utf8ToUtf16(from, ptr, byteLength, to) {
  checkString(from, ptr, byteLength, 1);
  checkUtf8(from.u8, ptr, ptr + byteLength);
  const worstCase = byteLength * 2;
  let target = to.allocate(2, worstCase);
  const u8 = fresh(from);
  let at = target;
  for (let i = ptr; i < ptr + byteLength; i += last.size)
    at = writeUtf16(to.view, at, charUtf8(u8, i, ptr + byteLength));
  const written = at - target;
  if (written < worstCase) target = to.reallocate(target, worstCase, 2, written);
  to.length = written / 2;
  return target;
}

/** utf16 to utf8 (`store_utf16_to_utf8`) */
export function utf16ToUtf8(from, ptr, codeUnits, to) {
  checkString(from, ptr, codeUnits * 2, 2);
  eachUtf16(from.view, ptr, ptr + codeUnits * 2, () => true);
  return toUtf8(from, codeUnits, codeUnits * 3, to, (visit) => {
    fresh(from);
    eachUtf16(from.view, ptr, ptr + codeUnits * 2, visit);
  });
}

/** latin1 to utf8 (`store_latin1_to_utf8`) */
function latin1ToUtf8(from, ptr, codeUnits, to) {
  checkString(from, ptr, codeUnits, 2);
  return toUtf8(from, codeUnits, codeUnits * 2, to, (visit) => {
    const u8 = fresh(from);
    for (let i = 0; i < codeUnits; i++) if (!visit(u8[ptr + i])) return;
  });
}

// `store_string_to_utf8`: ASCII as long as it lasts, then room for the worst case.
function toUtf8(from, codeUnits, worstCase, to, each) {
  let target = to.allocate(1, codeUnits);
  let at = target;
  let isAscii = true;
  each((char) => {
    if (char < 0x80) to.u8[at++] = char;
    else isAscii = false;
    return isAscii;
  });
  if (!isAscii) {
    target = to.reallocate(target, codeUnits, 1, worstCase);
    at = target;
    each((char) => {
      at = writeUtf8(to.u8, at, char);
      return true;
    });
    const written = at - target;
    if (written < worstCase) target = to.reallocate(target, worstCase, 1, written);
    to.length = written;
    return target;
  }
  to.length = codeUnits;
  return target;
}

/** latin1+utf16 to utf8 */
export function latin1OrUtf16ToUtf8(from, ptr, tagged, to) {
  return tagged >= UTF16_TAG
    ? utf16ToUtf8(from, ptr, tagged - UTF16_TAG, to)
    : latin1ToUtf8(from, ptr, tagged, to);
}

/** latin1+utf16 to utf16 */
export function latin1OrUtf16ToUtf16(from, ptr, tagged, to) {
  if (tagged >= UTF16_TAG) return copyUtf16(from, ptr, tagged - UTF16_TAG, to);
  checkString(from, ptr, tagged, 2);
  const target = to.allocate(2, tagged * 2);
  const u8 = fresh(from);
  for (let i = 0; i < tagged; i++) to.view.setUint16(target + i * 2, u8[ptr + i], true);
  to.length = tagged;
  return target;
}

/** utf8 to latin1+utf16 (`store_string_to_latin1_or_utf16`) */
export function utf8ToLatin1OrUtf16(from, ptr, byteLength, to) {
  checkString(from, ptr, byteLength, 1);
  checkUtf8(from.u8, ptr, ptr + byteLength);
  return toLatin1OrUtf16(byteLength, to, (visit) => {
    const u8 = fresh(from);
    for (let i = ptr; i < ptr + byteLength; i += last.size)
      if (!visit(charUtf8(u8, i, ptr + byteLength))) return;
  });
}

/** utf16 to latin1+utf16 (`store_string_to_latin1_or_utf16`) */
export function utf16ToLatin1OrUtf16(from, ptr, codeUnits, to) {
  checkString(from, ptr, codeUnits * 2, 2);
  eachUtf16(from.view, ptr, ptr + codeUnits * 2, () => true);
  return toLatin1OrUtf16(codeUnits, to, (visit) => {
    fresh(from);
    eachUtf16(from.view, ptr, ptr + codeUnits * 2, visit);
  });
}

function toLatin1OrUtf16(codeUnits, to, each) {
  let target = to.allocate(2, codeUnits);
  let at = target;
  let isLatin1 = true;
  each((char) => {
    if (char < 0x100) to.u8[at++] = char;
    else isLatin1 = false;
    return isLatin1;
  });
  if (!isLatin1) {
    const worstCase = codeUnits * 2;
    target = to.reallocate(target, codeUnits, 2, worstCase);
    at = target;
    each((char) => {
      at = writeUtf16(to.view, at, char);
      return true;
    });
    const written = at - target;
    if (written < worstCase) target = to.reallocate(target, worstCase, 2, written);
    to.length = written / 2 + UTF16_TAG;
    return target;
  }
  const written = at - target;
  if (written < codeUnits) target = to.reallocate(target, codeUnits, 2, written);
  to.length = written;
  return target;
}

/** latin1+utf16 to latin1+utf16 */
export function copyLatin1OrUtf16(from, ptr, tagged, to) {
  if (tagged >= UTF16_TAG) return probablyUtf16(from, ptr, tagged - UTF16_TAG, to);
  checkString(from, ptr, tagged, 2);
  const target = to.allocate(2, tagged);
  copy(from, ptr, to, target, tagged);
  to.length = tagged;
  return target;
}

// `store_probably_utf16_to_latin1_or_utf16`
function probablyUtf16(from, ptr, codeUnits, to) {
  const byteLength = codeUnits * 2;
  checkString(from, ptr, byteLength, 2);
  let isLatin1 = true;
  eachUtf16(from.view, ptr, ptr + byteLength, (char) => {
    if (char > 0xff) isLatin1 = false;
    return true;
  });
  let target = to.allocate(2, byteLength);
  copy(from, ptr, to, target, byteLength);
  if (!isLatin1) {
    to.length = codeUnits + UTF16_TAG;
    return target;
  }
  for (let i = 0; i < codeUnits; i++) to.u8[target + i] = to.u8[target + i * 2];
  target = to.reallocate(target, byteLength, 1, codeUnits);
  to.length = codeUnits;
  return target;
}

/** A list of numbers of `size` bytes, from memory to memory: the pointer. */
export function copyNumbers(from, ptr, length, to, size) {
  const byteLength = length * size;
  checkList(from, ptr, byteLength, size);
  const target = to.allocate(size, byteLength);
  copy(from, ptr, to, target, byteLength);
  return target;
}
