import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, run as runGuest } from '../lib/guest.mjs';

const run = (args, options) => runGuest('go', args, options);
const said = (stdout, rest = {}) => ({ code: 0, stdout, stderr: '', ...rest });

test('arguments and environment', async () => {
  assert.deepEqual(await run(['args', 'ä', '', 'x y']), said('["ä" "" "x y"]\n'));
  assert.deepEqual(
    await run(['env'], { flags: ['--env', 'B=2', '--env', 'A=ü'] }),
    said('A=ü\nB=2\n'),
  );
});

test('goroutines', async () => {
  const { stdout } = await run(['primes', '40']);
  assert.equal(stdout.trim().split('\n').at(-1), '173');
});

test('sleepers wake in the order of their sleep', async () => {
  assert.deepEqual(await run(['sleep']), said('20 150 300 true\n'));
});

test('garbage is collected', async () => {
  assert.deepEqual(await run(['garbage']), said('200 1990\n'));
});

test('JSON from standard input', async () => {
  const persons = [
    { name: 'Grace', born: 1906 },
    { name: 'Ada', born: 1815, tags: ['a', 'ß'] },
  ];
  const { code, stdout } = await run(['json'], { stdin: JSON.stringify(persons) });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), persons.toReversed());
  const failed = await run(['json'], { stdin: '{' });
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^error: /);
});

test('a file, hashed', async (t) => {
  const host = folder(t);
  const bytes = Buffer.alloc(1_234_567, 'windlass');
  writeFileSync(join(host, 'f'), bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(
    await run(['hash', '/data/f'], { flags: ['--dir', `${host}::/data:ro`] }),
    said(`${bytes.length} ${digest}\n`),
  );
});

test('a tree, each file by a goroutine of its own', async (t) => {
  const host = folder(t);
  mkdirSync(join(host, 'a/b'), { recursive: true });
  writeFileSync(join(host, 'one'), 'x y x');
  writeFileSync(join(host, 'a/two'), 'y z\n');
  writeFileSync(join(host, 'a/b/three'), 'ü x');
  assert.deepEqual(
    await run(['words', '/data'], { flags: ['--dir', `${host}::/data:ro`] }),
    said('map[x:3 y:2 z:1 ü:1]\n'),
  );
});

test('files are made, moved and removed', async (t) => {
  const host = folder(t);
  assert.deepEqual(
    await run(['files', '/work'], { flags: ['--dir', `${host}::/work`] }),
    said('hello, wasm 11 false\nmoved.txt\ntrue\ntrue\n'),
  );
  assert.equal(readFileSync(join(host, 'moved.txt'), 'utf8'), 'hello, wasm');
});

test('the end', async () => {
  const panicked = await run(['panic', 'oh no']);
  assert.notEqual(panicked.code, 0);
  assert.match(panicked.stderr, /^panic: oh no/);
  // `wasi:cli/exit` of 0.2 tells success from failure, and no more.
  assert.equal((await run(['exit', '0'])).code, 0);
  assert.equal((await run(['exit', '3'])).code, 1);
});
