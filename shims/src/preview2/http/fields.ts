/** The resource `wasi:http/types.fields`, also `headers` and `trailers`. */

import type { HttpField } from '../../host/http.js';
import type { Context } from '../context.js';
import { WasiError } from '../errors.js';
import { type HeaderError, TOKEN } from './types.js';

/** The approximate cost of a field besides its name and its value. */
const FIELD_COST = 256;
/** They belong to the connection, which is the host's. */
const FORBIDDEN = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** The resource `wasi:http/types.fields`, also `headers` and `trailers`. */
export class Fields {
  /** The guest whose limits they count towards, `undefined` for those of a host. */
  readonly #cx: Context | undefined;
  /** In order, names in lower case. */
  #entries: [string, Uint8Array][] = [];
  #isImmutable = false;

  constructor(cx?: Context) {
    this.#cx = cx;
  }

  static fromList(entries: [string, Uint8Array][]): Fields {
    const fields = new this();
    try {
      for (const [name, value] of entries) fields.append(name, value);
    } catch (error) {
      fields[Symbol.dispose]();
      throw error;
    }
    return fields;
  }

  /** Fields from the network, which nobody can change. Those of a connection are left out. */
  static received(cx: Context | undefined, received: readonly HttpField[]): Fields {
    const fields = new this(cx);
    const entries = received.map(([name, value]): HttpField => [name.toLowerCase(), value]);
    const kept = entries.filter(([name]) => !FORBIDDEN.has(name));
    fields.#count(kept);
    fields.#entries = kept.map(([name, value]) => [name, value]);
    fields.#isImmutable = true;
    return fields;
  }

  /** The same fields, which nobody can change any more. */
  static immutable(fields: Fields): Fields {
    const copy = fields.clone();
    copy.#isImmutable = true;
    return copy;
  }

  /** The guest that a message with these fields belongs to. */
  static contextOf(fields: Fields): Context | undefined {
    return fields.#cx;
  }

  get(name: string): Uint8Array[] {
    const key = name.toLowerCase();
    return this.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return this.#entries.some((entry) => entry[0] === key);
  }

  set(name: string, values: Uint8Array[]): void {
    const key = this.#changedName(name);
    for (const value of values) checkValue(value);
    this.#count(values.map((value) => [key, value]));
    this.#remove(key);
    for (const value of values) this.#entries.push([key, value.slice()]);
  }

  delete(name: string): void {
    this.#remove(this.#changedName(name));
  }

  append(name: string, value: Uint8Array): void {
    const key = this.#changedName(name);
    checkValue(value);
    this.#count([[key, value]]);
    this.#entries.push([key, value.slice()]);
  }

  entries(): [string, Uint8Array][] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const copy = new Fields(this.#cx);
    copy.#count(this.#entries);
    copy.#entries = this.entries();
    return copy;
  }

  [Symbol.dispose](): void {
    this.#giveBack(this.#entries);
    this.#entries = [];
  }

  #changedName(name: string): string {
    if (this.#isImmutable) throw headerError('immutable');
    if (!TOKEN.test(name)) throw headerError('invalid-syntax');
    const key = name.toLowerCase();
    if (FORBIDDEN.has(key)) throw headerError('forbidden');
    return key;
  }

  #remove(key: string): void {
    const removed = this.#entries.filter((entry) => entry[0] === key);
    if (removed.length === 0) return;
    this.#entries = this.#entries.filter((entry) => entry[0] !== key);
    this.#giveBack(removed);
  }

  /** The WIT has no error for fields that are too large: past the limit it is a trap. */
  #count(entries: readonly HttpField[]): void {
    this.#cx?.quotas.fieldBytes.take(costOf(entries));
  }

  #giveBack(entries: readonly HttpField[]): void {
    this.#cx?.quotas.fieldBytes.give(costOf(entries));
  }
}

function costOf(entries: readonly HttpField[]): number {
  return entries.reduce((cost, [name, value]) => cost + name.length + value.length + FIELD_COST, 0);
}

/** The class of fields that `cx`'s guest makes. Instances of one are instances of all. */
export function guestFields(cx: Context): typeof Fields {
  return class extends Fields {
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Fields;
    }

    constructor() {
      super(cx);
    }
  };
}

/** A `Fields`, as declarations made from the WIT know it. */
export interface FieldsLike {
  has(name: string): boolean;
}

export function toFields(fields: FieldsLike): Fields {
  if (fields instanceof Fields) return fields;
  throw new TypeError('`headers` is no `Fields` of this host');
}

/** Counts text that a guest keeps in a message towards its fields: `after` in place of `before`. */
export function countText(
  fields: Fields,
  before: string | undefined,
  after: string | undefined,
): void {
  const quota = Fields.contextOf(fields)?.quotas.fieldBytes;
  quota?.take(2 * (after?.length ?? 0));
  quota?.give(2 * (before?.length ?? 0));
}

function headerError(tag: HeaderError['tag']): WasiError<HeaderError> {
  return new WasiError({ tag }, `the field is refused: ${tag}`);
}

function checkValue(value: Uint8Array): void {
  // RFC 9110, 5.5: visible characters, space, tab and bytes past ASCII.
  const isValid = value.every((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));
  if (!isValid) throw headerError('invalid-syntax');
}
