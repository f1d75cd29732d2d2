/** Values of the types in `types.mjs`, in the forms that emitted modules take and give. */
import { NUMBERS } from './types.mjs';

/** A resource of the host: what counts is which object it is. */
export class R {
  static #next = 0;
  id = R.#next++;
}

const ARRAYS = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
};
const FLOATS = [
  0,
  -0,
  1,
  -1,
  NaN,
  Infinity,
  -Infinity,
  0.1,
  5e-324,
  1e-45,
  1.7976931348623157e308,
  3.4028234663852886e38,
  16777217,
];
const CHARS = [
  0, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xffff, 0x10000,
  0x1f600, 0x10ffff,
];

/** A WIT name as a JavaScript property. */
export function camel(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function randomInteger(random, kind) {
  const bits = BigInt(kind.slice(1));
  const wrap = kind[0] === 'u' ? BigInt.asUintN : BigInt.asIntN;
  const edge = random.pick([0n, 1n, -1n, 1n << (bits - 1n), (1n << (bits - 1n)) - 1n]);
  const value = wrap(Number(bits), random.oneIn(3) ? edge : random.u64());
  return bits === 64n ? value : Number(value);
}

function randomFloat(random, kind) {
  const value = random.oneIn(2)
    ? random.pick(FLOATS)
    : (random.u32() / 2 ** 32 - 0.5) * 2 ** random.int(-40, 40);
  return kind === 'f32' ? Math.fround(value) : value;
}

function randomChar(random, most = 0x10ffff) {
  for (;;) {
    const code = random.oneIn(3)
      ? random.pick(CHARS)
      : random.int(0, random.pick([0x7f, 0xff, 0x7ff, 0xffff, 0x10ffff]));
    if (code <= most && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
  }
}

function randomString(random) {
  const length = random.weighted([
    [2, 0],
    [12, random.int(1, 12)],
    [4, random.int(13, 70)],
    [1, random.int(71, 5000)],
  ]);
  // Mostly one kind of text, sometimes with one foreign character somewhere: the
  // places where an encoder gives up its guess.
  const most = random.pick([0x7f, 0x7f, 0xff, 0xffff, 0x10ffff]);
  const chars = Array.from({ length }, () => randomChar(random, most));
  if (length && random.oneIn(3)) chars[random.int(0, length - 1)] = randomChar(random);
  return chars.join('');
}

function listLength(random, depth) {
  if (depth > 2) return random.int(0, 2);
  return random.weighted([
    [3, 0],
    [10, random.int(1, 4)],
    [2, random.int(5, 20)],
    [1, depth ? 3 : random.int(21, 300)],
  ]);
}

/** A random value in the form in which an emitted module gives it. */
export function randomValue(random, type, depth = 0) {
  const inner = (t) => randomValue(random, t, depth + 1);
  const list = (t, length) => {
    const values = Array.from({ length }, () => inner(t));
    return NUMBERS.has(t.k) ? ARRAYS[t.k].from(values) : values;
  };
  switch (type.k) {
    case 'bool':
      return random.oneIn(2);
    case 'f32':
    case 'f64':
      return randomFloat(random, type.k);
    case 'char':
      return randomChar(random);
    case 'string':
      return randomString(random);
    case 'own':
      return new R();
    case 'list':
      return list(type.t, listLength(random, depth));
    case 'fixed':
      return list(type.t, type.n);
    case 'record':
      return Object.fromEntries(type.fields.map(([name, t]) => [camel(name), inner(t)]));
    case 'tuple':
      return type.types.map(inner);
    case 'variant': {
      const [tag, t] = random.pick(type.cases);
      return t ? { tag, val: inner(t) } : { tag };
    }
    case 'enum':
      return random.pick(type.names);
    case 'flags':
      return Object.fromEntries(type.names.map((name) => [camel(name), random.oneIn(2)]));
    case 'option': {
      const some = !random.oneIn(3);
      if (type.t.k === 'option')
        return some ? { tag: 'some', val: inner(type.t) } : { tag: 'none' };
      return some ? inner(type.t) : undefined;
    }
    case 'result': {
      const tag = random.oneIn(2) ? 'ok' : 'err';
      return type[tag] ? { tag, val: inner(type[tag]) } : { tag };
    }
    case 'map':
      return new Map(
        Array.from({ length: listLength(random, depth) }, () => [
          inner(type.key),
          inner(type.value),
        ]),
      );
    default:
      return randomInteger(random, type.k);
  }
}

/** `value` in one of the forms in which an emitted module takes it. */
export function vary(random, type, value) {
  const inner = (t, v) => vary(random, t, v);
  switch (type.k) {
    case 'list':
    case 'fixed': {
      if (!NUMBERS.has(type.t.k)) return value.map((v) => inner(type.t, v));
      return random.oneIn(3) ? Array.from(value) : value;
    }
    case 'record':
      return Object.fromEntries(
        type.fields.map(([name, t]) => [camel(name), inner(t, value[camel(name)])]),
      );
    case 'tuple':
      return type.types.map((t, i) => inner(t, value[i]));
    case 'variant': {
      const [, t] = type.cases.find(([name]) => name === value.tag);
      return t ? { tag: value.tag, val: inner(t, value.val) } : { tag: value.tag };
    }
    case 'flags':
      return Object.fromEntries(Object.entries(value).filter(([, set]) => set || random.oneIn(2)));
    case 'option': {
      if (type.t.k === 'option')
        return value.tag === 'some'
          ? { tag: 'some', val: inner(type.t, value.val) }
          : { tag: 'none' };
      if (value === undefined) return random.oneIn(2) ? null : undefined;
      return inner(type.t, value);
    }
    case 'result': {
      const t = type[value.tag];
      return t ? { tag: value.tag, val: inner(t, value.val) } : { tag: value.tag };
    }
    case 'map':
      return new Map([...value].map(([key, v]) => [key, inner(type.value, v)]));
    default:
      return value;
  }
}

/**
 * `value` with one thing in it that is not of its type, or `undefined` where anything goes.
 */
export function spoil(random, type, value) {
  const inside = (t, v, rebuild) => {
    const spoiled = random.oneIn(3) ? undefined : spoil(random, t, v);
    return spoiled === undefined ? undefined : rebuild(spoiled.value);
  };
  const wrong = (v) => ({ value: v });
  switch (type.k) {
    case 'bool':
      return undefined;
    case 'u64':
    case 's64':
      return wrong(random.pick([1, '1', null, undefined, {}, true]));
    case 'char':
      return wrong(random.pick(['', 'ab', '\ud800', 1, null]));
    case 'string':
      return wrong(random.pick([1, null, undefined, {}, ['a']]));
    case 'own':
      return wrong(random.pick([{}, null, undefined, 1, 'r']));
    case 'list':
    case 'fixed': {
      const i = value.length > 0 ? random.int(0, value.length - 1) : -1;
      const one = (v) => wrong(Array.from(value, (old, k) => (k === i ? v : old)));
      const spoiled = i < 0 ? undefined : inside(type.t, value[i], one);
      if (spoiled) return spoiled;
      if (type.k === 'fixed' && random.oneIn(2)) return wrong([...value, ...value]);
      return wrong(random.pick([1, null, undefined, {}]));
    }
    case 'record': {
      const [name, t] = random.pick(type.fields);
      const key = camel(name);
      const spoiled = inside(t, value[key], (v) => wrong({ ...value, [key]: v }));
      return spoiled ?? wrong(random.pick([1, null, undefined, 'record']));
    }
    case 'tuple': {
      const i = random.int(0, value.length - 1);
      const one = (v) => wrong(value.map((old, k) => (k === i ? v : old)));
      return (
        inside(type.types[i], value[i], one) ?? wrong(random.pick([[], [...value, 1], 1, null]))
      );
    }
    case 'variant':
    case 'result': {
      const t =
        type.k === 'result' ? type[value.tag] : type.cases.find(([name]) => name === value.tag)[1];
      const spoiled = t && inside(t, value.val, (val) => wrong({ tag: value.tag, val }));
      return spoiled ?? wrong(random.pick([{ tag: 'no such case' }, {}, 1, null, undefined]));
    }
    case 'enum':
      return wrong(random.pick(['no such case', 0, null, undefined, '__proto__']));
    case 'flags':
      return wrong(random.pick([1, null, undefined, 'flags']));
    case 'option': {
      if (type.t.k === 'option') return wrong(random.pick([{ tag: 'no' }, 1, 'some']));
      if (value === undefined) return undefined;
      const spoiled = spoil(random, type.t, value);
      return spoiled?.value === null || spoiled?.value === undefined ? undefined : spoiled;
    }
    case 'map':
      return wrong(random.pick([1, null, undefined, 'map']));
    default:
      return wrong(random.pick(['1', null, undefined, {}, 1n, true]));
  }
}

/** The path at which `got` is not the value `want` of `type`, or `undefined` when it is. */
export function difference(type, want, got, path = 'value') {
  const differs = () => `${path}: want ${show(want)}, got ${show(got)}`;
  const all = (entries) => {
    for (const entry of entries) {
      const found = difference(...entry);
      if (found) return found;
    }
    return undefined;
  };
  const tagged = (t) => {
    if (got?.tag !== want.tag) return differs();
    return t
      ? difference(t, want.val, got.val, `${path}.val`)
      : got.val === undefined
        ? undefined
        : differs();
  };
  const keys = (allowed) => Object.keys(got).every((key) => allowed.includes(key));
  switch (type.k) {
    case 'list':
    case 'fixed': {
      const numbers = NUMBERS.has(type.t.k);
      const right = numbers ? got instanceof ARRAYS[type.t.k] : Array.isArray(got);
      if (!right || got.length !== want.length) return differs();
      return all(Array.from(want, (v, i) => [type.t, v, got[i], `${path}[${i}]`]));
    }
    case 'record':
      if (typeof got !== 'object' || !got || !keys(type.fields.map(([name]) => camel(name))))
        return differs();
      return all(
        type.fields.map(([name, t]) => [
          t,
          want[camel(name)],
          got[camel(name)],
          `${path}.${camel(name)}`,
        ]),
      );
    case 'tuple':
      if (!Array.isArray(got) || got.length !== want.length) return differs();
      return all(type.types.map((t, i) => [t, want[i], got[i], `${path}[${i}]`]));
    case 'variant':
      return tagged(type.cases.find(([name]) => name === want.tag)[1]);
    case 'flags':
      if (typeof got !== 'object' || !got || !keys(type.names.map(camel))) return differs();
      return type.names.every((name) => got[camel(name)] === want[camel(name)])
        ? undefined
        : differs();
    case 'option':
      if (type.t.k === 'option') return tagged(want.tag === 'some' ? type.t : null);
      if (want === undefined) return got === undefined ? undefined : differs();
      return difference(type.t, want, got, path);
    case 'result':
      return tagged(type[want.tag]);
    case 'map': {
      if (!(got instanceof Map) || got.size !== want.size) return differs();
      const pairs = [...got];
      return all(
        [...want].flatMap(([key, v], i) => [
          [type.key, key, pairs[i][0], `${path} key ${i}`],
          [type.value, v, pairs[i][1], `${path} value ${i}`],
        ]),
      );
    }
    default:
      return Object.is(want, got) ? undefined : differs();
  }
}

/** A value as text, short. */
export function show(value) {
  const text = (v) => {
    if (typeof v === 'bigint') return `${v}n`;
    if (typeof v === 'string') return JSON.stringify(v);
    if (Object.is(v, -0)) return '-0';
    if (v instanceof R) return `R${v.id}`;
    if (v instanceof Map)
      return `Map(${[...v].map(([a, b]) => `${text(a)} => ${text(b)}`).join(', ')})`;
    if (ArrayBuffer.isView(v)) return `${v.constructor.name}[${Array.from(v, text).join(', ')}]`;
    if (Array.isArray(v)) return `[${v.map(text).join(', ')}]`;
    if (v instanceof Error) return String(v);
    if (v && typeof v === 'object')
      return `{ ${Object.entries(v)
        .map(([key, x]) => `${key}: ${text(x)}`)
        .join(', ')} }`;
    return String(v);
  };
  const full = text(value);
  return full.length > 300 ? `${full.slice(0, 300)}…` : full;
}
