/** The memory of a core module, of which every access is checked. */

import { HostError, trap } from '../preview2/errors.js';

/** The most bytes that one call may name, as in wasmtime. */
const MOST_BYTES = 128 << 20;
/** Longer paths are not decoded: no platform takes them. */
const LONGEST_PATH = 1 << 16;

const EMPTY = new Uint8Array(0);
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A place in memory where the bytes of a call go to or come from. */
export interface Span {
  readonly ptr: number;
  readonly length: number;
}

/**
 * The linear memory of a guest.
 *
 * A pointer that is not aligned or leads out of memory is a trap (`witx-docs.md`, pointers).
 * Memory grows between two calls, and where a function of the host calls the guest, so views
 * are valid until then.
 */
export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #buffer: ArrayBufferLike | undefined;
  #bytes = EMPTY;
  #view = new DataView(EMPTY.buffer);
  #isShared = false;

  bind(memory: unknown): void {
    if (memory instanceof WebAssembly.Memory) this.#memory = memory;
  }

  /** Whether other threads may write here: not every function of a platform takes such bytes. */
  get isShared(): boolean {
    this.#renew();
    return this.#isShared;
  }

  /** The view for `length` bytes at `ptr`, aligned to `align`. */
  view(ptr: number, length: number, align: number): DataView {
    this.#renew();
    if (ptr % align !== 0) throw trap(`the pointer ${ptr} is not aligned to ${align} bytes`);
    this.#check(ptr, length);
    return this.#view;
  }

  /** The bytes themselves. */
  bytes({ ptr, length }: Span): Uint8Array {
    this.#renew();
    this.#check(ptr, length);
    return this.#bytes.subarray(ptr, ptr + length);
  }

  /** Writes all of `bytes`, and gives the pointer after them. */
  write(ptr: number, bytes: Uint8Array): number {
    this.#renew();
    this.#check(ptr, bytes.length);
    if (bytes.length > 0) this.#bytes.set(bytes, ptr);
    return ptr + bytes.length;
  }

  setU32(ptr: number, value: number): void {
    this.view(ptr, 4, 4).setUint32(ptr, value, true);
  }

  setU64(ptr: number, value: bigint): void {
    this.view(ptr, 8, 8).setBigUint64(ptr, value, true);
  }

  /** A path; `EILSEQ` where it is not UTF-8. */
  path(ptr: number, length: number): string {
    if (length > MOST_BYTES) throw new HostError('ENOMEM');
    const bytes = this.bytes({ ptr, length });
    if (length > LONGEST_PATH) throw new HostError('ENAMETOOLONG');
    try {
      // `TextDecoder` takes no shared bytes.
      return decoder.decode(this.#isShared ? bytes.slice() : bytes);
    } catch {
      throw new HostError('EILSEQ');
    }
  }

  /**
   * The first of `count` spans at `ptr` that is not empty: a call may do less than it is asked.
   * Whether it is in bounds is checked where it is used.
   */
  firstSpan(ptr: number, count: number): Span {
    if (count * 8 > MOST_BYTES) throw new HostError('ENOMEM');
    for (let at = ptr, end = ptr + count * 8; at < end; at += 8) {
      const view = this.view(at, 8, 4);
      const length = view.getUint32(at + 4, true);
      if (length === 0) continue;
      if (count * 8 + length > MOST_BYTES) throw new HostError('ENOMEM');
      return { ptr: view.getUint32(at, true), length };
    }
    return { ptr: 0, length: 0 };
  }

  #check(ptr: number, length: number): void {
    if (length > 0 && ptr + length > this.#bytes.length) {
      throw trap(`${length} bytes at the pointer ${ptr} are out of bounds of memory`);
    }
  }

  #renew(): void {
    // A memory that grows takes the bytes of the views away, unless it is shared.
    if (this.#bytes.length > 0 && !this.#isShared) return;
    const memory = this.#memory;
    if (memory === undefined) throw trap('the module exports no memory `memory`, or runs already');
    const { buffer } = memory;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#isShared =
      typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
  }
}
