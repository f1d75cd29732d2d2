import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BorrowScope,
  HandleTable,
  giveBack,
  liftBorrow,
  liftOwn,
  lowerBorrow,
  resourceDrop,
  resourceNew,
  resourceRep,
} from '../handle.js';
import { ComponentInstance } from '../instance.js';
import {
  GuestResource,
  GuestResourceType,
  HostResourceType,
  lendToHost,
  giveBackFromHost,
} from '../resource.js';

function setUp() {
  const dropped = [];
  const instance = new ComponentInstance();
  const type = new GuestResourceType('Thing', instance);
  type.dtor = (rep) => dropped.push(rep);
  return { dropped, instance, type, table: new HandleTable({ count: 0, max: Infinity }) };
}

test('an own handle: made, looked at, dropped once', () => {
  const { dropped, table, type } = setUp();
  const index = resourceNew(table, type, 42);
  assert.equal(index, 1);
  assert.equal(resourceRep(table, type, index), 42);
  resourceDrop(table, type, index);
  assert.deepEqual(dropped, [42]);
  assert.throws(() => resourceDrop(table, type, index), /unknown handle index 1/);
  assert.equal(resourceNew(table, type, 43), 1, 'indices are used again');
});

test('handles of another type, and what are no handles, trap', () => {
  const { table, type } = setUp();
  const other = new HostResourceType('Other');
  const index = resourceNew(table, type, 1);
  assert.throws(() => liftOwn(table, other, index), /used with the wrong type/);
  assert.throws(() => resourceRep(table, type, 7), /unknown handle index 7/);
  assert.throws(() => resourceRep(table, type, 0), /unknown handle index 0/);
  assert.throws(() => resourceRep(table, type, -1), /unknown handle index 4294967295/);
});

test('what is lent can neither be dropped nor passed on', () => {
  const { table, type } = setUp();
  const index = resourceNew(table, type, 1);
  const lent = [];
  assert.equal(liftBorrow(table, type, index, lent), 1);
  assert.throws(() => resourceDrop(table, type, index), /while borrowed/);
  assert.throws(() => liftOwn(table, type, index), /while borrowed/);
  giveBack(lent);
  assert.equal(liftOwn(table, type, index), 1);
});

test('a borrowed handle must be gone when the call ends, and drops nothing', () => {
  const { dropped, table, type } = setUp();
  const scope = new BorrowScope();
  const index = lowerBorrow(table, type, 5, scope);
  assert.throws(() => scope.end(), /borrow handles still remain/);
  assert.throws(() => liftOwn(table, type, index), WebAssembly.RuntimeError);
  resourceDrop(table, type, index);
  scope.end();
  assert.deepEqual(dropped, []);
});

test('the host object of a guest resource', () => {
  const { dropped, instance, type } = setUp();
  const object = GuestResource.adopt(type, 9);
  assert.equal(GuestResource.rep(type, object), 9);
  assert.deepEqual(Reflect.ownKeys(object), [], 'the representation stays private');
  object[Symbol.dispose]();
  object[Symbol.dispose]();
  assert.deepEqual(dropped, [9]);
  assert.throws(() => GuestResource.rep(type, object), TypeError);
  assert.throws(() => GuestResource.rep(type, {}), TypeError);
  const busy = GuestResource.adopt(type, 10);
  instance.mayEnter = false;
  assert.throws(() => busy[Symbol.dispose](), /cannot enter/);
});

test('what is lent to the host ends with the call', () => {
  const { table, type } = setUp();
  const index = resourceNew(table, type, 3);
  const lent = [];
  const object = lendToHost(table, type, index, lent);
  assert.equal(GuestResource.rep(type, object), 3);
  assert.throws(() => GuestResource.take(type, object), TypeError);
  giveBackFromHost(lent);
  assert.throws(() => GuestResource.rep(type, object), TypeError);
  assert.equal(liftOwn(table, type, index), 3);
});

test('while the component cannot be entered nothing is dropped, nor lost', () => {
  const { dropped, instance, type } = setUp();
  const object = GuestResource.adopt(type, 42, true);
  const later = [];
  type.registry = { register: (_, rep) => later.push(rep), unregister() {} };
  instance.mayEnter = false;
  assert.throws(() => object[Symbol.dispose](), /cannot enter/);
  type.finalize(43);
  assert.deepEqual([dropped, later], [[], [43]]);
  instance.mayEnter = true;
  object[Symbol.dispose]();
  type.finalize(later.pop());
  assert.deepEqual([dropped, later], [[42, 43], []]);
});

test('a destructor that traps for nobody poisons the component and nothing else', () => {
  const { instance, type } = setUp();
  type.dtor = () => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  type.finalize(42);
  assert.equal(instance.mayEnter, false);
  const object = GuestResource.adopt(type, 43, true);
  assert.throws(() => object[Symbol.dispose](), /cannot enter/);
});
