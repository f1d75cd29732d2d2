import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as strings from '../string.js';
import * as transcode from '../transcode.js';
import { guest, write } from './guest.mjs';

const FORMS = {
  utf8: [strings.storeUtf8, strings.loadUtf8],
  utf16: [strings.storeUtf16, strings.loadUtf16],
  latin1: [strings.storeLatin1OrUtf16, strings.loadLatin1OrUtf16],
};
const PAIRS = [
  ['utf8', 'utf8', transcode.copyUtf8],
  ['utf8', 'utf16', transcode.utf8ToUtf16],
  ['utf8', 'latin1', transcode.utf8ToLatin1OrUtf16],
  ['utf16', 'utf8', transcode.utf16ToUtf8],
  ['utf16', 'utf16', transcode.copyUtf16],
  ['utf16', 'latin1', transcode.utf16ToLatin1OrUtf16],
  ['latin1', 'utf8', transcode.latin1OrUtf16ToUtf8],
  ['latin1', 'utf16', transcode.latin1OrUtf16ToUtf16],
  ['latin1', 'latin1', transcode.copyLatin1OrUtf16],
];
const TEXTS = ['', 'ascii', 'grüße', 'a☃b', 'ü☃'.repeat(100), '😀😀', '\ufeffx', 'x'.repeat(3000)];

for (const [from, to, copy] of PAIRS) {
  test(`${from} to ${to}`, () => {
    for (const text of TEXTS) {
      const [a, b] = [guest(), guest()];
      const ptr = FORMS[from][0](a.cx, text);
      const target = copy(a.cx, ptr, a.cx.length, b.cx);
      assert.equal(FORMS[to][1](b.cx, target, b.cx.length), text);
    }
  });
}

test('a string in utf16 that is latin1 after all shrinks', () => {
  const [a, b] = [guest(), guest()];
  write(a, 0, [0xfc, 0, 0x41, 0]);
  const ptr = transcode.copyLatin1OrUtf16(a.cx, 0, 2 + 2 ** 31, b.cx);
  assert.equal(b.cx.length, 2);
  assert.deepEqual([...b.cx.u8.subarray(ptr, ptr + 2)], [0xfc, 0x41]);
});

test('malformed text traps before the target is asked for memory', () => {
  const [a, b] = [guest(), guest()];
  write(a, 0, [0x41, 0xff]);
  assert.throws(() => transcode.utf8ToUtf16(a.cx, 0, 2, b.cx), /invalid utf-8/);
  write(a, 0, [0xe2, 0x98]);
  assert.throws(() => transcode.copyUtf8(a.cx, 0, 2, b.cx), /incomplete utf-8/);
  write(a, 0, [0x00, 0xdc]);
  assert.throws(() => transcode.utf16ToUtf8(a.cx, 0, 1, b.cx), /invalid utf-16/);
  assert.deepEqual(b.calls, []);
});

test('numbers are copied in bulk, within bounds', () => {
  const [a, b] = [guest(), guest()];
  write(a, 8, [1, 2, 3, 4, 5, 6, 7, 8]);
  const ptr = transcode.copyNumbers(a.cx, 8, 2, b.cx, 4);
  assert.deepEqual([...b.cx.u8.subarray(ptr, ptr + 8)], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.throws(() => transcode.copyNumbers(a.cx, 65532, 2, b.cx, 4), /out-of-bounds/);
  assert.throws(() => transcode.copyNumbers(a.cx, 2, 1, b.cx, 4), /unaligned/);
});
