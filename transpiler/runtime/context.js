import { trap } from './trap.js';

/**
 * The memory side of canonical options: a linear memory with its cached views
 * and its `realloc` (`LiftLowerContext`, CanonicalABI.md).
 */
export class Context {
  /**
   * @param {ComponentInstance} instance
   * @param {WebAssembly.Memory} memory
   * @param {Function | undefined} realloc
   * @param {number} budget bytes that one call may lift
   */
  constructor(instance, memory, realloc, budget) {
    this.instance = instance;
    this.memory = memory;
    this.realloc = realloc;
    this.budget = this.maxBudget = budget;
    /** Second result of the helpers that lower to pointer and length. */
    this.length = 0;
    /** Whether addresses have 64 bits. */
    this.is64 = false;
    this.refresh();
  }

  /** Makes the views anew; a memory that grew detaches the old ones. */
  refresh() {
    this.u8 = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }

  /** `cx.allocate` */
  allocate(alignment, byteLength) {
    return this.reallocate(0, 0, alignment, byteLength);
  }

  /** `cx.reallocate`, with the checks that all its callers make. */
  reallocate(old, oldByteLength, alignment, byteLength) {
    this.instance.mayLeave = false;
    const ptr = this.callRealloc(old, oldByteLength, alignment, byteLength);
    this.instance.mayLeave = true;
    if (this.u8.byteLength === 0) this.refresh();
    checkReturned(this, ptr, alignment, byteLength);
    return ptr;
  }

  callRealloc(old, oldByteLength, alignment, byteLength) {
    return this.realloc(old, oldByteLength, alignment, byteLength) >>> 0;
  }
}

/** A context whose memory has 64-bit addresses. Pointers are Numbers here too: no memory is that large. */
export class Context64 extends Context {
  is64 = true;

  callRealloc(old, oldByteLength, alignment, byteLength) {
    return toPtr(this.realloc(BigInt(old), BigInt(oldByteLength), BigInt(alignment), BigInt(byteLength)));
  }
}

/** A 64-bit address as a Number. One past 2^53 loses digits and fails each bounds check all the same. */
export function toPtr(address) {
  return Number(BigInt.asUintN(64, address));
}

/** Brings views up to date after a memory that threads share may have grown, which detaches nothing. */
export function refreshShared(cx) {
  if (cx.u8.buffer !== cx.memory.buffer) cx.refresh();
}

function checkReturned(cx, ptr, alignment, byteLength) {
  if (ptr % alignment !== 0) trap('realloc return: result not aligned');
  if (ptr + byteLength > cx.u8.length) trap('realloc return: beyond end of memory');
}

/** Checks a pointer that the guest gave for a value of a known size. */
export function checkPtr(cx, ptr, alignment, byteLength) {
  if (ptr % alignment !== 0) trap('unaligned pointer');
  if (ptr + byteLength > cx.u8.length) trap('pointer out of bounds of memory');
}

/** Counts lifted bytes against the budget of the call, which bounds what a guest can make the host allocate. */
export function charge(cx, byteLength) {
  if ((cx.budget -= byteLength) < 0) trap(`the call lifts more than ${cx.maxBudget} bytes`);
}
