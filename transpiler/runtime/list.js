import { charge } from './context.js';
import { trap } from './trap.js';
import { refuse, toArray } from './value.js';

/** `MAX_LIST_BYTE_LENGTH` */
const MAX_LIST_BYTE_LENGTH = 0xfffffff;

/** Checks the range of a list (`load_list_from_range`). */
export function checkList(cx, ptr, byteLength, alignment) {
  if (byteLength > MAX_LIST_BYTE_LENGTH) trap(`list of ${byteLength} bytes is too long`);
  if ((ptr & (alignment - 1)) !== 0) trap('unaligned pointer');
  if (ptr + byteLength > cx.u8.length) trap('list content out-of-bounds');
}

/** A list of `u8`, copied out. */
export function loadBytes(cx, ptr, length) {
  checkList(cx, ptr, length, 1);
  charge(cx, length);
  return new Uint8Array(cx.u8.subarray(ptr, ptr + length));
}

/** A list of numbers, copied out. */
export function loadNumbers(cx, ptr, length, NumberArray) {
  const size = NumberArray.BYTES_PER_ELEMENT;
  const byteLength = length * size;
  checkList(cx, ptr, byteLength, size);
  charge(cx, byteLength);
  const numbers = new NumberArray(length);
  new Uint8Array(numbers.buffer).set(cx.u8.subarray(ptr, ptr + byteLength));
  return numbers;
}

/** Begins to load a list or map: its range checked, `cost` bytes counted for each element. */
export function beginList(cx, ptr, length, size, alignment, cost) {
  checkList(cx, ptr, length * size, alignment);
  charge(cx, length * cost);
}

/** Begins to load a list, as `beginList`: the array. */
export function newArray(cx, ptr, length, size, alignment, cost) {
  beginList(cx, ptr, length, size, alignment, cost);
  return new Array(length);
}

/** Room for a list that is lowered; the number of elements is in `cx.length`. */
export function allocateList(cx, length, size, alignment) {
  const byteLength = length * size;
  // A proxy may give any length.
  if (!(byteLength >= 0 && byteLength <= MAX_LIST_BYTE_LENGTH))
    throw new RangeError(
      `a list of ${length} elements is too long for a component: ${MAX_LIST_BYTE_LENGTH} bytes are allowed`,
    );
  return cx.allocate(alignment, byteLength);
}

/** Lowers a list of `u8`: the pointer; the length is in `cx.length`. */
export function storeBytes(cx, value, holder, key) {
  const bytes = value instanceof Uint8Array ? value : toBytes(value, holder, key);
  const { length } = bytes;
  const ptr = allocateList(cx, length, 1, 1);
  cx.u8.set(bytes, ptr);
  cx.length = length;
  return ptr;
}

function toBytes(value, holder, key) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return toNumbers(value, Uint8Array, holder, key);
}

function toNumbers(value, NumberArray, holder, key) {
  const array = toArray(value, holder, key);
  const wanted =
    NumberArray === BigInt64Array || NumberArray === BigUint64Array ? 'bigint' : 'number';
  const numbers = new NumberArray(array.length);
  for (let i = 0; i < array.length; i++) {
    if (typeof array[i] !== wanted) refuse(`a ${wanted}`, array[i], array, i);
    numbers[i] = array[i];
  }
  return numbers;
}

/**
 * Lowers a list of integers as `storeNumbers`, where nothing is converted: `check(value, ...range)`
 * refuses an element.
 */
export function storeIntegers(cx, value, NumberArray, check, range, holder, key) {
  if (value instanceof NumberArray) return storeNumbers(cx, value, NumberArray);
  if (NumberArray === Uint8Array && (value instanceof ArrayBuffer || value instanceof DataView))
    return storeBytes(cx, value, holder, key);
  const array = toArray(value, holder, key);
  const numbers = new NumberArray(array.length);
  for (let i = 0; i < array.length; i++) numbers[i] = check(array[i], ...range, array, i);
  return storeNumbers(cx, numbers, NumberArray);
}

/** Lowers a list of numbers: the pointer; the length is in `cx.length`. */
export function storeNumbers(cx, value, NumberArray, holder = undefined, key = undefined) {
  const numbers = value instanceof NumberArray ? value : toNumbers(value, NumberArray, holder, key);
  const { length, byteLength } = numbers;
  const ptr = allocateList(
    cx,
    length,
    NumberArray.BYTES_PER_ELEMENT,
    NumberArray.BYTES_PER_ELEMENT,
  );
  cx.u8.set(new Uint8Array(numbers.buffer, numbers.byteOffset, byteLength), ptr);
  cx.length = length;
  return ptr;
}
