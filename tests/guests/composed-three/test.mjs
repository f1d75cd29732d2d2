import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../lib/guest.mjs';

const noted = [];
const three = await instantiate('composed-three', {
  'guest:c/host': { compare: () => 0 },
  joined: (a, b) => a + b,
  note: (words) => noted.push(words),
});

test('a text goes through UTF-8 and UTF-16', () => {
  assert.deepEqual(three.examine('grüß dich 👋 Welt', ['dich', 'Welt', 'nie', '']), {
    words: ['grüß', 'dich', '👋', 'Welt'],
    back: ['tleW', '👋', 'hcid', 'ßürg'],
    positions: [5, 13, undefined, 0],
  });
  assert.deepEqual(noted, [['grüß', 'dich', '👋', 'Welt']]);
});

test('and back again', () => {
  const text = 'añ漢👋\0\ufeff '.repeat(500);
  assert.equal(three.pingPong(text, 1), [...text].toReversed().join(''));
  assert.equal(three.pingPong(text, 50), text);
  assert.equal(three.pingPong('', 3), '');
});
