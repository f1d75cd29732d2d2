/** Key-value pairs in memory. */

import { HostError } from '../preview2/errors.js';
import type { HostBucket } from './host.js';

/** The default size of a bucket in bytes. */
export const DEFAULT_BUCKET_BYTES = 2 ** 26;
/** The approximate cost in bytes of a pair besides its key and value. */
const PAIR_COST = 128;

interface Pair {
  readonly number: bigint;
  value: Uint8Array;
}

class MemoryBucket implements HostBucket {
  /** In the order of their numbers. */
  readonly #pairs = new Map<string, Pair>();
  #last = 0n;
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  get(key: string): Uint8Array | undefined {
    return this.#pairs.get(key)?.value.slice();
  }

  has(key: string): boolean {
    return this.#pairs.has(key);
  }

  set(key: string, value: Uint8Array): void {
    const pair = this.#pairs.get(key);
    const more = pair ? value.length - pair.value.length : value.length + costOf(key);
    if (more > this.#left) throw new HostError('ENOSPC', 'the bucket is full');
    this.#left -= more;
    const kept = value.slice();
    if (pair) pair.value = kept;
    else this.#pairs.set(key, { number: (this.#last += 1n), value: kept });
  }

  delete(key: string): void {
    const pair = this.#pairs.get(key);
    if (pair === undefined) return;
    this.#left += pair.value.length + costOf(key);
    this.#pairs.delete(key);
  }

  list(after: bigint, limit: number): [number: bigint, key: string][] {
    const found: [bigint, string][] = [];
    for (const [key, { number }] of this.#pairs) {
      if (found.length === limit) break;
      if (number > after) found.push([number, key]);
    }
    return found;
  }

  /** One thread needs no lock. There is no rollback: changes before a failure stay. */
  atomically<T>(change: () => T): T {
    return change();
  }

  close(): void {}
}

function costOf(key: string): number {
  // An engine stores a character in two bytes at most.
  return PAIR_COST + 2 * key.length;
}

/**
 * Makes a bucket in memory, to be granted as `keyvalue`. Guests that are granted the same bucket
 * share its pairs. It holds up to `maxBytes` (64 MiB by default), of which each pair takes 128
 * besides its key and value.
 */
export function memoryBucket(
  entries: Readonly<Record<string, Uint8Array | string>> = {},
  maxBytes: number = DEFAULT_BUCKET_BYTES,
): HostBucket {
  const bucket = new MemoryBucket(maxBytes);
  const encoder = new TextEncoder();
  for (const [key, value] of Object.entries(entries)) {
    bucket.set(key, typeof value === 'string' ? encoder.encode(value) : value);
  }
  return bucket;
}
