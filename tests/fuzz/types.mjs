/**
 * WIT types for the round trip: made at random, printed as component text, laid
 * out by the rules of CanonicalABI.md. Written apart from the transpiler, so that
 * a mistake in one does not hide behind the same one in the other.
 *
 * A type is plain data: `{ k: 'u8' }`, `{ k: 'list', t }`, `{ k: 'record', fields: [[name, type]] }` …
 */

export const MAX_FLAT_PARAMS = 16;
const INTEGERS = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64'];
export const NUMBERS = new Set([...INTEGERS, 'f32', 'f64']);
const PRIMITIVES = new Set([...NUMBERS, 'bool', 'char', 'string']);
const LEAVES = [...PRIMITIVES, 'string', 'string'];
/** `<keytype>` of Explainer.md. */
const KEYS = ['bool', ...INTEGERS, 'char', 'string'];
/** Named types: only these need a name to cross an import or export. */
const NAMED = new Set(['record', 'variant', 'enum', 'flags', 'own']);
// Names that mean something to JavaScript, to glue or to values.
const AWKWARD = [
  'constructor',
  'prototype',
  'then',
  'default',
  'class',
  'await',
  'arguments',
  'eval',
  'length',
  'name',
  'tag',
  'val',
  'to-string',
  'value-of',
  'has-own-property',
  'to-json',
  'payload',
  'cause',
  'memory',
  'realloc',
  'process',
  'undefined',
  'na-n',
  'new',
  'self',
  'this',
  'x',
  'a1',
  'a1-b2',
  'get',
  'set',
  'size',
  'none',
  'some',
  'ok',
  'err',
  'null',
  'true',
];

function names(random, count) {
  // Names that differ only in hyphens count as the same (`strongly-unique`).
  const taken = new Map();
  while (taken.size < count) {
    const words = Array.from({ length: random.int(1, 3) }, () => {
      return Array.from({ length: random.int(1, 5) }, () =>
        String.fromCharCode(random.int(97, 122)),
      ).join('');
    });
    const name = random.oneIn(3) ? random.pick(AWKWARD) : words.join('-');
    const plain = name.replaceAll('-', '');
    if (!taken.has(plain)) taken.set(plain, name);
  }
  return [...taken.values()];
}

function enumSize(random) {
  return random.weighted([
    [12, random.int(1, 8)],
    [1, 255],
    [1, 256],
    [1, 257],
    [1, 300],
  ]);
}

/**
 * A random type; `fuel` bounds how much it holds. `resources` says whether `own` may occur.
 */
export function randomType(random, fuel = 12, resources = true) {
  if (fuel <= 1) {
    if (resources && random.oneIn(16)) return { k: 'own' };
    return { k: random.pick(LEAVES) };
  }
  const inner = (divisor = 1) => randomType(random, Math.floor((fuel - 1) / divisor), resources);
  const share = (count) => Array.from({ length: count }, () => inner(Math.max(1, count)));
  const kind = random.weighted([
    [4, 'leaf'],
    [4, 'list'],
    [1, 'fixed'],
    [4, 'record'],
    [3, 'tuple'],
    [4, 'variant'],
    [1, 'enum'],
    [2, 'flags'],
    [4, 'option'],
    [3, 'result'],
    [1, 'map'],
  ]);
  switch (kind) {
    case 'leaf':
      return randomType(random, 1, resources);
    case 'list':
      return { k: 'list', t: inner() };
    case 'fixed': {
      const length = random.pick([1, 2, 3, 5, 16]);
      return { k: 'fixed', t: inner(length), n: length };
    }
    case 'record': {
      const count = random.weighted([
        [10, random.int(1, 5)],
        [1, random.int(15, 18)],
        [1, random.int(33, 64)],
      ]);
      const types = share(count);
      return { k: 'record', fields: names(random, count).map((name, i) => [name, types[i]]) };
    }
    case 'tuple':
      return {
        k: 'tuple',
        types: share(
          random.weighted([
            [10, random.int(1, 4)],
            [1, random.int(15, 18)],
          ]),
        ),
      };
    case 'variant': {
      const count = random.weighted([
        [20, random.int(1, 6)],
        [1, 256],
        [1, 257],
      ]);
      const cases = names(random, count).map((name) => [
        name,
        count < 9 && !random.oneIn(3) ? inner(count) : null,
      ]);
      return { k: 'variant', cases };
    }
    case 'enum':
      return { k: 'enum', names: names(random, enumSize(random)) };
    case 'flags':
      return {
        k: 'flags',
        names: names(random, random.pick([1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 32])),
      };
    case 'option':
      return { k: 'option', t: inner() };
    case 'result':
      return {
        k: 'result',
        ok: random.oneIn(4) ? null : inner(2),
        err: random.oneIn(4) ? null : inner(2),
      };
    case 'map':
      return {
        k: 'map',
        key: { k: random.pick(KEYS) },
        value: randomType(random, fuel >> 1, false),
      };
  }
  throw new Error(`no type ${kind}`);
}

/** The types directly inside `type`. */
export function children(type) {
  switch (type.k) {
    case 'list':
    case 'fixed':
    case 'option':
      return [type.t];
    case 'record':
      return type.fields.map(([, field]) => field);
    case 'tuple':
      return type.types;
    case 'variant':
      return type.cases.flatMap(([, payload]) => payload ?? []);
    case 'result':
      return [type.ok, type.err].filter((t) => t !== null);
    case 'map':
      return [type.key, type.value];
    default:
      return [];
  }
}

/** `type` with its inner types replaced by what `replace` gives for them. */
export function withChildren(type, replace) {
  switch (type.k) {
    case 'list':
    case 'fixed':
    case 'option':
      return { ...type, t: replace(type.t) };
    case 'record':
      return { ...type, fields: type.fields.map(([name, field]) => [name, replace(field)]) };
    case 'tuple':
      return { ...type, types: type.types.map(replace) };
    case 'variant':
      return {
        ...type,
        cases: type.cases.map(([name, payload]) => [name, payload && replace(payload)]),
      };
    case 'result':
      return { ...type, ok: type.ok && replace(type.ok), err: type.err && replace(type.err) };
    case 'map':
      return { ...type, value: replace(type.value) };
    default:
      return type;
  }
}

/** Whether `type` is or holds a type of kind `kind`. */
export function holds(type, kind) {
  return type.k === kind || children(type).some((child) => holds(child, kind));
}

/** The type as WIT would write it, with anonymous records and the like written in place. */
export function describe(type) {
  const list = (types) => types.map(describe).join(', ');
  switch (type.k) {
    case 'list':
      return `list<${describe(type.t)}>`;
    case 'fixed':
      return `list<${describe(type.t)}, ${type.n}>`;
    case 'option':
      return `option<${describe(type.t)}>`;
    case 'record':
      return `record { ${type.fields.map(([name, field]) => `${name}: ${describe(field)}`).join(', ')} }`;
    case 'tuple':
      return `tuple<${list(type.types)}>`;
    case 'variant':
      return `variant { ${type.cases.map(([name, t]) => name + (t ? `(${describe(t)})` : '')).join(', ')} }`;
    case 'enum':
    case 'flags':
      return `${type.k} { ${type.names.join(', ')} }`;
    case 'result':
      return `result<${type.ok ? describe(type.ok) : '_'}, ${type.err ? describe(type.err) : '_'}>`;
    case 'map':
      return `map<${list([type.key, type.value])}>`;
    case 'own':
      return 'own<r>';
    default:
      return type.k;
  }
}

/**
 * Component text that defines `types` in one scope, and their references in it.
 *
 * With `instance` the scope is a component that takes the named types from that
 * instance; without, it is an instance type that exports them.
 *
 * @returns {{ lines: string[], refs: string[], named: string[] }} `refs[i]` stands for `types[i]`; `named` are the names of exported types
 */
export function declare(types, instance) {
  const lines = [];
  const named = [];
  const seen = new Map();
  const reference = (type) => {
    if (PRIMITIVES.has(type.k)) return type.k;
    const key = JSON.stringify(type);
    if (seen.has(key)) return seen.get(key);
    const definition = define(type, reference);
    const id = seen.size;
    const ref = NAMED.has(type.k) ? `$t${id}` : `$a${id}`;
    if (!NAMED.has(type.k)) {
      lines.push(`(type ${ref} ${definition})`);
    } else {
      const name = type.k === 'own' ? 'r' : `t${id}`;
      named.push(name);
      if (instance) {
        lines.push(`(alias export ${instance} "${name}" (type ${ref}))`);
      } else if (type.k === 'own') {
        lines.push(`(export "r" (type ${ref} (sub resource)))`);
      } else {
        lines.push(`(type $d${id} ${definition})`, `(export "${name}" (type ${ref} (eq $d${id})))`);
      }
      if (type.k === 'own') {
        lines.push(`(type $own${id} (own ${ref}))`);
        seen.set(key, `$own${id}`);
        return `$own${id}`;
      }
    }
    seen.set(key, ref);
    return ref;
  };
  return { lines, refs: types.map(reference), named };
}

function define(type, reference) {
  const quoted = (list) => list.map((name) => `"${name}"`).join(' ');
  switch (type.k) {
    case 'list':
      return `(list ${reference(type.t)})`;
    case 'fixed':
      return `(list ${reference(type.t)} ${type.n})`;
    case 'option':
      return `(option ${reference(type.t)})`;
    case 'record':
      return `(record ${type.fields.map(([name, field]) => `(field "${name}" ${reference(field)})`).join(' ')})`;
    case 'tuple':
      return `(tuple ${type.types.map(reference).join(' ')})`;
    case 'variant':
      return `(variant ${type.cases.map(([name, t]) => `(case "${name}"${t ? ` ${reference(t)}` : ''})`).join(' ')})`;
    case 'enum':
    case 'flags':
      return `(${type.k} ${quoted(type.names)})`;
    case 'result':
      return `(result${type.ok ? ` ${reference(type.ok)}` : ''}${type.err ? ` (error ${reference(type.err)})` : ''})`;
    case 'map':
      return `(map ${reference(type.key)} ${reference(type.value)})`;
    default:
      return '';
  }
}

const SIZES = {
  bool: 1,
  u8: 1,
  s8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
  f32: 4,
  f64: 8,
  char: 4,
  own: 4,
};
const alignTo = (offset, alignment) => Math.ceil(offset / alignment) * alignment;
const discriminantSize = (count) => (count <= 256 ? 1 : count <= 65536 ? 2 : 4);

/** `alignment` and `elem_size` of CanonicalABI.md; `pointer` is the size of one in bytes. */
export function layout(type, pointer) {
  const aggregate = (types) => {
    let size = 0;
    let align = 1;
    for (const t of types) {
      const field = layout(t, pointer);
      align = Math.max(align, field.align);
      size = alignTo(size, field.align) + field.size;
    }
    return { size: alignTo(size, align), align };
  };
  const variant = (payloads) => {
    const disc = discriminantSize(payloads.length);
    const layouts = payloads.flatMap((t) => (t ? layout(t, pointer) : []));
    const payloadAlign = Math.max(1, ...layouts.map((l) => l.align));
    const align = Math.max(disc, payloadAlign);
    return {
      size: alignTo(
        alignTo(disc, payloadAlign) + Math.max(0, ...layouts.map((l) => l.size)),
        align,
      ),
      align,
    };
  };
  switch (type.k) {
    case 'string':
    case 'list':
    case 'map':
      return { size: 2 * pointer, align: pointer };
    case 'fixed': {
      const elem = layout(type.t, pointer);
      return { size: elem.size * type.n, align: elem.align };
    }
    case 'record':
      return aggregate(children(type));
    case 'tuple':
      return aggregate(type.types);
    case 'variant':
      return variant(type.cases.map(([, t]) => t));
    case 'enum':
      return variant(type.names.map(() => null));
    case 'option':
      return variant([null, type.t]);
    case 'result':
      return variant([type.ok, type.err]);
    case 'flags': {
      const size = type.names.length <= 8 ? 1 : type.names.length <= 16 ? 2 : 4;
      return { size, align: size };
    }
    default:
      return { size: SIZES[type.k], align: SIZES[type.k] };
  }
}

/** `flatten_type` of CanonicalABI.md: core types, each with the leaf it holds or `null` inside a variant. */
export function flatten(type, pointer) {
  const address = { core: pointer === 8 ? 'i64' : 'i32', leaf: null };
  const variant = (payloads) => {
    const flat = [];
    for (const payload of payloads) {
      if (!payload) continue;
      flatten(payload, pointer).forEach(({ core }, i) => {
        flat[i] = { core: flat[i] ? join(flat[i].core, core) : core, leaf: null };
      });
    }
    return [{ core: 'i32', leaf: null }, ...flat];
  };
  switch (type.k) {
    case 'string':
    case 'list':
    case 'map':
      return [address, { ...address }];
    case 'fixed':
      return Array.from({ length: type.n }, () => flatten(type.t, pointer)).flat();
    case 'record':
    case 'tuple':
      return children(type).flatMap((t) => flatten(t, pointer));
    case 'variant':
      return variant(type.cases.map(([, t]) => t));
    case 'enum':
      return [{ core: 'i32', leaf: null }];
    case 'option':
      return variant([null, type.t]);
    case 'result':
      return variant([type.ok, type.err]);
    case 'u64':
    case 's64':
      return [{ core: 'i64', leaf: type }];
    case 'f32':
    case 'f64':
      return [{ core: type.k, leaf: type }];
    default:
      return [{ core: 'i32', leaf: type }];
  }
}

function join(a, b) {
  if (a === b) return a;
  if ((a === 'i32' && b === 'f32') || (a === 'f32' && b === 'i32')) return 'i32';
  return 'i64';
}
