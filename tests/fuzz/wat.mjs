/**
 * The component of a round trip: a chain of components that hand a value on to the
 * next one, the last to the host or straight back.
 *
 * A case is plain data:
 * `{ hops: [{ encoding, pointer, postReturn, pad, junk }], funcs: [{ params: [type], self }], root }`.
 * Each function gives back what it takes: nothing, its one parameter, or a tuple.
 */
import { MAX_FLAT_PARAMS, declare, flatten, layout } from './types.mjs';

const POISON = 0xaa;
const BASE = 1024;

/** The result type of a function: `null`, the one parameter's, or a tuple of all. */
export function resultOf(func) {
  if (func.params.length === 0) return null;
  return func.params.length === 1 ? func.params[0] : { k: 'tuple', types: func.params };
}

/**
 * The flat form of a function's parameters and result in core code (`flatten_functype`).
 */
export function signature(func, pointer) {
  const address = pointer === 8 ? 'i64' : 'i32';
  const flat = func.params.flatMap((t) => flatten(t, pointer));
  const spilled = flat.length > MAX_FLAT_PARAMS;
  const result = resultOf(func);
  const flatResult = result ? flatten(result, pointer) : [];
  const list = func.params.length === 1 && ['list', 'map', 'string'].includes(func.params[0].k);
  return {
    address,
    spilled,
    params: spilled ? [{ core: address, leaf: null }] : flat,
    result: flatResult,
    viaPointer: flatResult.length > 1,
    // Core code that is the same for any type can only return what it got as it is.
    canEcho: spilled || list || func.params.length === 0,
    area: result ? layout(result, pointer) : { size: 0, align: 1 },
  };
}

/** The text of the component of a case. */
export function componentText(test) {
  const types = test.funcs.flatMap((func) => [
    ...func.params,
    ...(resultOf(func) ? [resultOf(func)] : []),
  ]);
  const parts = test.hops.map((hop, i) =>
    hopText(`$hop${i}`, hop, test.funcs, types, i === test.hops.length - 1),
  );
  const instances = test.hops.map((_, i) => {
    const next = i === test.hops.length - 1 ? '$host' : `$i${i + 1}`;
    return `(instance $i${i} (instantiate $hop${i} (with "next" (instance ${next}))))`;
  });
  return [
    '(component',
    `(import "test:fuzz/host" (instance $host ${instanceType(test.funcs, types)}))`,
    ...parts,
    ...instances.toReversed(),
    ...exportsText(test, types),
    ')',
  ].join('\n');
}

/**
 * The exports, as one instance or at the root. Both say their types again, since those
 * of the inner component have no name outside.
 */
function exportsText(test, types) {
  if (!test.root)
    return [
      `(export "test:fuzz/echo" (instance $i0) (instance ${instanceType(test.funcs, types)}))`,
    ];
  const { lines, refs } = declare(types, '$host');
  const perFunc = refsPerFunc(test.funcs, refs);
  return [
    ...lines,
    ...test.funcs.map(
      (func, i) => `(export "f${i}" (func $i0 "f${i}") (func ${funcType(func, perFunc[i])}))`,
    ),
  ];
}

function funcType(func, refs) {
  const params = func.params.map((_, i) => `(param "p${i}" ${refs[i]})`);
  const result = resultOf(func) ? `(result ${refs[func.params.length]})` : '';
  return `${params.join(' ')} ${result}`;
}

/** Splits the references of all functions' types into those of each function. */
function refsPerFunc(funcs, refs) {
  let at = 0;
  return funcs.map((func) => {
    const count = func.params.length + (resultOf(func) ? 1 : 0);
    at += count;
    return refs.slice(at - count, at);
  });
}

function instanceType(funcs, types) {
  const { lines, refs } = declare(types);
  const perFunc = refsPerFunc(funcs, refs);
  const exports = funcs.map((func, i) => `(export "f${i}" (func ${funcType(func, perFunc[i])}))`);
  return [...lines, ...exports].join('\n');
}

function hopText(id, hop, funcs, types, isLast) {
  const { lines, refs, named } = declare(types, '$next');
  const perFunc = refsPerFunc(funcs, refs);
  const options = `string-encoding=${hop.encoding} (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))`;
  const lowered = funcs.map(
    (_, i) => `(core func $l${i} (canon lower (func $next "f${i}") ${options}))`,
  );
  const lifted = funcs.map((func, i) => {
    const after = hop.postReturn ? ` (post-return (core func $main "post${i}"))` : '';
    return [
      `(type $ft${i} (func ${funcType(func, perFunc[i])}))`,
      `(func $f${i} (type $ft${i}) (canon lift (core func $main "f${i}") ${options}${after}))`,
    ].join('\n');
  });
  return [
    `(component ${id}`,
    `(import "next" (instance $next ${instanceType(funcs, types)}))`,
    ...lines,
    libcModule(hop),
    '(core instance $libc (instantiate $libc))',
    ...lowered,
    mainModule(hop, funcs, isLast),
    '(core instance $main (instantiate $main (with "libc" (instance $libc)) (with "next" (instance',
    ...funcs.map((_, i) => `(export "f${i}" (func $l${i}))`),
    '))))',
    ...lifted,
    ...named.map(
      (name, i) => `(alias export $next "${name}" (type $x${i})) (export "${name}" (type $x${i}))`,
    ),
    ...funcs.map((_, i) => `(export "f${i}" (func $f${i}))`),
    ')',
  ].join('\n');
}

/**
 * Memory and an allocator that only counts up. It grows memory as late as it can, so
 * that it happens in the middle of a call, and a reset poisons what was in use.
 */
function libcModule(hop) {
  const p = hop.pointer === 8 ? 'i64' : 'i32';
  return `(core module $libc
    (memory (export "memory") ${p === 'i64' ? 'i64 ' : ''}1)
    (global $next (mut ${p}) (${p}.const ${BASE}))
    (func (export "realloc") (param $old ${p}) (param $old_size ${p}) (param $align ${p}) (param $size ${p}) (result ${p})
      (local $at ${p}) (local $end ${p}) (local $have ${p})
      (local.set $at (${p}.and
        (${p}.add (global.get $next) (${p}.sub (local.get $align) (${p}.const 1)))
        (${p}.sub (${p}.const 0) (local.get $align))))
      (local.set $end (${p}.add (local.get $at) (local.get $size)))
      (global.set $next (${p}.add (local.get $end) (${p}.const ${hop.pad})))
      (local.set $have (${p}.mul (memory.size) (${p}.const 65536)))
      (if (${p}.gt_u (global.get $next) (local.get $have))
        (then
          (if (${p}.eq (${p}.const -1) (memory.grow (${p}.add (${p}.const 1) (${p}.div_u
                (${p}.sub (global.get $next) (local.get $have)) (${p}.const 65536)))))
            (then unreachable))))
      (if (${p}.gt_u (local.get $old_size) (local.get $size)) (then (local.set $old_size (local.get $size))))
      (memory.copy (local.get $at) (local.get $old) (local.get $old_size))
      (local.get $at))
    (func (export "reset")
      (memory.fill (${p}.const ${BASE}) (i32.const ${POISON}) (${p}.sub (global.get $next) (${p}.const ${BASE})))
      (global.set $next (${p}.const ${BASE}))))`;
}

function mainModule(hop, funcs, isLast) {
  const signatures = funcs.map((func) => signature(func, hop.pointer));
  const p = hop.pointer === 8 ? 'i64' : 'i32';
  const imports = signatures.map((s, i) => {
    const params = [...s.params.map(({ core }) => core), ...(s.viaPointer ? [p] : [])];
    const result = s.viaPointer ? '' : ` (result ${s.result.map(({ core }) => core).join(' ')})`;
    return `(import "next" "f${i}" (func $l${i} (param ${params.join(' ')})${s.result.length ? result : ''}))`;
  });
  const bodies = signatures.map((s, i) => {
    const coreResult = s.viaPointer ? p : s.result[0]?.core;
    const head = `(func (export "f${i}") (param ${s.params.map(({ core }) => core).join(' ')})${coreResult ? ` (result ${coreResult})` : ''}`;
    const after = hop.postReturn
      ? `(func (export "post${i}")${coreResult ? ` (param ${coreResult})` : ''} (call $reset))`
      : '';
    const body = isLast && funcs[i].self && s.canEcho ? echo(s, p) : passOn(s, i, p, hop.junk);
    return `${head} (local $area ${p})\n${body})\n${after}`;
  });
  return [
    '(core module $main',
    `(import "libc" "memory" (memory ${p === 'i64' ? 'i64 ' : ''}1))`,
    `(import "libc" "realloc" (func $realloc (param ${p} ${p} ${p} ${p}) (result ${p})))`,
    '(import "libc" "reset" (func $reset))',
    ...imports,
    ...bodies,
    ')',
  ].join('\n');
}

function echo(s, p) {
  if (s.params.length === 0) return '';
  if (s.spilled) return '(local.get 0)';
  return `${allocate(s, p)}
    (${p}.store (local.get $area) (local.get 0))
    (${p}.store offset=${p === 'i64' ? 8 : 4} (local.get $area) (local.get 1))
    (local.get $area)`;
}

function passOn(s, index, p, junk) {
  const args = s.params.map(({ leaf }, i) => dirty(leaf, `(local.get ${i})`, junk));
  if (!s.viaPointer) {
    const call = `(call $l${index} ${args.join(' ')})`;
    return s.result.length ? dirty(s.result[0].leaf, call, junk) : call;
  }
  return `${allocate(s, p)}
    (call $l${index} ${args.join(' ')} (local.get $area))
    (local.get $area)`;
}

function allocate(s, p) {
  const { size, align } = s.area;
  return `(local.set $area (call $realloc (${p}.const 0) (${p}.const 0) (${p}.const ${align}) (${p}.const ${size})))`;
}

/** `value` with bits set that lifting `leaf` has to ignore. */
function dirty(leaf, value, junk) {
  if (!junk || !leaf) return value;
  switch (leaf.k) {
    case 'bool':
      return `(i32.mul ${value} (i32.const 256))`;
    case 'u8':
    case 's8':
      return `(i32.or (i32.and ${value} (i32.const 0xff)) (i32.const 0x5a5a5a00))`;
    case 'u16':
    case 's16':
      return `(i32.or (i32.and ${value} (i32.const 0xffff)) (i32.const 0x5a5a0000))`;
    case 'flags': {
      const rest = leaf.names.length < 32 ? -1 << leaf.names.length : 0;
      return `(i32.or ${value} (i32.const ${rest}))`;
    }
    default:
      return value;
  }
}
