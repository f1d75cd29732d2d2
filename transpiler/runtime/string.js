import { charge, UTF16_TAG } from './context.js';
import { trap } from './trap.js';

/** `MAX_STRING_BYTE_LENGTH` */
export const MAX_STRING_BYTE_LENGTH = 0xfffffff;

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16Decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();
/** Counts the bytes of a text in UTF-8, where the platform can without making them. */
const countUtf8 = globalThis.Buffer?.byteLength;

/** Checks the range of a string's code units (`load_string_from_range`). */
export function checkString(cx, ptr, byteLength, alignment) {
  if (byteLength > MAX_STRING_BYTE_LENGTH) trap(`string of ${byteLength} bytes is too long`);
  if (ptr % alignment !== 0) trap('unaligned pointer');
  if (ptr + byteLength > cx.u8.length) trap('string pointer/length out of bounds of memory');
}

/** `load_string_from_range` for utf8 */
export function loadUtf8(cx, ptr, byteLength) {
  checkString(cx, ptr, byteLength, 1);
  const end = ptr + byteLength;
  // Up to here this is faster than a decoder, by far for the usual names and words.
  if (byteLength <= 40) {
    // From 13 characters on, engines keep the pieces of what is concatenated.
    charge(cx, byteLength < 13 ? byteLength : byteLength * 8);
    const { u8 } = cx;
    let text = '';
    let i = ptr;
    for (; i + 8 <= end; i += 8) {
      const a = u8[i];
      const b = u8[i + 1];
      const c = u8[i + 2];
      const d = u8[i + 3];
      const e = u8[i + 4];
      const f = u8[i + 5];
      const g = u8[i + 6];
      const h = u8[i + 7];
      if ((a | b | c | d | e | f | g | h) > 127) break;
      text += String.fromCharCode(a, b, c, d, e, f, g, h);
    }
    for (; i < end; i++) {
      const byte = u8[i];
      if (byte > 127) break;
      text += String.fromCharCode(byte);
    }
    if (i === end) return text;
  } else {
    charge(cx, byteLength);
  }
  return decode(utf8Decoder, cx, ptr, end, 'invalid utf-8');
}

function decode(decoder, cx, ptr, end, problem) {
  try {
    // TextDecoder takes no view of shared memory in browsers.
    const bytes =
      cx.u8.buffer instanceof ArrayBuffer ? cx.u8.subarray(ptr, end) : cx.u8.slice(ptr, end);
    return decoder.decode(bytes);
  } catch {
    trap(problem);
  }
}

/** `load_string_from_range` for utf16 */
export function loadUtf16(cx, ptr, codeUnits) {
  checkString(cx, ptr, codeUnits * 2, 2);
  charge(cx, codeUnits * 2);
  return decode(utf16Decoder, cx, ptr, ptr + codeUnits * 2, 'invalid utf-16');
}

/** `load_string_from_range` for latin1+utf16 */
export function loadLatin1OrUtf16(cx, ptr, taggedCodeUnits) {
  if (taggedCodeUnits >= UTF16_TAG) return loadUtf16(cx, ptr, taggedCodeUnits - UTF16_TAG);
  checkString(cx, ptr, taggedCodeUnits, 2);
  charge(cx, taggedCodeUnits);
  const end = ptr + taggedCodeUnits;
  let text = '';
  for (let i = ptr; i < end; i += 4096) {
    text += String.fromCharCode.apply(null, cx.u8.subarray(i, Math.min(i + 4096, end)));
  }
  return text;
}

/**
 * `store_string_into_range` for utf8: the pointer; the length in bytes is in
 * `cx.length`. The bytes are counted first, so that memory is asked for once:
 * adapters in the field refuse to grow what they allocated.
 */
export function storeUtf8(cx, text) {
  const units = text.length;
  checkLength(units);
  if (units < 48) {
    let i = 0;
    while (i < units && text.charCodeAt(i) < 128) i++;
    if (i === units) {
      const ptr = cx.allocate(1, units);
      const { u8 } = cx;
      for (i = 0; i < units; i++) u8[ptr + i] = text.charCodeAt(i);
      cx.length = units;
      return ptr;
    }
  } else if (countUtf8 !== undefined) {
    const byteLength = countUtf8(text);
    const ptr = cx.allocate(1, byteLength);
    const { read } = utf8Encoder.encodeInto(text, cx.u8.subarray(ptr, ptr + byteLength));
    // Node 26 may stop before the last character although there is just room for it.
    if (read < units) cx.u8.set(utf8Encoder.encode(text), ptr);
    cx.length = byteLength;
    return ptr;
  }
  const bytes = utf8Encoder.encode(text);
  const ptr = cx.allocate(1, bytes.length);
  cx.u8.set(bytes, ptr);
  cx.length = bytes.length;
  return ptr;
}

function checkLength(units) {
  if (units > MAX_STRING_BYTE_LENGTH)
    throw new RangeError(
      `a string of ${units} characters is too long for a component: ${MAX_STRING_BYTE_LENGTH} are allowed`,
    );
}

/** `store_string_into_range` for utf16: the pointer; the length in code units is in `cx.length`. */
export function storeUtf16(cx, text) {
  const units = text.length;
  checkLength(units);
  const ptr = cx.allocate(2, units * 2);
  writeWellFormed(cx, ptr, text.toWellFormed());
  cx.length = units;
  return ptr;
}

function writeWellFormed(cx, ptr, text) {
  const { view } = cx;
  for (let i = 0; i < text.length; i++) view.setUint16(ptr + i * 2, text.charCodeAt(i), true);
}

/** `store_string_into_range` for latin1+utf16: the pointer; the tagged length is in `cx.length`. */
export function storeLatin1OrUtf16(cx, text) {
  const units = text.length;
  checkLength(units);
  let ptr = cx.allocate(2, units);
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 255) {
      ptr = cx.reallocate(ptr, units, 2, units * 2);
      writeWellFormed(cx, ptr, text.toWellFormed());
      cx.length = units + UTF16_TAG;
      return ptr;
    }
    cx.u8[ptr + i] = unit;
  }
  cx.length = units;
  return ptr;
}
