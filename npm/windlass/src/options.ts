/** Checks options by their schema, and makes of them what the transpiler takes. */
import { invalidOption } from './error.js';

export { invalidOption } from './error.js';
import { meant } from './nearest.js';
import {
  type Door,
  type Key,
  type Mapping,
  type OptionsAt,
  type Rule,
  rulesAt,
  schema,
  type TranspileOptions,
} from './schema.js';

export type { OptionsAt, Target, TranspileOptions } from './schema.js';

/** The bytes of a component. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/**
 * Checks options, and gives them as the list that bindings take: values after their keys,
 * without those that are absent.
 *
 * @param door where they are said, which decides what may be
 * @param at where the object is, for messages, with a point at its end
 * @throws {@link WindlassError} `invalid-option`
 */
export function complete(
  options: TranspileOptions = {},
  door: Door = 'transpile',
  at = '',
): string[] {
  checkKeys(options, keysAt(door), at);
  return rulesAt(door).flatMap(([key, rule]) => {
    const value = valueOf(options, key);
    if (value === undefined) return [];
    return textsOf(at + key, rule, value).flatMap((texts) => [key, ...texts]);
  });
}

/** The keys of options that may be said in one place, those of `budget` as `budget.…`. */
export function keysAt(door: Door): Key[] {
  return rulesAt(door).map(([key]) => key);
}

/**
 * Refuses what is no object, or has a key that is none of these, of which those with a point
 * are keys of objects in it.
 *
 * @param at where the object is, with a point at its end
 * @throws {@link WindlassError} `invalid-option`, with the key that was probably meant
 */
export function checkKeys(options: unknown, keys: readonly string[], at = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption(
      at ? `\`${at.slice(0, -1)}\` must be an object` : 'the options must be an object',
    );
  }
  const own = [...new Set(keys.map((key) => key.replace(/\..*/s, '')))];
  for (const [key, value] of Object.entries(options)) {
    if (!own.includes(key)) {
      throw invalidOption(`there is no option \`${at}${key}\``, meant(key, own));
    }
    const below = keys.filter((one) => one.startsWith(`${key}.`));
    if (below.length === 0 || value === undefined) continue;
    checkKeys(
      value,
      below.map((one) => one.slice(key.length + 1)),
      `${at}${key}.`,
    );
  }
}

/** The value of one option in an object of options. */
function valueOf(options: object, key: Key): unknown {
  return key
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], options);
}

/** Of an object those options that may be said in one place. */
export function optionsIn<D extends Door>(door: D, options: OptionsAt<D>): TranspileOptions {
  const keys = new Set<string>(keysAt(door).map((key) => key.replace(/\..*/s, '')));
  return Object.fromEntries(Object.entries(options).filter(([key]) => keys.has(key)));
}

/**
 * Merges the options of several places: lists and mappings are joined, so that the first match is
 * that of the nearest place; of all else the nearest counts.
 *
 * @param layers the nearest first
 * @throws {@link WindlassError} `invalid-option` for a list or a mapping that is none
 */
export function merged(
  layers: readonly (TranspileOptions | undefined)[],
  at = '',
): TranspileOptions {
  const result: Record<string, unknown> = {};
  const budget: Record<string, unknown> = {};
  for (const [key, { kind }] of Object.entries(schema) as [Key, Rule][]) {
    const values = layers
      .map((layer) => layer && valueOf(layer, key))
      .filter((value) => value !== undefined);
    if (values.length === 0) continue;
    const [group = key, name] = key.split('.');
    const into = name === undefined ? result : budget;
    if (kind === 'pairs') into[group] = values.flatMap((value) => pairsOf(at + key, value));
    else if (kind === 'list') into[group] = values.flatMap((value) => listOf(at + key, value));
    else [into[name ?? group]] = values;
  }
  if (Object.keys(budget).length > 0) result['budget'] = budget;
  return result;
}

/** The options of which one place alone counts, by key. */
export function singleValues(options: TranspileOptions): (readonly [key: Key, value: unknown])[] {
  return (Object.entries(schema) as [Key, Rule][])
    .filter(([, { kind }]) => kind !== 'list' && kind !== 'pairs')
    .map(([key]) => [key, valueOf(options, key)] as const)
    .filter(([, value]) => value !== undefined);
}

/** Options said for several components, whose map need not fit the imports of each. */
export function forSeveral({ map, ...rest }: TranspileOptions): TranspileOptions {
  return map === undefined ? rest : { ...rest, sharedMap: map };
}

/** The texts of a value, a list of them for each time that its key is said. */
function textsOf(key: string, rule: Rule, value: unknown): string[][] {
  switch (rule.kind) {
    case 'text':
      return [[textOf(key, value)]];
    case 'choice':
      return [[oneOf(rule.choices ?? [], textOf(key, value), `there is no ${key}`)]];
    case 'flag':
      if (typeof value === 'boolean') return [[String(value)]];
      throw invalidOption(`\`${key}\` must be a boolean`);
    case 'count':
    case 'duration':
      return [[String(countOf(key, value, rule.max))]];
    case 'list':
      return listOf(key, value).map((text) => [text]);
    case 'pairs':
      return pairsOf(key, value);
  }
}

/** The word that is `text`; else an error that begins with `none` and says what was meant. */
export function oneOf<T extends string>(words: readonly T[], text: string, none: string): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw invalidOption(`${none} \`${text}\``, meant(text, words));
}

/** The bytes of a component out of what callers have at hand. */
export function bytesOf(source: Bytes): Uint8Array {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  throw new TypeError('the component must be a `Uint8Array` or an `ArrayBuffer`');
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalidOption(`\`${key}\` must be a string`);
}

function countOf(key: string, value: unknown, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(value) && (value as number) >= 0) return Math.min(value as number, max);
  throw invalidOption(`\`${key}\` must be a whole number, zero or more`);
}

function listOf(key: string, values: unknown): string[] {
  if (typeof values !== 'object' || values === null || !(Symbol.iterator in values)) {
    throw invalidOption(`\`${key}\` must be a list of strings`);
  }
  return [...(values as Iterable<unknown>)].map((value) => textOf(key, value));
}

function pairsOf(key: string, map: unknown): [string, string][] {
  if (typeof map !== 'object' || map === null) throw invalidOption(`\`${key}\` must be an object`);
  return pairs(map as Mapping).map((pair) => {
    if (!Array.isArray(pair))
      throw invalidOption(`\`${key}\` must be an object or a list of pairs`);
    const [pattern, specifier] = pair as readonly unknown[];
    const from = textOf(key, pattern);
    return [from, textOf(`${key}['${from}']`, specifier)];
  });
}

/** The pairs of a mapping. */
export function pairs(map: Mapping): (readonly [pattern: string, specifier: string])[] {
  return Symbol.iterator in map ? [...map] : Object.entries(map);
}
