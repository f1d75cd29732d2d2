/** @import { Context } from '../context.js' */
import { charge } from '../context.js';
import { importFailed } from '../error.js';
import { trap } from '../trap.js';

/** `Buffer.MAX_LENGTH` */
const MAX_BUFFER_LENGTH = 2 ** 28 - 1;

/**
 * The layout of a stream's or future's elements in a memory.
 * @typedef {object} Element
 * @property {number} size
 * @property {number} align
 * @property {boolean} isNumber whether they are copied as bytes
 * @property {number} [cost] bytes that one takes of the host's memory, where they are no numbers
 * @property {(cx: Context, ptr: number) => unknown} load
 * @property {(cx: Context, ptr: number, value: unknown) => void} store
 * @property {Map<Element, (from: Context, begin: number, to: Context, out: number, length: number) => void>} [copies]
 *   what takes elements to the memory of another instance
 */

/** A range of a guest's memory (`BufferGuestImpl`, CanonicalABI.md). */
export class GuestBuffer {
  progress = 0;

  /** @param {Element | undefined} element `undefined` where there is no payload */
  constructor(element, cx, ptr, length) {
    if (length > MAX_BUFFER_LENGTH) trap('stream read/write count too large');
    if (element !== undefined && length > 0) {
      cx.refresh();
      if (ptr % element.align !== 0) trap('unaligned pointer');
      if (ptr + length * element.size > cx.u8.length) trap('pointer out of bounds of memory');
    }
    this.element = element;
    this.cx = cx;
    this.ptr = ptr;
    this.length = length;
  }

  remain() {
    return this.length - this.progress;
  }

  isZeroLength() {
    return this.length === 0;
  }

  /** Goes past `n` elements. */
  advance(n) {
    this.progress += n;
    if (this.element !== undefined) this.ptr += n * this.element.size;
  }

  /** `n` elements: a view of their bytes where they are numbers, else an array; nothing without payload. */
  read(n) {
    const { element, cx, ptr } = this;
    this.advance(n);
    if (element === undefined) return undefined;
    if (cx.u8.byteLength !== cx.memory.buffer.byteLength) cx.refresh();
    if (element.isNumber) return cx.u8.subarray(ptr, this.ptr);
    cx.budget = cx.maxBudget;
    charge(cx, n * element.cost);
    const values = new Array(n);
    for (let i = 0; i < n; i++) values[i] = element.load(cx, ptr + i * element.size);
    return values;
  }

  /** Takes what `read` gave. */
  write(values, n) {
    const { element, cx, ptr } = this;
    this.advance(n);
    if (element === undefined) return;
    if (cx.u8.byteLength !== cx.memory.buffer.byteLength) cx.refresh();
    if (element.isNumber) return cx.u8.set(values, ptr);
    try {
      for (let i = 0; i < n; i++) element.store(cx, ptr + i * element.size, values[i]);
    } catch (error) {
      importFailed(error, 'stream');
    }
  }
}

/** Takes `n` elements from one buffer to another: from guest to guest they never become values. */
export function transfer(source, target, n) {
  const copy = source.element?.copies?.get(target.element);
  if (copy === undefined) return target.write(source.read(n), n);
  const { cx: from, ptr: begin } = source;
  const { cx: to, ptr: out } = target;
  source.advance(n);
  target.advance(n);
  if (to.u8.byteLength !== to.memory.buffer.byteLength) to.refresh();
  copy(from, begin, to, out, n);
}
