import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, instantiate, run as runGuest } from '../lib/guest.mjs';

const run = (args, options) => runGuest('rust-command', args, options);
const said = (stdout, rest = {}) => ({ code: 0, stdout, stderr: '', ...rest });

test('arguments', async () => {
  assert.deepEqual(
    await run(['args', '', 'two words', 'ünï', '--flag']),
    said('["", "two words", "ünï", "--flag"]\n'),
  );
});

test('environment', async () => {
  assert.deepEqual(await run(['env']), said(''));
  const flags = ['--env', 'B=2=3', '--env', 'A=ä', '--env', 'FROM_HOST'];
  assert.deepEqual(
    await run(['env'], { flags, env: { FROM_HOST: 'h', OTHER: 'o' } }),
    said('A=ä\nB=2=3\nFROM_HOST=h\n'),
  );
  const { stdout } = await run(['env'], { flags: ['--inherit-env'], env: { OTHER: 'o' } });
  assert.match(stdout, /^OTHER=o$/m);
});

test('standard input, whole', async () => {
  assert.deepEqual(await run(['upper'], { stdin: 'one\nzwö\nlast' }), said('ONE\nZWÖ\nLAST\n'));
  assert.deepEqual(await run(['upper']), said(''));
  const big = Buffer.alloc(3_000_001, 'x');
  assert.deepEqual(await run(['count-stdin'], { stdin: big }), said('3000001\n'));
});

test('standard input, as it comes', async () => {
  async function* slowly() {
    for (const word of ['a', 'b\nc', '\n', 'd']) {
      yield word;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  assert.deepEqual(await run(['upper'], { stdin: slowly() }), said('AB\nC\nD\n'));
});

test('much output comes whole and in order', async () => {
  const { code, stdout, stderr } = await run(['spew', String(4 << 20)]);
  assert.equal(code, 0);
  const expected = Array.from(
    { length: 65_536 },
    (_, n) => `${String(n).padStart(63, '0')}\n`,
  ).join('');
  assert.equal(stdout.length, expected.length);
  assert.ok(stdout === expected);
  assert.deepEqual(
    stderr.trim().split('\n').map(Number),
    Array.from({ length: 66 }, (_, n) => n * 1000),
  );
});

test('exit codes', async () => {
  assert.deepEqual(await run(['exit', '0']), said(''));
  // `wasi:cli/exit` as Rust uses it tells success from failure, and no more.
  assert.deepEqual(await run(['exit', '42']), said('', { code: 1 }));
  const failed = await run(['nonsense']);
  assert.equal(failed.code, 1);
  assert.equal(failed.stderr, 'error: cannot ["nonsense"]\n');
  const panicked = await run(['panic', 'oh no']);
  assert.notEqual(panicked.code, 0);
  assert.match(panicked.stderr, /oh no/);
});

test('files', async (t) => {
  const host = folder(t);
  const { code, stdout, stderr } = await run(['files', '/work'], {
    flags: ['--dir', `${host}::/work`],
  });
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    `read "one\\ntwo\\ndrei ü\\n"
end " ü\\n" at 16
cut "one\\nTWO"
file true dir false len 7
fresh true
set 1000000000.5s
gone Some(NotFound)
exists Some(AlreadyExists)
full Some("Directory not empty (os error 55)")
not a folder Some(NotADirectory)
names ["a/", "copy.txt", "hard.txt", "renamed.txt"]
left 1
`,
  );
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(host), ['renamed.txt']);
  assert.equal(readFileSync(join(host, 'renamed.txt'), 'utf8'), 'one\nTWO');
});

test('a tree, read-only', async (t) => {
  const host = folder(t);
  mkdirSync(join(host, 'a/b'), { recursive: true });
  writeFileSync(join(host, 'a/b/c.txt'), 'c');
  writeFileSync(join(host, 'z.txt'), 'z');
  const flags = ['--dir', `${host}::/data:ro`];
  assert.deepEqual(await run(['walk', '/data'], { flags }), said('a\n  b\n    c.txt\nz.txt\n'));
  assert.deepEqual(await run(['cat', '/data/a/../z.txt'], { flags }), said('z'));
  const written = await run(['write', '/data/new.txt', 'x'], { flags });
  assert.equal(written.code, 1);
  assert.deepEqual(readdirSync(host).toSorted(), ['a', 'z.txt']);
});

test('nothing outside of what is granted', async (t) => {
  const host = folder(t);
  mkdirSync(join(host, 'in'));
  writeFileSync(join(host, 'secret'), 'secret');
  symlinkSync('../secret', join(host, 'in/relative'));
  symlinkSync(join(host, 'secret'), join(host, 'in/absolute'));
  const flags = ['--dir', `${join(host, 'in')}::/in`];
  for (const path of [
    '/in/../secret',
    '/in/relative',
    '/in/absolute',
    '/secret',
    '/etc/passwd',
    join(host, 'secret'),
  ]) {
    const { code, stdout } = await run(['cat', path], { flags });
    assert.equal(code, 1, path);
    assert.equal(stdout, '', path);
  }
});

test('error kinds', async (t) => {
  const host = folder(t);
  const flags = ['--dir', `${host}::/data`];
  assert.deepEqual(await run(['io-error', '/data/missing'], { flags }), said('Some(NotFound)\n'));
  assert.deepEqual(await run(['io-error', '/data'], { flags }), said('Some(IsADirectory)\n'));
});

test('a large file in pieces of odd size', async (t) => {
  const host = folder(t);
  const bytes = Buffer.concat(
    Array.from({ length: 4096 }, (_, n) => createHash('sha512').update(`${n}`).digest()),
  );
  writeFileSync(join(host, 'big'), bytes);
  let sum = 0;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  for (const size of ['4096', '999', '1000000']) {
    const { stdout } = await run(['read-in-pieces', '/big', size], {
      flags: ['--dir', `${host}::/`],
    });
    assert.equal(stdout, `${bytes.length} ${sum}\n`);
  }
});

test('beyond what 32 bits can count', async (t) => {
  const host = folder(t);
  const flags = ['--dir', `${host}::/data`];
  assert.deepEqual(
    await run(['sparse', '/data/file'], { flags }),
    said(`${5 * 2 ** 30 + 7}\nout ${5 * 2 ** 30 + 7}\n${5 * 2 ** 30 - 1}\n`),
  );
  assert.equal(statSync(join(host, 'file')).size, 5 * 2 ** 30 - 1);
});

test('no network and no threads', async () => {
  assert.deepEqual(await run(['connect', '127.0.0.1:80']), said('Some(PermissionDenied)\n'));
  // `permanent-resolver-failure`, for which Rust has no kind.
  assert.deepEqual(await run(['connect', 'localhost:80']), said('Some(Uncategorized)\n'));
  assert.deepEqual(await run(['thread']), said('Some(Unsupported)\n'));
});

test('a program sees that its reader went away', async () => {
  const { code, stdout, stderr } = await run(['spew', String(1 << 30)], { enough: 100 });
  assert.equal(stdout.length >= 100, true);
  assert.equal(code, 141);
  // The program reports it and ends with its own error; `windlass` adds nothing.
  assert.match(stderr, /^(?:\d+\n)*error: .*\(os error 64\)\n$/);
});

test('time passes', async () => {
  const before = Date.now();
  const { stdout } = await run(['time']);
  const [now, micros] = stdout.trim().split(' ').map(Number);
  assert.ok(now >= before && now <= Date.now(), `${now}`);
  assert.ok(micros >= 40_000 && micros < 5_000_000, `${micros}`);
});

test('chance differs from run to run', async () => {
  const [first, second] = [await run(['random']), await run(['random'])];
  assert.match(first.stdout, /^\d+ \d+\n$/);
  assert.notEqual(first.stdout, second.stdout);
});

test('in this process, with input and output as functions', async () => {
  const chunks = [];
  const exports = await instantiate(
    'rust-command',
    {},
    {
      args: ['command', 'upper'],
      stdin: { text: 'text\n' },
      stdout: (chunk) => void chunks.push(chunk.slice()),
    },
  );
  exports.run.run();
  assert.equal(Buffer.concat(chunks).toString(), 'TEXT\n');
});

test('files in memory', async () => {
  const chunks = [];
  const exports = await instantiate(
    'rust-command',
    {},
    {
      args: ['command', 'walk', '/'],
      preopens: [{ guest: '/', files: { docs: { 'a.txt': 'a' }, 'b.txt': new Uint8Array(3) } }],
      stdout: (chunk) => void chunks.push(chunk.slice()),
    },
  );
  exports.run.run();
  assert.equal(Buffer.concat(chunks).toString(), 'b.txt\ndocs\n  a.txt\n');
});
