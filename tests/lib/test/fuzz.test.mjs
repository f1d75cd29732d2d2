import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account } from '../../fuzz/account.mjs';

const counts = (ok, error = 0, none = 0, failed = 0) => ({ ok, error, none, failed });
const end = 'the 120 s were over';

test('cases that the time did not suffice for are skipped, with the reason', () => {
  const { lines, ...rest } = account({ kind: 'k', planned: 100, counts: counts(30, 8, 2), end });
  assert.deepEqual(rest, { passed: 38, failed: 0, skipped: 60 });
  assert.match(lines[0], /^k: 40 of 100 cases: 30 good, 8 refused .*, 2 not made, 0 failed$/);
  assert.equal(lines[1], 'known: 60 × k: not reached, the 120 s were over');
});

test('less than a tenth of the plan, or nothing at all, has failed', () => {
  const few = account({ kind: 'k', planned: 100, counts: counts(9), end });
  assert.deepEqual([few.passed, few.failed, few.skipped], [9, 1, 91]);
  assert.match(few.lines.at(-1), /^failed k: 9 of 100 cases are too few, the 120 s were over$/);
  assert.equal(account({ kind: 'k', planned: 100, counts: counts(10), end }).failed, 0);
  assert.equal(account({ kind: 'k', planned: Infinity, counts: counts(0), end }).failed, 1);
  assert.equal(account({ kind: 'k', planned: 100, counts: counts(0, 0, 100), end }).failed, 1);
});

test('a whole campaign, and one that only the time ends, skip nothing', () => {
  for (const planned of [5, Infinity]) {
    const { lines, ...rest } = account({ kind: 'k', planned, counts: counts(5), end });
    assert.deepEqual(rest, { passed: 5, failed: 0, skipped: 0 });
    assert.equal(lines.length, 1);
  }
});

test('failures count once, however few cases there were', () => {
  const { failed, skipped } = account({ kind: 'k', planned: 100, counts: counts(0, 0, 0, 8), end });
  assert.deepEqual([failed, skipped], [8, 92]);
});
