import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  loadLatin1OrUtf16,
  loadUtf16,
  loadUtf8,
  storeLatin1OrUtf16,
  storeUtf16,
  storeUtf8,
} from '../string.js';
import { guest, write } from './guest.mjs';

const TEXTS = [
  '',
  'a',
  'x'.repeat(15),
  'x'.repeat(16),
  'y'.repeat(5000),
  'grüße',
  'naïve ☃',
  '😀'.repeat(40),
  '\ufeffbom',
  '\0',
];
const FORMS = [
  ['utf8', storeUtf8, loadUtf8],
  ['utf16', storeUtf16, loadUtf16],
  ['latin1+utf16', storeLatin1OrUtf16, loadLatin1OrUtf16],
];

for (const [name, store, load] of FORMS) {
  test(`${name}: what is stored is loaded again`, () => {
    for (const text of TEXTS) {
      const { cx } = guest();
      const ptr = store(cx, text);
      assert.equal(load(cx, ptr, cx.length), text);
    }
  });

  test(`${name}: lone surrogates become U+FFFD`, () => {
    const { cx } = guest();
    const ptr = store(cx, 'a\ud800b\udc00☃');
    assert.equal(load(cx, ptr, cx.length), 'a\ufffdb\ufffd☃');
  });

  test(`${name}: a range that leaves memory traps, whatever its length`, () => {
    for (const [ptr, length] of [
      [65536, 1],
      [65534, 4],
      [0, 65537],
      [4294967294, 2],
      [2, 4294967295],
    ]) {
      assert.throws(
        () => load(guest().cx, ptr, length),
        WebAssembly.RuntimeError,
        `${ptr} ${length}`,
      );
    }
  });
}

test('utf8: what is malformed traps', () => {
  for (const bytes of [
    [0x80],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x98],
  ]) {
    const one = guest();
    assert.throws(() => loadUtf8(one.cx, write(one, 0, bytes), bytes.length), /invalid utf-8/);
  }
});

test('utf16: lone surrogates and odd addresses trap', () => {
  const one = guest();
  write(one, 0, [0x00, 0xd8, 0x41, 0x00]);
  assert.throws(() => loadUtf16(one.cx, 0, 2), /invalid utf-16/);
  assert.throws(() => loadUtf16(one.cx, 1, 1), /unaligned/);
});

test('utf8: memory is asked for once', () => {
  const { cx, calls } = guest();
  storeUtf8(cx, 'grüße'.repeat(20));
  assert.deepEqual(calls, [[0, 0, 1, 140]]);
});

test('the budget of a call bounds what it lifts', () => {
  const { cx } = guest({ budget: 100 });
  assert.equal(loadUtf8(cx, 0, 60).length, 60);
  assert.throws(() => loadUtf8(cx, 0, 60), /lifts more than 100 bytes/);
});
