import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../lib/guest.mjs';

// An import of the component in C remains an import of the whole.
const imports = { 'guest:c/host': { compare: () => 0 } };
const fresh = () => instantiate('composed-two', imports);
const two = await fresh();

test('lists of records, and results', () => {
  const square = [
    [0, 0],
    [3, 0],
    [3, 3],
    [0, 3],
  ];
  assert.deepEqual(two.areas([square, square.slice(1)]), ['9.00', '4.50']);
  assert.throws(
    () => two.areas([square, []]),
    (error) => error.name === 'ComponentError' && error.payload === '0 points are no polygon',
  );
  assert.deepEqual(two.mirrored([[1, -2]]), [[-1, 2]]);
});

test('resources of the other component', async () => {
  const { reversed, remember, recall, live } = await fresh();
  assert.equal(live(), 0);
  assert.deepEqual(reversed(['a', 'ü', '👋', '']), ['', '👋', 'ü', 'a']);
  assert.equal(live(), 0);
  assert.equal(remember('one'), 1);
  assert.equal(remember('two'), 2);
  assert.equal(live(), 1);
  assert.deepEqual(recall(), ['two', 'one']);
  assert.deepEqual(recall(), []);
  assert.equal(live(), 1);
});

test('long texts from memory to memory', () => {
  for (const character of ['x', 'ü', '漢', '👋']) {
    assert.ok(two.long(character, 200_000) === character.repeat(200_000));
  }
});

test('many calls leave nothing behind', () => {
  for (let i = 0; i < 5000; i++) two.reversed(['a', 'b']);
  assert.equal(two.live(), 0);
});
