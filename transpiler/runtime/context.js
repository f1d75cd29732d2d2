import { trap } from './trap.js';
/** @import { ComponentInstance } from './instance.js' */

/**
 * The memory side of canonical options: a linear memory with its cached views
 * and its `realloc` (`LiftLowerContext`, CanonicalABI.md).
 */
export class Context {
  /**
   * @param {ComponentInstance} instance
   * @param {WebAssembly.Memory} memory
   * @param {Function} realloc undefined where the validator lets nothing be lowered
   * @param {number} budget bytes that one call may lift
   */
  constructor(instance, memory, realloc, budget) {
    this.instance = instance;
    this.memory = memory;
    this.realloc = realloc;
    this.budget = this.maxBudget = budget;
    /** Second result of the helpers that lower to pointer and length. */
    this.length = 0;
    this.refresh();
  }

  /** Makes the views anew; a memory that grew detaches the old ones. */
  refresh() {
    /** @type {Uint8Array} */
    this.u8 = new Uint8Array(this.memory.buffer);
    /** @type {DataView} */
    this.view = new DataView(this.memory.buffer);
  }

  /** `cx.allocate` */
  allocate(alignment, byteLength) {
    return this.reallocate(0, 0, alignment, byteLength);
  }

  /** `cx.reallocate`, with the checks that all its callers make. */
  reallocate(old, oldByteLength, alignment, byteLength) {
    const { instance } = this;
    const { root } = instance;
    const { mayEnter } = root;
    // A trap in `realloc`, or for what it gives, leaves both false, which poisons the instance.
    root.mayEnter = instance.mayLeave = false;
    const ptr = this.callRealloc(old, oldByteLength, alignment, byteLength);
    if (this.u8.byteLength === 0) this.refresh();
    checkReturned(this, ptr, alignment, byteLength);
    instance.mayLeave = true;
    root.mayEnter = mayEnter;
    return ptr;
  }

  callRealloc(old, oldByteLength, alignment, byteLength) {
    return this.realloc(old, oldByteLength, alignment, byteLength) >>> 0;
  }
}

/** A context whose memory has 64-bit addresses. Pointers are Numbers here too: no memory is that large. */
export class Context64 extends Context {
  callRealloc(old, oldByteLength, alignment, byteLength) {
    return toPtr(
      this.realloc(BigInt(old), BigInt(oldByteLength), BigInt(alignment), BigInt(byteLength)),
    );
  }
}

/** A 64-bit address as a Number. One past 2^53 loses digits and fails each bounds check all the same. */
export function toPtr(address) {
  return Number(BigInt.asUintN(64, address));
}

/** Marks the length of a string in utf16 where the encoding is latin1+utf16 (`utf16_tag`). */
export const UTF16_TAG = 2 ** 31;

/** A 64-bit tagged length with its tag where 32-bit ones have it; one too long for a string is infinite. */
export function toTaggedLength(length) {
  const codeUnits = BigInt.asUintN(63, length);
  if (codeUnits >= BigInt(UTF16_TAG)) return Infinity;
  return Number(codeUnits) + (length === codeUnits ? 0 : UTF16_TAG);
}

/** A tagged length as core code with 64-bit addresses has it. */
export function fromTaggedLength(length) {
  return length < UTF16_TAG ? BigInt(length) : BigInt(length - UTF16_TAG) - (1n << 63n);
}

/** Brings views up to date after a memory that threads share may have grown, which detaches nothing. */
export function refreshShared(cx) {
  if (cx.u8.buffer !== cx.memory.buffer) cx.refresh();
}

function checkReturned(cx, ptr, alignment, byteLength) {
  if ((ptr & (alignment - 1)) !== 0) trap('realloc return: result not aligned');
  if (ptr + byteLength > cx.u8.length) trap('realloc return: beyond end of memory');
}

/** Checks a pointer that the guest gave for a value of a known size. */
export function checkPtr(cx, ptr, alignment, byteLength) {
  if ((ptr & (alignment - 1)) !== 0) trap('unaligned pointer');
  if (ptr + byteLength > cx.u8.length) trap('pointer out of bounds of memory');
}

/** Counts lifted bytes against the budget of the call, which bounds what a guest can make the host allocate. */
export function charge(cx, byteLength) {
  // Not `< 0`: what is no number is no budget.
  if (!((cx.budget -= byteLength) >= 0))
    trap(`the call lifts more than ${cx.maxBudget} bytes (maxLiftBytes)`);
}
