import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../lib/guest.mjs';

const noted = [];
const fresh = () =>
  instantiate('assemblyscript', {
    joined: (first, second) => `${second}+${first}`,
    note: (words) => noted.push(words),
  });
const guest = await fresh();
const texts = ['', 'a', 'héllo', '日本語', '👋🏽 x', '\ufeffmark', '\0', 'y'.repeat(100_000)];

test('texts come back as they were', () => {
  for (const text of texts) assert.equal(guest.echo(text), text);
  assert.equal(guest.echo('a\ud800'), 'a\ufffd', 'a lone surrogate is no character');
});

test('texts that the guest makes', () => {
  for (const text of texts) assert.equal(guest.reverse(text), [...text].toReversed().join(''));
});

test('lengths are of UTF-16', () => {
  assert.deepEqual(guest.count('a👋ü'), { units: 4, characters: 3 });
  assert.equal(guest.find('👋👋x', 'x'), 4);
  assert.equal(guest.find('ab', 'c'), undefined);
});

test('lists of texts', () => {
  assert.deepEqual(guest.words('der Bär 👋'), ['der', 'Bär', '👋']);
  assert.deepEqual(noted, [['der', 'Bär', '👋']]);
});

test('two texts to the host and one back', () => {
  assert.equal(guest.pair('ä', '👋'), '«👋»+«ä»!');
});

test('half a surrogate pair is no text', async () => {
  const other = await fresh();
  assert.throws(() => other.broken(), WebAssembly.RuntimeError);
  assert.throws(() => other.used(), WebAssembly.RuntimeError);
});

test('memory does not grow with calls', () => {
  guest.reverse('warm');
  const before = guest.used();
  for (let i = 0; i < 20_000; i++) guest.echo('some text of some length');
  assert.equal(guest.used(), before);
});
