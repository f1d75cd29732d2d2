/** The largest values that the canonical ABI lets through, in a memory that could hold larger ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateList, checkList } from '../list.js';
import { checkString } from '../string.js';

const MAX = 2 ** 28 - 1;
const cx = { u8: { length: 2 ** 30 }, allocate: (alignment, size) => size };
const isTooLong = (error) =>
  error instanceof WebAssembly.RuntimeError &&
  error.message.endsWith('of 268435456 bytes is too long');

test('a string of the guest', () => {
  checkString(cx, 8, MAX, 1);
  assert.throws(() => checkString(cx, 8, MAX + 1, 1), isTooLong);
});

test('a list of the guest', () => {
  checkList(cx, 8, MAX, 1);
  assert.throws(() => checkList(cx, 8, MAX + 1, 1), isTooLong);
});

test('a list of the host', () => {
  assert.equal(allocateList(cx, MAX, 1, 1), MAX);
  assert.equal(allocateList(cx, MAX >> 3, 8, 8), (MAX >> 3) * 8);
  for (const [length, size] of [
    [MAX + 1, 1],
    [2 ** 25, 8],
  ]) {
    assert.throws(() => allocateList(cx, length, size, size), /too long for a component/);
  }
});
