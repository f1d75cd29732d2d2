/**
 * The table of hostile cases of the canonical ABI. A row has a title; `spec`, the rule of
 * CanonicalABI.md; `wat`, the component; `call`, what the host does with its exports, with what
 * it passes for the import `h`; and what comes of it: `trap`, `type` (a `TypeError`) or `value`.
 * A trap poisons the instance, and nothing else does, unless `poisons` says otherwise.
 */
import { calling, component, returning, taking, words } from './hostile-component.mjs';

const f = (e) => e.f();
const END = 65536;
const TOO_LONG = 2 ** 28;
const tag = 2 ** 31;

const outOfBounds = /out of bounds|out-of-bounds|beyond end/;
const unaligned = /unaligned|not aligned/;
const tooLong = /too long/;

/** A table row for each entry. */
const each = (entries, row) => entries.flatMap((entry) => row(...entry));

const range = 'load_string_from_range: trap_if(ptr + byte_length > len(memory))';
const list = 'load_list: trap_if(ptr + length * size > len(memory))';

/** Strings and lists that a function returns, or passes to an import: the same rules, with the same rows. */
function ranges(title, make) {
  const string = (encoding, ptr, length, outcome, data = {}) =>
    make(`${title}: ${encoding} string at ${ptr}, length ${length}`, 'string', [ptr, length], {
      encoding,
      data,
      ...outcome,
    });
  const array = (type, ptr, length, outcome) =>
    make(
      `${title}: list<${type}> at ${ptr}, length ${length}`,
      `(list ${type})`,
      [ptr, length],
      outcome,
    );
  const bytes = (name, encoding, content, outcome, units = content.length) =>
    make(`${title}: ${encoding} ${name}`, 'string', [64, units], {
      encoding,
      data: { 64: content },
      ...outcome,
    });
  const malformed = { trap: /invalid utf-8/, spec: 'load_string_from_range: decoding traps' };
  const surrogate = { trap: /invalid utf-16/, spec: 'load_string_from_range: decoding traps' };
  const out = { trap: outOfBounds, spec: range };
  const outOfList = { trap: outOfBounds, spec: list };
  const long = { trap: tooLong, spec: 'trap_if(byte_length > MAX_STRING_BYTE_LENGTH)' };
  const longList = { trap: tooLong, spec: 'trap_if(length * size > MAX_LIST_BYTE_LENGTH)' };
  const odd = { trap: unaligned, spec: 'trap_if(ptr != align_to(ptr, alignment))' };
  return [
    string('utf8', END, 1, out),
    string('utf8', END - 2, 3, out),
    string('utf8', 0xffff_ffff, 1, out),
    string('utf8', 0xffff_fff0, 0x20, out),
    string('utf8', END + 1, 0, out),
    string('utf8', END, 0, { value: '', spec: range }),
    string('utf8', 0, TOO_LONG, long),
    string('utf8', 0, 0xffff_ffff, long),
    string('utf16', 65, 1, odd),
    string('utf16', 1, 0, odd),
    string('utf16', END - 2, 2, out),
    string('utf16', 0, TOO_LONG / 2, long),
    string('utf16', 0, tag, long),
    string('latin1+utf16', 65, 1, odd),
    string('latin1+utf16', 65, tag + 1, odd),
    string('latin1+utf16', END - 2, tag + 2, out),
    string('latin1+utf16', END, 1, out),
    string('latin1+utf16', 0, TOO_LONG, long),
    string('latin1+utf16', 0, tag + TOO_LONG / 2, long),
    string('latin1+utf16', 64, tag + 1, { value: '☃', spec: 'utf16_tag' }, { 64: [0x03, 0x26] }),
    bytes('that ends in a sequence', 'utf8', [0x61, 0xe2, 0x98], malformed),
    bytes('with a continuation byte alone', 'utf8', [0x80], malformed),
    bytes('overlong', 'utf8', [0xc0, 0x80], malformed),
    bytes('with a surrogate', 'utf8', [0xed, 0xa0, 0x80], malformed),
    bytes('past U+10FFFF', 'utf8', [0xf4, 0x90, 0x80, 0x80], malformed),
    bytes('with 0xff among 50 letters', 'utf8', [...Array(50).fill(0x61), 0xff], malformed),
    bytes('with a byte order mark', 'utf8', [0xef, 0xbb, 0xbf], {
      value: '\ufeff',
      spec: 'no byte is dropped',
    }),
    bytes('high surrogate alone', 'utf16', [0x00, 0xd8], surrogate, 1),
    bytes('low surrogate alone', 'utf16', [0x00, 0xdc], surrogate, 1),
    bytes('surrogates the wrong way round', 'utf16', [0x00, 0xdc, 0x00, 0xd8], surrogate, 2),
    bytes('surrogate alone', 'latin1+utf16', [0x00, 0xd8], surrogate, tag + 1),
    array('u8', END, 1, outOfList),
    array('u8', 0xffff_ffff, 2, outOfList),
    array('u8', 0, TOO_LONG, longList),
    array('u32', 66, 1, odd),
    array('u32', 65, 0, odd),
    array('u64', 68, 1, odd),
    array('u64', END - 8, 2, outOfList),
    // 2^29 elements of 8 bytes are 2^32 bytes, which are 0 in 32 bits.
    array('u64', 0, 2 ** 29, longList),
    array('u64', 0, 2 ** 31, longList),
    array('u64', 0, 0xffff_ffff, longList),
    array('string', 0, 2 ** 29, longList),
    array('string', END - 4, 1, outOfList),
    array('string', 66, 1, odd),
    array('(list u8)', 66, 1, odd),
    array('(tuple u8 u64)', 68, 1, odd),
    array('(tuple u8 u64)', END - 8, 1, outOfList),
  ];
}

const results = ranges('result', (title, type, pair, { encoding, data, ...outcome }) => ({
  title,
  wat: returning(type, { encoding, data: { 16: words(...pair), ...data } }),
  call: f,
  ...outcome,
}));

const importParams = ranges(
  'import',
  (title, type, pair, { encoding, data, value, ...outcome }) => {
    const got = [];
    return {
      title,
      wat: calling(`(param "x" ${type})`, '(param i32 i32)', pair, { encoding, data }),
      imports: { h: (x) => got.push(x) },
      call: (e) => (e.f(), got[0]),
      value,
      ...outcome,
    };
  },
);

/** 64-bit memories: what does not fit in 32 bits is out of bounds, and wraps round nothing. */
const memory64 = each(
  [
    ['string', 2n ** 32n, 0n, outOfBounds],
    ['string', 2n ** 64n - 1n, 1n, outOfBounds],
    ['string', 2n ** 63n, 0n, outOfBounds],
    ['string', 0n, 2n ** 32n, tooLong],
    ['string', 0n, 2n ** 63n, tooLong],
    ['string', 0n, 2n ** 64n - 1n, tooLong],
    ['(list u8)', 2n ** 32n + 64n, 1n, outOfBounds],
    ['(list u64)', 64n, 2n ** 61n, tooLong],
    ['(list u64)', 64n, 2n ** 61n + 1n, tooLong],
    ['(list u64)', 68n, 1n, unaligned],
    ['(list u64)', 2n ** 53n + 1n, 0n, /unaligned|out-of-bounds/],
  ],
  (type, ptr, length, trap) => {
    const data = { 16: words(ptr, length) };
    const pair = [ptr, length];
    return [
      {
        title: `memory64, result: ${type} at ${ptr}, length ${length}`,
        spec: type === 'string' ? range : list,
        needs: 'memory64',
        wat: returning(type, { is64: true, data }),
        call: f,
        trap,
      },
      {
        title: `memory64, import: ${type} at ${ptr}, length ${length}`,
        spec: type === 'string' ? range : list,
        needs: 'memory64',
        wat: calling(`(param "x" ${type})`, '(param i64 i64)', pair, { is64: true }),
        imports: { h() {} },
        call: f,
        trap,
      },
    ];
  },
);

/** The memory areas of results that do not fit in a flat value. */
const areas = each(
  [
    [18, unaligned],
    [17, unaligned],
    [END, outOfBounds],
    [END - 4, outOfBounds],
    [0xffff_fffc, outOfBounds],
    [0xffff_ffff, unaligned],
  ],
  (at, trap) => [
    {
      title: `the result area of an export at ${at}`,
      spec: 'lift_flat_values: trap_if(ptr + size > len(memory)), and unaligned',
      wat: returning('string', { at }),
      call: f,
      trap,
    },
    {
      title: `the result area of an import at ${at}`,
      spec: 'lower_flat_values: trap_if(ptr + size > len(memory)), and unaligned',
      wat: calling('(result string)', '(param i32)', [at], {}),
      imports: { h: () => 'text' },
      call: f,
      trap,
    },
    {
      title: `parameters of an import in memory at ${at}`,
      spec: 'lift_flat_values: trap_if(ptr + size > len(memory)), and unaligned',
      wat: calling(`(param "x" (tuple ${'u32 '.repeat(17)}))`, '(param i32)', [at], {}),
      imports: { h() {} },
      call: f,
      trap,
    },
  ],
);

const CHAR = 'convert_i32_to_char: trap_if(i >= 0x110000), trap_if(0xD800 <= i <= 0xDFFF)';
const CASES = 'load_variant: trap_if(case_index >= len(cases))';
const WRAP = 'lift_flat_unsigned: the upper bits are ignored';
const abc = '(type $abc (enum "a" "b" "c")) (export $e "e" (type $abc))';
const labels = '(type $xyz (flags "x" "y" "z")) (export $fl "fl" (type $xyz))';
const scalars = each(
  [
    ['char', 0xd800, { trap: /char/, spec: CHAR }],
    ['char', 0xdfff, { trap: /char/, spec: CHAR }],
    ['char', 0x11_0000, { trap: /char/, spec: CHAR }],
    ['char', 0xffff_ffff, { trap: /char/, spec: CHAR }],
    ['char', 0x10_ffff, { value: '\u{10ffff}', spec: CHAR }],
    ['bool', 2, { value: true, spec: 'convert_int_to_bool: any but 0 is true' }],
    ['bool', 0x100, { value: true, spec: 'convert_int_to_bool' }],
    ['u8', 0x1ff, { value: 0xff, spec: WRAP }],
    ['s8', 0x80, { value: -128, spec: WRAP }],
    ['u16', 0x1_ffff, { value: 0xffff, spec: WRAP }],
    ['s16', 0x8000, { value: -32768, spec: WRAP }],
    ['u32', 0xffff_ffff, { value: 0xffff_ffff, spec: WRAP }],
    ['u64', -1n, { value: 2n ** 64n - 1n, spec: WRAP }],
    ['$e', 3, { trap: /discriminant/, spec: CASES, definitions: abc }],
    ['$e', 0xffff_ffff, { trap: /discriminant/, spec: CASES, definitions: abc }],
    ['$e', 2, { value: 'c', spec: CASES, definitions: abc }],
    ['(result)', 2, { trap: /discriminant/, spec: CASES }],
    ['(result)', 0xffff_ffff, { trap: /discriminant/, spec: CASES }],
    [
      '$fl',
      0xffff_ffff,
      {
        value: { x: true, y: true, z: true },
        spec: 'unpack_flags_from_int: other bits are ignored',
        definitions: labels,
      },
    ],
    [
      '$fl',
      0xffff_fff8,
      {
        value: { x: false, y: false, z: false },
        spec: 'unpack_flags_from_int',
        definitions: labels,
      },
    ],
  ],
  (type, flat, { definitions, ...outcome }) => [
    {
      title: `result: ${type} of ${flat}`,
      wat: returning(type, { flat, definitions }),
      call: f,
      ...outcome,
    },
    ...(type.startsWith('$') || type === '(result)'
      ? []
      : [
          {
            title: `import: ${type} of ${flat}`,
            wat: calling(
              `(param "x" ${type})`,
              `(param ${typeof flat === 'bigint' ? 'i64' : 'i32'})`,
              [flat],
              {},
            ),
            call: (e, got) => (e.f(), got[0]),
            ...outcome,
          },
        ]),
  ],
);

const inMemory = each(
  [
    ['(option u32)', words(2, 0), { trap: /discriminant/, spec: CASES }],
    ['(option u32)', words(0xff, 0), { trap: /discriminant/, spec: CASES }],
    // Only one byte is the discriminant.
    ['(option u32)', words(0x101, 7), { value: 7, spec: 'load_int(discriminant_size)' }],
    ['(result u32 (error u32))', words(3, 0), { trap: /discriminant/, spec: CASES }],
    ['(tuple char u32)', words(0xd800, 0), { trap: /char/, spec: CHAR }],
    ['(tuple (list u8) u32)', words(END, 1, 0), { trap: outOfBounds, spec: list }],
    [
      '(list string)',
      words(64, 1),
      { trap: outOfBounds, spec: range, data: { 64: words(END, 1) } },
    ],
    [
      '(list string)',
      words(64, 1),
      { trap: tooLong, spec: range, data: { 64: words(0, TOO_LONG) } },
    ],
    ['(list char)', words(64, 2), { trap: /char/, spec: CHAR, data: { 64: words(0x61, 0xdc00) } }],
    [
      '(list (option u8))',
      words(64, 1),
      { trap: /discriminant/, spec: CASES, data: { 64: [2, 0] } },
    ],
    [
      '(list bool)',
      words(64, 2),
      { value: [true, false], spec: 'load_int(1)', data: { 64: [9, 0] } },
    ],
  ],
  (type, bytes, { data, ...outcome }) => ({
    title: `in memory: ${type}, ${outcome.trap ?? 'as it is'}, ${Object.values(data ?? [bytes])[0]}`,
    wat: returning(type, { data: { 16: bytes, ...data } }),
    call: f,
    ...outcome,
  }),
);

/** The rule for `realloc` while arguments of the host are lowered, or results of its functions. */
const REALLOC = 'cx.allocate: trap_if(ptr != align_to(ptr)), trap_if(ptr + size > len(memory))';
const record =
  '(type $r (record (field "s" string) (field "n" u64))) (export $rec "rec" (type $r))';
const lowered = [
  ['string', 'text', 1, 'utf8'],
  ['string', '☃', 2, 'utf16'],
  ['string', 'x☃', 2, 'latin1+utf16'],
  ['string', 'é'.repeat(50), 1, 'utf8'],
  ['(list u8)', [1, 2, 3], 1],
  ['(list u16)', [1, 2, 3], 2],
  ['(list u64)', [1n], 8],
  ['(list f32)', [1], 4],
  ['(list string)', ['a'], 4],
  ['(list (tuple u8 u64))', [[1, 2n]], 8],
  ['(list (list u8))', [[1]], 4],
  ['(map string u32)', new Map([['a', 1]]), 4],
  ['$rec', { s: 'text', n: 1n }, 1],
  ['(option string)', 'text', 1],
  ['(tuple string string)', ['a', 'b'], 1],
];
const flatOf = (type) =>
  ({
    $rec: 'i32 i32 i64',
    '(option string)': 'i32 i32 i32',
    '(tuple string string)': 'i32 i32 i32 i32',
  })[type] ?? 'i32 i32';
const reallocs = each(lowered, (type, value, alignment, encoding) => {
  const name =
    typeof value === 'string' ? `${type} ${encoding ?? ''} '${value.slice(0, 4)}'` : type;
  const bad = [
    [`(i32.const ${END})`, outOfBounds],
    ['(i32.const 0xfffffff8)', outOfBounds],
    ['unreachable', /unreachable/],
    ...(alignment > 1 ? [[`(i32.const ${1024 + alignment / 2})`, unaligned]] : []),
  ];
  const definitions = type === '$rec' ? record : '';
  return each(bad, (realloc, trap) => [
    {
      title: `parameter: ${name}, where realloc gives ${realloc}`,
      spec: REALLOC,
      wat: taking(`(param "x" ${type})`, flatOf(type), { encoding, realloc, definitions }),
      call: (e) => e.f(value),
      trap,
    },
    ...(type === '$rec'
      ? []
      : [
          {
            title: `import's result: ${name}, where realloc gives ${realloc}`,
            spec: REALLOC,
            wat: calling(`(result ${type})`, '(param i32)', [64], { encoding, realloc }),
            imports: { h: () => value },
            call: f,
            trap,
          },
        ]),
  ]);
});

const spilled = each(
  [
    [`(i32.const ${END - 4})`, outOfBounds],
    ['(i32.const 1026)', unaligned],
    ['unreachable', /unreachable/],
  ],
  (realloc, trap) => ({
    title: `17 parameters, where realloc gives ${realloc}`,
    spec: REALLOC,
    wat: taking(Array.from({ length: 17 }, (_, i) => `(param "p${i}" u32)`).join(' '), 'i32', {
      realloc,
    }),
    call: (e) => e.f(...Array(17).fill(1)),
    trap,
  }),
);

const realloc64 = each(
  [
    [`(i64.const ${END})`, outOfBounds],
    ['(i64.const 0x100000400)', outOfBounds],
    ['(i64.const -8)', outOfBounds],
    ['(i64.const 0x8000000000000400)', outOfBounds],
    ['(i64.const 1028)', unaligned],
    ['unreachable', /unreachable/],
  ],
  (realloc, trap) => ({
    title: `memory64, parameter: list<u64>, where realloc gives ${realloc}`,
    spec: REALLOC,
    needs: 'memory64',
    wat: taking('(param "x" (list u64))', 'i64 i64', { is64: true, realloc }),
    call: (e) => e.f([1n]),
    trap,
  }),
);

/**
 * A wrong argument of the host is a `TypeError` before the guest runs; a wrong result of its
 * functions ends the guest.
 */
const fromHost = each(
  [
    ['string', 5],
    ['string', undefined],
    ['(list u64)', [1]],
    ['(list u8)', 'ab'],
    ['(list string)', ['a', 1]],
    ['(map string u32)', [['a', 1]]],
    ['(option string)', 5],
    ['(tuple string u8)', ['a']],
    ['(tuple string u8)', ['a', '1']],
  ],
  (type, value) => [
    {
      title: `parameter: ${JSON.stringify(value)} for ${type}`,
      spec: 'nothing: JavaScript has other values; the instance goes on',
      wat: taking(`(param "x" ${type})`, flat2(type), {}),
      call: (e) => e.f(value),
      type: /`f`: parameter `x/,
    },
    {
      title: `import's result: ${JSON.stringify(value)} for ${type}`,
      spec: 'nothing: JavaScript has other values; the guest has no value to go on with',
      wat: calling(`(result ${type})`, '(param i32)', [64], {}),
      imports: { h: () => value },
      call: f,
      type: /`h`: result/,
      poisons: true,
    },
  ],
);

function flat2(type) {
  if (type.startsWith('(tuple')) return 'i32 i32 i32';
  return type.startsWith('(option') ? 'i32 i32 i32' : 'i32 i32';
}

export const rows = [
  ...results,
  ...importParams,
  ...memory64,
  ...areas,
  ...scalars,
  ...inMemory,
  ...reallocs,
  ...spilled,
  ...realloc64,
  ...fromHost,
];
export { component };
