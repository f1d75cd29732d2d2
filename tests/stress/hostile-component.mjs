/**
 * Components for the table of hostile cases: a core module with memory and `realloc`, another
 * one with the functions of a case, and an export `alive` that tells whether the instance goes on.
 */

/** Text of core code that gives a constant; `at` is the type of addresses. */
export const i32 = (n) => `(i32.const ${n})`;

const constant = (value) => {
  if (typeof value === 'bigint') return `(i64.const ${value})`;
  return Array.isArray(value) ? `(${value[0]}.const ${value[1]})` : i32(value);
};

/** `bytes` as a string of the text format. */
const quoted = (bytes) =>
  `"${Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}"`;

/** 32-bit words, or 64-bit ones given as bigints, as bytes. */
export function words(...values) {
  const bytes = [];
  for (const value of values) {
    const long = typeof value === 'bigint';
    const buffer = new DataView(new ArrayBuffer(long ? 8 : 4));
    if (long) buffer.setBigUint64(0, BigInt.asUintN(64, value), true);
    else buffer.setUint32(0, value, true);
    bytes.push(...new Uint8Array(buffer.buffer));
  }
  return bytes;
}

/**
 * The text of a component.
 *
 * @param {object} c
 * @param {boolean} [c.is64] whether addresses have 64 bits
 * @param {string} [c.encoding]
 * @param {string} [c.definitions] types and imports, and their lowered functions
 * @param {string} [c.realloc] the body of `realloc`; by default all memory from 1024 on is free
 * @param {Record<number, number[]>} [c.data] what memory holds, by address
 * @param {Record<string, string>} [c.lowered] core functions that `$M` imports: their names in
 *   the component, and core types
 * @param {string} [c.core] fields of the core module
 * @param {string} [c.exports] what the component exports, of the core instance `$m`
 */
export function component({
  is64 = false,
  encoding = 'utf8',
  definitions = '',
  realloc,
  data = {},
  lowered = {},
  core = '',
  exports = '',
}) {
  const at = is64 ? 'i64' : 'i32';
  const segments = Object.entries(data).map(
    ([address, bytes]) => `(data (${at}.const ${address}) ${quoted(bytes)})`,
  );
  const imports = Object.entries(lowered);
  const memory = '(memory (core memory $l "memory"))';
  const options = `string-encoding=${encoding} ${memory} (realloc (core func $l "realloc"))`;
  const fill = (text) => text.replaceAll('OPTIONS', options).replaceAll('MEMORY', memory);
  return `(component
    (core module $L
      (memory (export "memory") ${is64 ? 'i64' : ''} 1)
      (func (export "realloc") (param ${at} ${at} ${at} ${at}) (result ${at}) ${realloc ?? `(${at}.const 1024)`})
      ${segments.join(' ')})
    (core instance $l (instantiate $L))
    ${fill(definitions)}
    (core module $M
      (import "l" "memory" (memory ${is64 ? 'i64' : ''} 1))
      ${imports.map(([name, type]) => `(import "h" "${name}" (func $${name} ${type}))`).join(' ')}
      ${core}
      (func (export "alive") (result i32) (i32.const 1)))
    (core instance $m (instantiate $M (with "l" (instance $l)) (with "h" (instance
      ${imports.map(([name]) => `(export "${name}" (func $${name}'))`).join(' ')}))))
    ${fill(exports)}
    (func (export "alive") (result u32) (canon lift (core func $m "alive"))))`;
}

/** A function `f` that gives a value in memory at `at`, or the flat value `flat`. */
export function returning(type, { at = 16, flat, definitions = '', ...rest }) {
  const { is64 } = rest;
  const value = flat ?? (is64 ? BigInt(at) : at);
  const coreType = typeof value === 'bigint' ? 'i64' : Array.isArray(value) ? value[0] : 'i32';
  return component({
    ...rest,
    definitions,
    core: `(func (export "f") (result ${coreType}) ${constant(value)})`,
    exports: `(func (export "f") (result ${type}) (canon lift (core func $m "f") OPTIONS))`,
  });
}

/** A function `f` that takes arguments and looks at none. `flat` is its core parameters. */
export function taking(params, flat, { definitions = '', ...rest }) {
  return component({
    ...rest,
    definitions,
    core: `(func (export "f") (param ${flat}))`,
    exports: `(func (export "f") ${params} (canon lift (core func $m "f") OPTIONS))`,
  });
}

/** A function `f` that calls the import `h` with flat values. */
export function calling(type, flat, args, { definitions = '', ...rest }) {
  const values = args.map(constant).join(' ');
  const [, result] = /\(result ([^()]+)\)$/.exec(flat) ?? [];
  return component({
    ...rest,
    definitions: `${definitions} (import "h" (func $h ${type})) (core func $h' (canon lower (func $h) OPTIONS))`,
    lowered: { h: flat },
    core: `(func (export "f") (call $h ${values})${result ? ' (drop)' : ''})`,
    exports: `(func (export "f") (canon lift (core func $m "f")))`,
  });
}
