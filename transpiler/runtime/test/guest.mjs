import { ComponentInstance } from '../instance.js';
import { Context } from '../context.js';

/** A context over a memory of one page, whose `realloc` hands out memory in order and keeps a log of its calls. */
export function guest({ budget = 1 << 20, pages = 1 } = {}) {
  const memory = new WebAssembly.Memory({ initial: pages });
  const calls = [];
  let next = 1024;
  const realloc = (old, oldSize, align, size) => {
    calls.push([old, oldSize, align, size]);
    const ptr = Math.ceil(next / align) * align;
    next = ptr + size;
    new Uint8Array(memory.buffer).copyWithin(ptr, old, old + Math.min(oldSize, size));
    return ptr;
  };
  const cx = new Context(new ComponentInstance(), memory, realloc, budget);
  return { cx, calls, memory };
}

/** Writes bytes at an address of the guest's choice. */
export function write({ cx }, ptr, bytes) {
  cx.u8.set(bytes, ptr);
  return ptr;
}
