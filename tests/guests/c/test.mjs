import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { folder, instantiate } from '../lib/guest.mjs';

const compared = [];
const host = {
  compare(a, b) {
    compared.push([a, b]);
    return a < b ? -1 : Number(a > b);
  },
};
const fresh = (capabilities) => instantiate('c', { 'guest:c/host': host }, capabilities);
const c = await fresh();
const square = [
  { x: 0, y: 0 },
  { x: 2, y: 0 },
  { x: 2, y: 2 },
  { x: 0, y: 2 },
];

test('geometry', () => {
  assert.equal(c.geometry.area({ tag: 'polygon', val: square }), 4);
  assert.equal(c.geometry.area({ tag: 'circle', val: [square[0], 2] }), Math.PI * 4);
  assert.equal(c.geometry.area({ tag: 'nothing' }), 0);
  assert.throws(
    () => c.geometry.area({ tag: 'polygon', val: square.slice(2) }),
    (error) => error.payload === '2 points are no polygon',
  );
  assert.deepEqual(c.geometry.mirrored(square.slice(2), { x: true }), [
    { x: -2, y: 2 },
    { x: -0, y: 2 },
  ]);
  assert.deepEqual(c.geometry.extent(square, 'y'), [0, 2]);
  assert.equal(c.geometry.extent([], 'x'), undefined);
});

test('stacks', async () => {
  const { stacks } = await fresh();
  const { Stack } = stacks;
  const stack = new Stack();
  assert.equal(stack.pop(), undefined);
  assert.equal(stack.push('ä'), 1);
  const other = Stack.of(['x', '', '漢字']);
  assert.equal(stacks.live(), 2);
  assert.equal(stack.takeAll(other), 4);
  assert.equal(stack.takeAll(stack), 4);
  assert.equal(other.pop(), undefined);
  assert.deepEqual([stack.pop(), stack.pop(), stack.pop(), stack.pop()], ['漢字', '', 'x', 'ä']);
  stack[Symbol.dispose]();
  assert.equal(stacks.live(), 1);
  other[Symbol.dispose]();
  assert.equal(stacks.live(), 0);
});

test('a sort that asks the host', () => {
  const words = ['pear', 'apple', 'ünder', '', 'fig', 'apple'];
  assert.deepEqual(c.sort(words), words.toSorted());
  assert.ok(compared.length >= 5);
  assert.ok(compared.flat().every((word) => words.includes(word)));
  assert.deepEqual(c.sort([]), []);
});

test('bytes', () => {
  assert.equal(c.crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  const bytes = new Uint8Array(1_000_000).map((_, n) => n * 7);
  // `crc32` of `node:zlib` is there from Node 20.15 on.
  assert.equal(c.crc32(bytes), crc32(bytes));
});

test('files and environment', async (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'f'), 'first ü\nsecond\n');
  writeFileSync(join(data, 'empty'), '');
  const granted = await fresh({
    env: { KEY: 'välue' },
    preopens: [{ guest: '/data', host: data, readOnly: true }],
  });
  assert.equal(granted.firstLine('/data/f'), 'first ü');
  assert.equal(granted.firstLine('/data/empty'), '');
  assert.throws(
    () => granted.firstLine('/data/none'),
    (error) => error.payload === 'No such file or directory',
  );
  assert.throws(
    () => c.firstLine('/data/f'),
    (error) => error.name === 'ComponentError',
  );
  assert.equal(granted.environment('KEY'), 'välue');
  assert.equal(granted.environment('HOME'), undefined);
});
