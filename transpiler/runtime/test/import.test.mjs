import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkInnerModule,
  checkInstance,
  checkLinked,
  checkLinkedWasi,
  checkModule,
  findComponent,
  findDefault as findDefaultOf,
  findFunction as findFunctionOf,
  findImport as findImportOf,
  findInstance,
} from '../import.js';

/** Calls something that takes the list of problems first, and throws if there is any. */
const linked =
  (f) =>
  (...args) => {
    const problems = [];
    const found = f(problems, ...args);
    checkLinked(problems);
    return found;
  };
const findImport = linked(findImportOf);
const findDefault = linked(findDefaultOf);
const findFunction = linked(findFunctionOf);

/** The problems as texts. */
const problemsOf = (f, ...args) => {
  const problems = [];
  f(problems, ...args);
  return problems;
};

test('by name, without version, by compatible version, in this order', () => {
  const [exact, plain, newer] = [{}, {}, {}];
  const imports = { 'a:b/c@1.2.0': exact, 'a:b/c': plain, 'a:b/c@1.3.0': newer };
  assert.equal(findImport(imports, 'a:b/c@1.2.0'), exact);
  assert.equal(findImport(imports, 'a:b/c@1.2.5'), plain);
  delete imports['a:b/c'];
  assert.equal(findImport(imports, 'a:b/c@1.2.5'), newer);
});

test('the newest of several, none of another major version', () => {
  const imports = { 'a:b/c@0.2.3': 3, 'a:b/c@0.2.12': 12, 'a:b/c@0.3.0': 30, 'a:b/d@0.2.20': 20 };
  assert.equal(findImport(imports, 'a:b/c@0.2.6'), 12);
  assert.equal(findImport(imports, 'a:b/c@0.3.0'), 30);
  assert.throws(() => findImport(imports, 'a:b/c@0.4.0'), /`a:b\/c@0.4.0` is missing/);
  assert.throws(() => findImport(imports, 'a:b/c@1.0.0'), WebAssembly.LinkError);
});

test('nothing is taken from the prototype of all objects', () => {
  assert.throws(() => findImport({}, 'constructor'), WebAssembly.LinkError);
  const missing = (instance, path) =>
    assert.deepEqual(problemsOf(checkInstance, instance, 'a:b/c', path), [
      `the import \`a:b/c\` has no function \`${path}\``,
    ]);
  const there = (instance, path) =>
    assert.deepEqual(problemsOf(checkInstance, instance, 'a:b/c', path), []);
  for (const value of [{}, { toString: 5 }]) missing(value, 'toString');
  for (const key of ['call', 'bind', 'toString', 'constructor', 'caller', 'arguments', 'valueOf']) {
    for (const R of [class {}, function () {}, () => 1, {}, undefined, null]) {
      missing({ R }, `R.${key}`);
    }
    const R = class extends class {} {};
    Object.defineProperty(Object.getPrototypeOf(R), key, { value() {} });
    there({ R }, `R.${key}`);
    there({ R: { [key]() {} } }, `R.${key}`);
    there(Object.assign(Object.create(null), { [key]() {} }), key);
  }
  there(
    new (class {
      toString() {
        return '';
      }
    })(),
    'toString',
  );
});

test('a proxy gives functions that nobody has', () => {
  const echo = new Proxy({}, { get: (_, key) => (key.startsWith('echo') ? (x) => x : undefined) });
  assert.deepEqual(problemsOf(checkInstance, echo, 'a:b/c', 'echoBool'), []);
  for (const path of ['other', 'toString']) {
    assert.deepEqual(problemsOf(checkInstance, echo, 'a:b/c', path), [
      `the import \`a:b/c\` has no function \`${path}\``,
    ]);
  }
});

test('a mistake in a getter of the host is no cycle', () => {
  const broken = {
    get f() {
      throw new ReferenceError('x is not defined');
    },
  };
  assert.throws(() => problemsOf(checkInstance, broken, 'a:b/c', 'f'), /x is not defined/);
  const wrong = {
    get default() {
      throw new ReferenceError('y is not defined');
    },
  };
  assert.throws(() => findDefault({ f: wrong }, 'f'), /y is not defined/);
});

test('the default export of a module, or the value itself', () => {
  const f = () => 1;
  assert.equal(findDefault({ f: { default: f } }, 'f'), f);
  assert.equal(findDefault({ f }, 'f'), f);
});

test('an instance has the functions and classes of its type', () => {
  class R {
    static make() {}
  }
  const paths = 'f R R.make inner.g';
  const whole = { R, f() {}, inner: { g() {} } };
  assert.deepEqual(problemsOf(checkInstance, whole, 'a:b/c', paths), []);
  const says = (value, ...texts) =>
    assert.deepEqual(
      problemsOf(checkInstance, value, 'a:b/c', paths),
      texts.map((text) => `the import \`a:b/c\` ${text}`),
    );
  says({ ...whole, f: 5 }, 'has no function `f`');
  says({ ...whole, R: {} }, 'has no class `R`', 'has no function `R.make`');
  says({ ...whole, R: class {} }, 'has no function `R.make`');
  says({ ...whole, inner: undefined }, 'has no function `inner.g`');
  says({ ...whole, inner: null, f: undefined }, 'has no function `f`', 'has no function `inner.g`');
  for (const value of [() => 1, class {}, null, undefined, 5, 'text'])
    says(value, 'is not an instance');
  assert.equal(findInstance([], { 'a:b/c': whole }, 'a:b/c', paths), whole);
});

test('functions, classes and components at the root', () => {
  const f = () => 1;
  assert.equal(findFunction({ f: { default: f } }, 'f'), f);
  for (const value of [5, {}, { default: 5 }, { default: null }]) {
    assert.deepEqual(problemsOf(findFunctionOf, { f: value }, 'f'), [
      'the import `f` is not a function',
    ]);
    assert.deepEqual(problemsOf(findFunctionOf, { r: value }, 'r', 'class', 'make'), [
      'the import `r` is not a class',
    ]);
    assert.deepEqual(problemsOf(findComponent, { c: value }, 'c'), [
      'the import `c` is not a component',
    ]);
  }
  assert.deepEqual(problemsOf(findFunctionOf, { r: class {} }, 'r', 'class', 'make'), [
    'the import `r` has no function `make`',
  ]);
  const component = { instantiate() {} };
  assert.equal(linked(findComponent)({ c: component }, 'c'), component);
});

// (module (import "env" "m" (memory 0)) (func (export "f")) (global (export "g") i32 i32.const 0))
const module = new WebAssembly.Module(
  Buffer.from(
    '0061736d0100000001040160000002 0a0103656e76016d020000 03020100 0606017f0041000b 0709020166000001670300 0a040102000b'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  ),
);

test('a core module has the exports of its type, and imports no more', () => {
  const [exportTypes, importTypes] = [
    [
      ['f', 'function'],
      ['g', 'global'],
    ],
    [['env', 'm', 'memory']],
  ];
  const problems = (value, exports = exportTypes, imports = importTypes) =>
    problemsOf(checkModule, value, 'm', exports, imports).join();
  assert.equal(problems(module), '');
  assert.equal(problems(module, []), '');
  assert.match(problems(module, [['f', 'memory']]), /`m` is a core module without the memory `f`/);
  assert.match(problems(module, [['h', 'function']]), /without the function `h`/);
  for (const imports of [
    [],
    [['env', 'm', 'function']],
    [['env', 'n', 'memory']],
    [['e', 'm', 'memory']],
  ]) {
    assert.match(problems(module, exportTypes, imports), /imports the memory `m` of `env`/);
  }
  for (const value of [
    {},
    () => 1,
    null,
    undefined,
    new WebAssembly.Instance(module, { env: { m: new WebAssembly.Memory({ initial: 0 }) } }),
  ]) {
    assert.equal(problems(value), 'the import `m` is not a core module');
  }
  const inner = (value) => problemsOf(checkInnerModule, value, 'a.b', 'i', [], importTypes).join();
  assert.equal(inner({ a: { b: module } }), '');
  for (const value of [{ a: { b: {} } }, { a: 5 }, {}, null]) {
    assert.equal(inner(value), 'the import `i#a.b` is not a core module');
  }
});

test('all problems are one error, which says where WASI comes from', () => {
  const problems = [];
  findImportOf(problems, {}, 'wasi:cli/stdout@0.2.0');
  findFunctionOf(problems, {}, 'log');
  assert.throws(
    () => checkLinked(problems),
    (error) =>
      error instanceof WebAssembly.LinkError &&
      error.message ===
        'the import `wasi:cli/stdout@0.2.0` is missing; the import `log` is missing',
  );
  assert.throws(() => checkLinkedWasi(problems), /; pass `createWasi\(\)` of `@windlass\/wasi`/);
  checkLinkedWasi([]);
  assert.throws(() => checkLinkedWasi(['the import `log` is missing']), /missing$/);
  assert.throws(
    () => checkLinkedWasi(['the import `wasi:io/poll` has no function `poll`']),
    /poll`$/,
  );
});
