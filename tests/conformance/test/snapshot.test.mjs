import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff, parse, print, summarize } from '../lib/snapshot.mjs';

const directive = (line, status, reason, message) => ({
  line,
  type: 'assert_trap',
  status,
  reason,
  message,
});
const files = (...directives) => {
  const status = directives.some((d) => d.status === 'fail') ? 'fail' : 'pass';
  return [{ suite: 's', path: 'values/a.wast', status, directives }];
};
const before = summarize(
  files(
    directive(1, 'pass'),
    directive(2, 'fail', 'no-trap', 'it: returned\n  1'),
    directive(2, 'fail', 'blocked'),
    directive(9, 'skip', 'text'),
  ),
);

test('a summary survives print and parse', () => {
  assert.deepEqual(before.groups, ['# values 0/1 files, 1/3 directives']);
  assert.deepEqual([before.passed, before.skipped], [1, ['text']]);
  const { groups, failures } = parse(print(before));
  assert.deepEqual(groups, before.groups);
  assert.deepEqual(failures, before.failures);
  assert.equal(failures.get('values/a.wast:2 assert_trap'), 'no-trap: it: returned 1');
  assert.equal(failures.get('values/a.wast:2 assert_trap#2'), 'blocked');
});

test('every direction of a difference is told', () => {
  const after = summarize(
    files(
      directive(1, 'fail', 'bug', 'x'),
      directive(2, 'pass'),
      directive(2, 'fail', 'hang', 'y'),
      directive(9, 'skip', 'text'),
    ),
  );
  assert.deepEqual(
    diff(before, after).map((line) => line.split(':')[0]),
    ['NOW FAILS  values/a.wast', 'CHANGED    values/a.wast', 'NOW PASSES values/a.wast'],
  );
  assert.deepEqual(diff(before, before), []);
  assert.equal(diff(before, summarize([]), () => false).length, 0);
});

test('fewer directives are a difference too', () => {
  const known = parse('# values 1/1 files, 2/3 directives\n');
  const now = parse('# values 1/1 files, 1/2 directives\n');
  assert.match(diff(known, now)[0], /^COUNTS/);
  assert.deepEqual(
    diff(known, now, () => true),
    [],
  );
});
