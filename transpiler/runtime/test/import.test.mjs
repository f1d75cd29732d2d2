import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkFunctions,
  checkOwnFunctions,
  findDefault,
  findFunction,
  findImport,
} from '../import.js';

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
    assert.throws(
      () => checkOwnFunctions(instance, 'a:b/c', [path]),
      (error) =>
        error instanceof WebAssembly.LinkError && error.message.endsWith(`no function \`${path}\``),
    );
  for (const value of [{}, undefined, null, { toString: 5 }]) missing(value, 'toString');
  for (const key of ['call', 'bind', 'toString', 'constructor', 'caller', 'arguments', 'valueOf']) {
    for (const R of [class {}, function () {}, () => 1, {}, undefined, null]) {
      missing({ R }, `R.${key}`);
      if (R !== undefined) missing(R, key);
    }
    const R = class extends class {} {};
    Object.defineProperty(Object.getPrototypeOf(R), key, { value() {} });
    checkOwnFunctions({ R }, 'a:b/c', [`R.${key}`]);
    checkOwnFunctions({ R: { [key]() {} } }, 'a:b/c', [`R.${key}`]);
    checkOwnFunctions(Object.assign(Object.create(null), { [key]() {} }), 'a:b/c', [key]);
  }
  checkOwnFunctions(
    new (class {
      toString() {
        return '';
      }
    })(),
    'a:b/c',
    ['toString'],
  );
});

test('the default export of a module, or the value itself', () => {
  const f = () => 1;
  assert.equal(findDefault({ f: { default: f } }, 'f'), f);
  assert.equal(findDefault({ f }, 'f'), f);
});

test('what is called later is there', () => {
  class R {
    static make() {}
  }
  checkFunctions({ R, f() {} }, 'a:b/c', ['f', 'R', 'R.make']);
  for (const instance of [{ R: {} }, { R: class {} }, {}, null, undefined, 5]) {
    assert.throws(
      () => checkFunctions(instance, 'a:b/c', ['R.make']),
      (error) =>
        error instanceof WebAssembly.LinkError && /`a:b\/c` has no .* `R.make`/.test(error.message),
    );
  }
  const f = () => 1;
  assert.equal(findFunction({ f: { default: f } }, 'f'), f);
  for (const value of [5, {}, { default: 5 }, null]) {
    assert.throws(() => findFunction({ f: value }, 'f'), WebAssembly.LinkError);
  }
});
