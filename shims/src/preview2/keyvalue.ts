/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:keyvalue`: buckets of key-value pairs, in memory or in a file. */

import type { HostBucket } from '../host/host.js';
import type { Context } from './context.js';
import { HostError, WasiError, errnoOf } from './errors.js';

/** The longest key, in UTF-16 units. */
const LONGEST_KEY = 4096;
/** Keys in one page of a listing. */
const PAGE = 1000;
/** The most bytes that one `get-many` returns. */
const MOST_BYTES = 2 ** 26;
const MAX_U64 = (1n << 64n) - 1n;
/** The largest number of a pair: SQLite's integers are signed. */
const MAX_NUMBER = (1n << 63n) - 1n;

/** The WIT `error`. */
export type KeyValueError =
  | { tag: 'no-such-store' }
  | { tag: 'access-denied' }
  | { tag: 'other'; val: string };

/** The WIT `key-response`. */
export interface KeyResponse {
  keys: string[];
  cursor: bigint | undefined;
}

/** A granted bucket. */
export interface OpenBucket {
  readonly bucket: HostBucket;
  readonly readOnly: boolean;
  /** Whether the bucket belongs to this guest and is closed with it. */
  readonly isOwn: boolean;
}

function denied(message: string): WasiError<KeyValueError> {
  return new WasiError<KeyValueError>({ tag: 'access-denied' }, message);
}

function other(message: string): WasiError<KeyValueError> {
  return new WasiError<KeyValueError>({ tag: 'other', val: message }, message);
}

/** The resource `wasi:keyvalue/store.bucket`. */
export class Bucket {
  readonly #open: OpenBucket;

  constructor(open: OpenBucket) {
    this.#open = open;
  }

  get(key: string): Uint8Array | undefined {
    checkKey(key);
    return attempt(() => this.#open.bucket.get(key));
  }

  set(key: string, value: Uint8Array): void {
    checkKey(key);
    attempt(() => this.#writable().set(key, value));
  }

  delete(key: string): void {
    checkKey(key);
    attempt(() => this.#writable().delete(key));
  }

  exists(key: string): boolean {
    checkKey(key);
    return attempt(() => this.#open.bucket.has(key));
  }

  /** The cursor is the number of the last key, so changes between pages skip no key. */
  listKeys(cursor: bigint | undefined): KeyResponse {
    if (cursor !== undefined && cursor > MAX_NUMBER) return { keys: [], cursor: undefined };
    const found = attempt(() => this.#open.bucket.list(cursor ?? 0n, PAGE));
    const last = found.length === PAGE ? found.at(-1)?.[0] : undefined;
    return { keys: found.map(([, key]) => key), cursor: last };
  }

  [Symbol.dispose](): void {}

  /** Adds to a number, which is stored as decimal text, as in wasmtime. */
  static increment(bucket: Bucket, key: string, delta: bigint): bigint {
    checkKey(key);
    const open = bucket.#writable();
    return attempt(() =>
      open.atomically(() => {
        const sum = toNumber(open.get(key)) + delta;
        if (sum > MAX_U64) throw other('the sum does not fit into 64 bits');
        open.set(key, new TextEncoder().encode(`${sum}`));
        return sum;
      }),
    );
  }

  static getMany(bucket: Bucket, keys: string[]): ([string, Uint8Array] | undefined)[] {
    keys.forEach(checkKey);
    let bytes = 0;
    return keys.map((key) => {
      const value = attempt(() => bucket.#open.bucket.get(key));
      if (value === undefined) return undefined;
      bytes += value.length;
      if (bytes > MOST_BYTES) throw other(`the values are more than ${MOST_BYTES} bytes`);
      return [key, value];
    });
  }

  static setMany(bucket: Bucket, keyValues: [string, Uint8Array][]): void {
    for (const [key] of keyValues) checkKey(key);
    const open = bucket.#writable();
    attempt(() =>
      open.atomically(() => {
        for (const [key, value] of keyValues) open.set(key, value);
      }),
    );
  }

  static deleteMany(bucket: Bucket, keys: string[]): void {
    keys.forEach(checkKey);
    const open = bucket.#writable();
    attempt(() =>
      open.atomically(() => {
        for (const key of keys) open.delete(key);
      }),
    );
  }

  #writable(): HostBucket {
    const { bucket, readOnly } = this.#open;
    if (readOnly) throw denied('the bucket is granted for reading only');
    return bucket;
  }
}

/** The interfaces of `wasi:keyvalue` for the guest of `cx`. */
export function createKeyvalue(cx: Context) {
  const { increment, getMany, setMany, deleteMany } = Bucket;
  return {
    store: {
      Bucket,
      open(identifier: string): Bucket {
        if (cx.buckets === undefined) {
          cx.refuse('keyvalue');
          throw denied('no bucket is granted (capability `keyvalue`)');
        }
        const open = cx.buckets.get(identifier);
        if (open !== undefined) return new Bucket(open);
        throw new WasiError<KeyValueError>({ tag: 'no-such-store' }, 'there is no such bucket');
      },
    },
    atomics: { increment },
    batch: { getMany, setMany, deleteMany },
  };
}

function checkKey(key: string): void {
  if (key.length > LONGEST_KEY) throw other(`a key is longer than ${LONGEST_KEY}`);
}

function toNumber(value: Uint8Array | undefined): bigint {
  if (value === undefined) return 0n;
  const text = value.length <= 20 ? new TextDecoder().decode(value) : '';
  if (!/^\d+$/.test(text)) throw other('the value is not a number');
  return BigInt(text);
}

/** Runs `action`; errors of the host become the WIT's `other`, whose text names no path. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw other(errnoOf(error) === 'EROFS' ? 'the bucket cannot be written' : error.message);
  }
}
