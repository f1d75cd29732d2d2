import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../lib/guest.mjs';

class Journal {
  static disposed = 0;
  #lines = [];
  #title;
  constructor(title) {
    this.#title = title;
  }
  title() {
    return this.#title;
  }
  append(line) {
    return this.#lines.push(line);
  }
  lines() {
    return this.#lines;
  }
  static longer(a, b) {
    return b.lines().length > a.lines().length ? b : a;
  }
  [Symbol.dispose]() {
    Journal.disposed += 1;
  }
}

/** The last argument of the host's `echo` functions. */
let heard;
const echo = new Proxy(
  {},
  {
    get: (_, name) =>
      name === 'nothing'
        ? () => {
            heard = 'nothing';
          }
        : (...args) => {
            heard = args;
            const [value] = args;
            // As the function's own result, a result is returned or thrown.
            if (args.length > 1) return args;
            if (value?.tag === 'err') throw { payload: value.val };
            return value?.tag === 'ok' ? value.val : value;
          },
    has: () => true,
  },
);

const shared = new Journal('shared');
shared.append('one');
shared.append('two');
const logged = [];
const host = {
  Journal,
  shared: () => shared,
  titleOf: (journal) => journal.title(),
  divide(a, b) {
    if (b === 0) throw { payload: 'division by zero' };
    return Math.trunc(a / b);
  },
  callback: (step) => step * step,
};
const imports = {
  'guest:types/host@1.0.0': host,
  'guest:types/echo@1.0.0': echo,
  'root-log': (text) => logged.push(text),
};
const fresh = () => instantiate('rust-types', imports);
const guest = await fresh();

/** Sends each value through the guest to the host and back. */
function same(name, values, { expected = (value) => value, to = (value) => value } = {}) {
  test(name, () => {
    for (const value of values) {
      assert.deepEqual(guest.echo[name](value), to(expected(value)), `${name} gives`);
      assert.deepEqual(heard, [expected(value)], `${name} is told`);
    }
  });
}

test('a function of the world itself', () => {
  assert.equal(guest.rootAdd(2, 3), 5);
  assert.equal(guest.rootAdd(2 ** 32 - 1, 3), 2);
  assert.deepEqual(logged, ['2 + 3', '4294967295 + 3']);
});

same('echoBool', [true, false]);
same('echoS8', [-128, -1, 0, 127]);
same('echoU8', [0, 255]);
same('echoS16', [-32_768, -1, 32_767]);
same('echoU16', [0, 65_535]);
same('echoS32', [-(2 ** 31), -1, 2 ** 31 - 1]);
same('echoU32', [0, 2 ** 31, 2 ** 32 - 1]);
same('echoS64', [-(2n ** 63n), -1n, 2n ** 63n - 1n]);
same('echoU64', [0n, 2n ** 63n, 2n ** 64n - 1n]);
same('echoF32', [0, -0, 1.5, -Infinity, NaN, Math.fround(0.1), 2 ** -149]);
same('echoF64', [0, -0, 0.1, Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE]);
same('echoChar', ['a', '\0', 'ü', '\ud7ff', '\ue000', '\u{10ffff}', '👋']);
const texts = [
  '',
  'a',
  'plain ascii of some length, beyond what a loop would do',
  'ünïcödé',
  '日本語のテキスト',
  '👩‍💻 and 🏴‍☠️',
  '\0 in it',
  '\ufeffwith a mark at its head',
  'x'.repeat(100_000),
  'ü'.repeat(50_000),
  '漢a'.repeat(30_000),
  '👋'.repeat(30_000),
];
same('echoString', texts);
test('a lone surrogate becomes U+FFFD', () => {
  assert.equal(guest.echo.echoString('a\ud800b'), 'a\ufffdb');
  assert.equal(guest.echo.echoString('\udc00'), '\ufffd');
});

same('echoListBool', [[], [true, false, true]]);
const numbers = [
  ['echoListS8', Int8Array, [-128, 0, 127]],
  ['echoListU8', Uint8Array, [0, 1, 255]],
  ['echoListS16', Int16Array, [-32_768, 32_767]],
  ['echoListU16', Uint16Array, [0, 65_535, 1]],
  ['echoListS32', Int32Array, [-(2 ** 31), 2 ** 31 - 1]],
  ['echoListU32', Uint32Array, [0, 2 ** 32 - 1]],
  ['echoListS64', BigInt64Array, [-(2n ** 63n), 0n]],
  ['echoListU64', BigUint64Array, [2n ** 64n - 1n, 1n]],
  ['echoListF32', Float32Array, [1.5, -Infinity, NaN]],
  ['echoListF64', Float64Array, [0.1, Infinity, NaN]],
];
for (const [name, List, values] of numbers) {
  // Typed arrays, arrays and anything that can be gone through; out come typed arrays.
  same(
    name,
    [List.from(values), values, new Set(values), new List(0), [], List.from(values).subarray(1)],
    { expected: (list) => List.from(list) },
  );
  test(`${name} of 100 000`, () => {
    const list = new List(100_000).map((_, n) => List.from([values[n % values.length]])[0]);
    assert.deepEqual(guest.echo[name](list), list);
  });
}
same('echoListChar', [[], ['a', '👋', '漢']]);
same('echoListString', [[], texts.slice(0, 7)]);
same('echoListListU16', [[], [Uint16Array.of(1, 2), new Uint16Array(0), Uint16Array.of(3)]]);
same('echoListTuple', [
  [],
  [
    [1, 'eins', 1.5],
    [255, '', -0],
  ],
]);
const scalars = {
  bool: true,
  s8: -8,
  u8: 8,
  s16: -16,
  u16: 16,
  s32: -32,
  u32: 32,
  s64: -64n,
  u64: 64n,
  f32: 0.5,
  f64: 0.1,
  char: '字',
  string: 'text',
};
const figures = [
  { tag: 'nothing' },
  { tag: 'circle', val: 1.5 },
  { tag: 'segment', val: [-5n, 5n] },
  { tag: 'text', val: 'ä' },
  {
    tag: 'tree',
    val: {
      leaves: [
        { name: 'a', weight: undefined },
        { name: 'b', weight: 0.25 },
      ],
      at: [1, 2n, '3'],
    },
  },
  { tag: 'bytes', val: Uint8Array.of(1, 2, 3) },
];
same('echoListRecord', [[], [scalars, { ...scalars, bool: false, string: '' }]]);
same('echoListVariant', [[], figures]);
same('echoListEnum', [[], ['north', 'west', 'south', 'east']]);
same('echoListFlags', [[], [{ read: true, writeIt: false, execute: true }]]);
same('echoListOption', [[], [1n, undefined, 0n]]);
same('echoListResult', [
  [],
  [
    { tag: 'ok', val: 7 },
    { tag: 'err', val: 'seven' },
  ],
]);

same('echoRecord', [scalars]);
same('echoEmptyLists', [{ bytes: new Uint8Array(0), texts: [] }]);
same('echoTree', [figures[4].val]);
same('echoTupleOne', [['one']]);
same('echoTuple', [[1, ['c', -1n], Float32Array.of(0.5)]]);
same('echoVariant', figures);
same('echoJoined', [
  { tag: 'a', val: 1.5 },
  { tag: 'a', val: NaN },
  { tag: 'b', val: 2 ** 32 - 1 },
  { tag: 'c', val: 2n ** 64n - 1n },
  { tag: 'd', val: -0.1 },
  { tag: 'e', val: 'text' },
]);
same('echoEnum', ['north', 'east', 'south', 'west']);
const flagsOf = (names) => (on) => Object.fromEntries(names.map((name) => [name, on(name)]));
const eight = flagsOf(['read', 'writeIt', 'execute']);
same('echoFlags', [eight(() => true), eight(() => false), eight((name) => name === 'writeIt')]);
const bits = (count) => flagsOf(Array.from({ length: count }, (_, n) => `b${n}`));
same('echoSixteen', [bits(12)(() => true), bits(12)((name) => name === 'b11')]);
same('echoThirtyTwo', [bits(32)(() => true), bits(32)((name) => name === 'b31')]);
test('a flag that is missing is off', () => {
  assert.deepEqual(
    guest.echo.echoFlags({ read: true }),
    eight((name) => name === 'read'),
  );
  assert.deepEqual(
    guest.echo.echoFlags({}),
    eight(() => false),
  );
});

const none = { tag: 'none' };
const some = (val) => ({ tag: 'some', val });
same('echoOption', [0, 7, undefined]);
same('echoOptionString', ['', 'x', undefined]);
same('echoOptionOption', [none, some(undefined), some(7)]);
same('echoOptionOptionOption', [none, some(none), some(some(undefined)), some(some('x'))]);
same('echoOptionListOption', [undefined, [], [undefined, true, false]]);
test('null is none', () => {
  assert.equal(guest.echo.echoOption(null), undefined);
});

/** The outcome of a function whose result is a `result`. */
function outcome(call) {
  try {
    return { tag: 'ok', val: call() };
  } catch (error) {
    assert.equal(error.name, 'ComponentError');
    return { tag: 'err', val: error.payload };
  }
}
function results(name, values) {
  test(name, () => {
    for (const value of values) {
      assert.deepEqual(
        outcome(() => guest.echo[name](value)),
        { val: undefined, ...value },
      );
    }
  });
}
const ok = (val) => (val === undefined ? { tag: 'ok' } : { tag: 'ok', val });
const err = (val) => (val === undefined ? { tag: 'err' } : { tag: 'err', val });
results('echoResult', [ok(7), err('no')]);
results('echoResultOk', [ok(7), err()]);
results('echoResultErr', [ok(), err('no')]);
results('echoResultNone', [ok(), err()]);
results('echoResultResult', [ok(ok(1)), ok(err('c')), err('e'), err()]);
results('echoResultEnum', [ok('x'), err('south')]);
same('echoResultInTuple', [[ok('x')], [err(5n)]]);

same('echoMap', [
  new Map(),
  new Map([
    ['a', 1],
    ['ä', 2 ** 32 - 1],
    ['', 0],
  ]),
]);
same('echoMapNested', [
  new Map([
    [0n, []],
    [2n ** 64n - 1n, [undefined, ...figures]],
  ]),
]);
same('echoFixed', [Uint8Array.of(1, 2, 3, 255), [0, 0, 0, 1]], {
  expected: (list) => Uint8Array.from(list),
});
same('echoFixedWide', [Float64Array.from({ length: 17 }, (_, n) => n / 8)]);
same('echoFixedFixed', [[0, 1, 2].map((n) => BigInt64Array.of(BigInt(n), -(2n ** 63n)))]);
same('echoFixedOption', [[[undefined, 65_535], true]]);
test('a list of another length is refused', () => {
  for (const list of [[], [1, 2, 3], [1, 2, 3, 4, 5], new Uint8Array(5)]) {
    assert.throws(() => guest.echo.echoFixed(list), TypeError);
  }
});

test('more parameters than are flat', () => {
  const many = [
    255,
    -1n,
    0.5,
    'd',
    Uint8Array.of(1),
    true,
    '字',
    0.1,
    65_535,
    -128,
    2n ** 64n - 1n,
    'west',
    2 ** 32 - 1,
  ];
  assert.deepEqual(guest.echo.echoMany(...many), many);
  assert.deepEqual(heard, many);
  const without = many.with(10, undefined);
  assert.deepEqual(guest.echo.echoMany(...without), without);
});

test('nothing', () => {
  assert.equal(guest.echo.nothing(), undefined);
  assert.equal(heard, 'nothing');
});

test('the guest understands what it is given', () => {
  assert.equal(
    guest.things.debugScalars(scalars),
    'Scalars { bool: true, s8: -8, u8: 8, s16: -16, u16: 16, s32: -32, u32: 32, s64: -64, u64: 64, f32: 0.5, f64: 0.1, char: \'字\', string: "text" }',
  );
  assert.equal(guest.things.debugShape(figures[2]), 'Shape::Segment((-5, 5))');
  assert.equal(
    guest.things.debugShape(figures[4]),
    'Shape::Tree(TreeNode { leaves: [TreeLeaf { name: "a", weight: None }, TreeLeaf { name: "b", weight: Some(0.25) }], at: (1, 2, "3") })',
  );
});

test('wrong arguments are refused, and harm nothing', () => {
  const wrong = [
    ['echoChar', 'ab'],
    ['echoChar', '\ud800'],
    ['echoU64', 1],
    ['echoString', 7],
    ['echoEnum', 'up'],
    ['echoVariant', { tag: 'square' }],
    ['echoVariant', null],
    ['echoListU8', 5],
    ['echoRecord', undefined],
    ['echoTuple', 5],
    ['echoListString', ['a', 5]],
  ];
  for (const [name, value] of wrong) {
    assert.throws(() => guest.echo[name](value), TypeError, `${name} of ${String(value)}`);
  }
  assert.equal(guest.echo.echoU8(7), 7);
});

test('resources of the guest', async () => {
  const { things } = await fresh();
  const { Counter } = things;
  assert.equal(things.alive(), 0);
  const counter = new Counter(5n);
  assert.ok(counter instanceof Counter);
  assert.equal(counter.get(), 5n);
  assert.equal(counter.add(-7n), -2n);
  const other = Counter.parse('40');
  assert.ok(other instanceof Counter);
  assert.equal(counter.absorb(other), 38n);
  assert.equal(other.get(), 40n, 'it was only lent');
  assert.throws(
    () => Counter.parse('x'),
    (error) => error.payload === 'invalid digit found in string',
  );
  assert.equal(things.largest([counter, other, counter]), 1);
  assert.equal(things.largest([]), undefined);
  const [a, b] = things.pair(1n);
  assert.deepEqual([a.get(), b.get()], [1n, 2n]);
  assert.equal(things.alive(), 4);
  assert.equal(Counter.sum([a, b, counter.clone()]), 41n);
  assert.equal(things.alive(), 2, 'a list of owned resources is gone');
  assert.throws(() => a.get(), TypeError);

  things.keep(counter);
  assert.throws(() => counter.get(), TypeError, 'it was given away');
  const back = things.giveBack();
  assert.equal(back.get(), 38n);
  assert.equal(things.giveBack(), undefined);
  back[Symbol.dispose]();
  other[Symbol.dispose]();
  assert.equal(things.alive(), 0);
  assert.throws(() => back.get(), TypeError);
  back[Symbol.dispose]();
  assert.equal(things.alive(), 0, 'a second disposal does nothing');
});

test('a resource of another instance is refused', async () => {
  const [one, two] = [await fresh(), await fresh()];
  const counter = new one.things.Counter(1n);
  assert.throws(() => two.things.keep(counter), TypeError);
  assert.throws(() => two.things.Counter.prototype.get.call(counter), TypeError);
  assert.equal(counter.get(), 1n);
});

test('resources that are forgotten are freed', async () => {
  const { things } = await fresh();
  for (let i = 0; i < 100; i++) things.pair(1n);
  for (let i = 0; i < 50 && things.alive() > 10; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(things.alive() <= 10, `${things.alive()} are alive`);
});

test('resources of the host', async () => {
  const { things } = await fresh();
  const journal = things.writeJournal('diary', ['a', 'b', 'c']);
  assert.ok(journal instanceof Journal);
  assert.deepEqual(journal.lines(), ['a', 'b', 'c']);
  assert.equal(things.annotate(journal, 'd'), 4);
  assert.equal(journal.lines().at(-1), 'diary: d');
  assert.deepEqual(things.journalLines(journal, shared), [journal.lines(), shared.lines()]);
  assert.deepEqual(things.journalLines(shared, shared), [shared.lines(), shared.lines()]);

  assert.equal(things.longerThanShared(new Journal('short')), shared, 'the same object comes back');
  assert.equal(things.longerThanShared(journal), journal);

  const before = Journal.disposed;
  assert.equal(things.burn(new Journal('fuel')), 'fuel');
  assert.equal(Journal.disposed, before + 1);
});

test('the host fails', async () => {
  const { things } = await fresh();
  assert.equal(things.divide(7, -2), -3);
  assert.throws(
    () => things.divide(1, 0),
    (error) =>
      error.name === 'ComponentError' && error.payload === 'the host says: division by zero',
  );
  assert.equal(things.divide(6, 3), 2);
  assert.equal(things.countDown(5), 30);
});

test('another error of the host ends the call, and the instance', async () => {
  const cause = new RangeError('no steps today');
  const { things } = await instantiate('rust-types', {
    ...imports,
    'guest:types/host@1.0.0': {
      ...host,
      callback() {
        throw cause;
      },
    },
  });
  assert.throws(
    () => things.countDown(1),
    (error) => error === cause || error.cause === cause,
  );
  assert.throws(() => things.alive(), WebAssembly.RuntimeError);
});

test('the host may not call back into the instance', async () => {
  const again = {};
  const exports = await instantiate('rust-types', {
    ...imports,
    'guest:types/host@1.0.0': { ...host, callback: () => again.things.alive() },
  });
  again.things = exports.things;
  assert.throws(() => exports.things.countDown(1));
});

test('a panic poisons the instance, and no other', async () => {
  const { things } = await fresh();
  assert.throws(() => things.panic('help'), WebAssembly.RuntimeError);
  assert.throws(() => things.alive(), WebAssembly.RuntimeError);
  assert.equal((await fresh()).things.alive(), 0);
});

test('memory that grows', async () => {
  const { things } = await fresh();
  const size = 5_000_000;
  const bytes = new Uint8Array(size).map((_, n) => n);
  assert.deepEqual(things.bytes(size), bytes);
  let sum = 0;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  assert.equal(things.checksum(bytes), sum);
  assert.equal(things.repeat('añ', 1_000_000), 'añ'.repeat(1_000_000));
});

test('a call may lift only so much', async () => {
  const { things } = await instantiate('rust-types', imports, {}, { maxLiftBytes: 1 << 20 });
  assert.equal(things.bytes(1 << 19).length, 1 << 19);
  assert.throws(() => things.bytes(1 << 21));
});
