import { trap } from './trap.js';

/** A value of the wrong type on its way into a component; the export it was passed to says where. */
export class ValueError extends TypeError {
  constructor(expected, got, holder, key) {
    super(`expected ${expected}, got ${got}`);
    this.holder = holder;
    this.key = key;
  }
}

function describe(value) {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (isPromise(value)) return 'a promise';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  if (typeof value === 'function') return 'a function';
  return `the ${typeof value} ${String(value).slice(0, 40)}`;
}

function isPromise(value) {
  return typeof value === 'object' && value !== null && typeof value.then === 'function';
}

/**
 * A result of a synchronous import, of a type that takes a promise for something else: any
 * object is true, and one without the fields that may be missing.
 */
export function notPromise(value) {
  return isPromise(value) ? refuse('a result', value, undefined, 'result') : value;
}

/** Whether a value is wrong because it is a promise, or in one. */
export function isOfPromise(error) {
  return isPromise(error.got) || isPromise(error.holder);
}

/**
 * Refuses `got`, found at `holder[key]`; at the top level `holder` is undefined
 * and `key` names the parameter.
 * @returns {never}
 */
export function refuse(expected, got, holder, key) {
  throw Object.assign(new ValueError(expected, describe(got), holder, key), { got });
}

/** A number of at most 32 bits, or a float; core Wasm and the views do the conversion. */
export function toNumber(value, holder, key) {
  return typeof value === 'number' ? value : refuse('a number', value, holder, key);
}

/** A 64-bit integer; core Wasm and the views do the conversion. */
export function toBigInt(value, holder, key) {
  return typeof value === 'bigint' ? value : refuse('a bigint', value, holder, key);
}

/** An integer of at most 32 bits, where nothing is converted (`strict`). */
export function toInteger(value, min, max, holder, key) {
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : refuse(`a whole number from ${min} to ${max}`, value, holder, key);
}

/** A 64-bit integer, where nothing is converted. */
export function toLongInteger(value, isSigned, holder, key) {
  const wrap = isSigned ? BigInt.asIntN : BigInt.asUintN;
  return typeof value === 'bigint' && wrap(64, value) === value
    ? value
    : refuse(
        `a bigint of ${isSigned ? 'a signed' : 'an unsigned'} 64-bit integer`,
        value,
        holder,
        key,
      );
}

/** A boolean, where nothing is converted. */
export function toBoolean(value, holder, key) {
  return typeof value === 'boolean' ? value : refuse('a boolean', value, holder, key);
}

/** A label of flags, where nothing is converted; one that is missing is not set. */
export function toFlag(value, holder, key) {
  return value !== undefined && toBoolean(value, holder, key);
}

/** A string. */
export function toString(value, holder, key) {
  return typeof value === 'string' ? value : refuse('a string', value, holder, key);
}

/** `char_to_i32`, from a string of one Unicode scalar value. */
export function toChar(value, holder, key) {
  if (typeof value === 'string') {
    const char = value.codePointAt(0);
    if (
      char !== undefined &&
      value.length === (char > 0xffff ? 2 : 1) &&
      (char < 0xd800 || char > 0xdfff)
    )
      return char;
  }
  return refuse('a string of one character', value, holder, key);
}

/** `convert_i32_to_char`, as far as it checks. */
export function checkChar(code) {
  if (code >= 0x110000 || (code >= 0xd800 && code <= 0xdfff)) trap('invalid `char` bit pattern');
  return code;
}

/** `convert_i32_to_char` */
export function fromChar(code) {
  return String.fromCodePoint(checkChar(code));
}

/** An object that has the fields of a record, variant or flags. */
export function toObject(value, holder, key) {
  return typeof value === 'object' && value !== null
    ? value
    : refuse('an object', value, holder, key);
}

/** The position of an enum case. */
export function toEnum(cases, value, holder, key) {
  for (let i = 0; i < cases.length; i++) if (cases[i] === value) return i;
  return refuse(`one of ${oneOf(cases)}`, value, holder, key);
}

/** Refuses the `tag` of a variant. @returns {never} */
export function refuseTag(cases, value) {
  return refuse(`one of ${oneOf(cases)}`, value.tag, value, 'tag');
}

function oneOf(cases) {
  const shown = cases
    .slice(0, 8)
    .map((name) => `'${name}'`)
    .join(', ');
  return cases.length > 8 ? `${shown}, …` : shown;
}

/** The name of an enum case. */
export function fromEnum(cases, index) {
  return index < cases.length ? cases[index] : invalidDiscriminant();
}

/** The discriminant of a variant of so many cases. */
export function checkDiscriminant(index, cases) {
  return index < cases ? index : invalidDiscriminant();
}

/** @returns {never} */
export function invalidDiscriminant() {
  trap('invalid variant discriminant');
}

/**
 * An array, or what any iterable gives; `length` elements if that is fixed.
 * @param {unknown} value
 * @param {unknown} [holder]
 * @param {unknown} [key]
 * @param {number} [length]
 * @returns {any}
 */
export function toArray(value, holder, key, length) {
  /** @type {any} */
  const array =
    Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
      ? value
      : iterate(value, holder, key);
  if (length !== undefined && array.length !== length) {
    refuse(`${length} elements`, array.length, holder, key);
  }
  return array;
}

function iterate(value, holder, key) {
  if (value === null || typeof value !== 'object' || typeof value[Symbol.iterator] !== 'function') {
    refuse('an array', value, holder, key);
  }
  return Array.from(value);
}

/** The entries of a `Map`, which may be one of another realm. */
export function toEntries(value, holder, key) {
  try {
    return [...Map.prototype.entries.call(value)];
  } catch {
    return refuse('a Map', value, holder, key);
  }
}

/** A field that the caller may leave out, where every object inherits something of that name. */
export function ownField(object, key) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
