import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { instantiate } from '../lib/guest.mjs';

const names = new Map([
  ['a', 'Ada'],
  ['g', 'Grace'],
  ['k', '楓'],
]);
const sleeping = [];
// An import of the other component remains an import of the whole.
const host = {
  async fetch(key) {
    await delay(5);
    if (!names.has(key)) throw { payload: `no ${key}` };
    return names.get(key);
  },
  sleep: () => new Promise((settle) => sleeping.push(settle)),
};
const fresh = () => instantiate('composed-async', { 'guest:asynchronous/host': host });

async function gather(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('calls of the other component, one after the other and at one time', async () => {
  const { count, greetAll } = await fresh();
  assert.equal(await count(1000), 1000);
  assert.deepEqual(await greetAll(['a', 'x', 'k']), [
    { tag: 'ok', val: 'Hello, Ada!' },
    { tag: 'err', val: 'no x' },
    { tag: 'ok', val: 'Hello, 楓!' },
  ]);
  assert.deepEqual(await Promise.all(Array.from({ length: 100 }, (_, i) => count(i))), [
    ...Array(100).keys(),
  ]);
});

test('futures between them, and through both', async () => {
  const { shoutOften, shoutOn } = await fresh();
  assert.equal(await shoutOften('ü', 200), `Ü${'A'.repeat(199)}a`);
  assert.equal(await shoutOn(delay(10, 'später')), 'SPÄTER');
  assert.equal(await shoutOn('at once'), 'AT ONCE');
});

test('streams of bytes between them, and through both', async () => {
  const { upperHere, upperOn } = await fresh();
  for (const size of [0n, 1n, 65_536n, 5_000_000n]) assert.equal(await upperHere(size), size);
  const source = Buffer.alloc(3_000_000, 'abcdefg');
  const upper = await upperOn(new Blob([source]).stream());
  assert.ok(upper instanceof ReadableStream);
  assert.ok((await new Response(upper).text()) === source.toString().toUpperCase());
});

test('streams of numbers and of records', async () => {
  const { total, items, itemsOn } = await fresh();
  assert.equal(await total(10_000), 49_995_000n);
  assert.equal(await total(0), 0n);
  assert.deepEqual(await items(['a', 'missing', 'k']), [
    { name: 'a', size: 3n },
    { name: 'k', size: 3n },
  ]);
  const some = await itemsOn(['g', 'k']);
  assert.deepEqual(await gather(some), [
    { name: 'g', size: 10n },
    { name: 'k', size: 6n },
  ]);
});

test('a reader that goes away stops the writer', async () => {
  const { head, itemsOn, count } = await fresh();
  assert.deepEqual(await head(12), [Uint8Array.of(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2), true]);
  for await (const item of await itemsOn(Array(1000).fill('a'))) {
    assert.equal(item.size, 6n);
    break;
  }
  assert.equal(await count(1), 1);
});

test('a call that is given up is cancelled down to the host', async () => {
  const { giveUp, count } = await fresh();
  for (const turns of [0, 1, 10]) assert.equal(await giveUp(turns), true);
  assert.equal(sleeping.length, 3);
  // An answer that nobody waits for any more changes nothing.
  for (const settle of sleeping.splice(0)) settle();
  assert.equal(await count(3), 3);
});
