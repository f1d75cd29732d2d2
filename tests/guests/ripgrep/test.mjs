import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, run as runGuest } from '../lib/guest.mjs';

/** A folder with things to find and things to leave out. */
function project(t) {
  const host = folder(t);
  const files = {
    'src/main.rs': 'fn main() {\n    println!("needle");\n}\n',
    'src/lib.rs': '// no such thing\npub fn needle() -> u32 {\n    7 // NEEDLE\n}\n',
    'docs/über.md': 'Eine Nadel — a needle — 针\n',
    'target/out.txt': 'needle\n',
    '.hidden': 'needle\n',
    '.ignore': 'target\n',
    'data.bin': 'a\0needle\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(host, name, '..'), { recursive: true });
    writeFileSync(join(host, name), text);
  }
  return host;
}

const run = (host, args, options = {}) =>
  runGuest('ripgrep', args, { ...options, flags: ['--dir', `${host}::/:ro`] });
const lines = (text) => text.trim().split('\n').toSorted();

test('what is found, and where', async (t) => {
  const { code, stdout, stderr } = await run(project(t), ['-n', 'needle', '/']);
  assert.equal(stderr, '');
  assert.deepEqual(lines(stdout), [
    '/docs/über.md:1:Eine Nadel — a needle — 针',
    '/src/lib.rs:2:pub fn needle() -> u32 {',
    '/src/main.rs:2:    println!("needle");',
  ]);
  assert.equal(code, 0);
});

test('counts, types, cases, hidden files', async (t) => {
  const host = project(t);
  assert.deepEqual(lines((await run(host, ['-ci', 'needle', '/src'])).stdout), [
    '/src/lib.rs:2',
    '/src/main.rs:1',
  ]);
  assert.deepEqual(lines((await run(host, ['-l', '-t', 'md', 'needle', '/'])).stdout), [
    '/docs/über.md',
  ]);
  assert.deepEqual(
    lines((await run(host, ['-l', '--hidden', '--no-ignore', 'needle', '/'])).stdout),
    ['/.hidden', '/docs/über.md', '/src/lib.rs', '/src/main.rs', '/target/out.txt'],
  );
});

test('JSON', async (t) => {
  const { stdout } = await run(project(t), ['--json', '\\bfn (\\w+)', '/src/main.rs']);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ type }) => type),
    ['begin', 'match', 'end', 'summary'],
  );
  assert.equal(events[1].data.line_number, 1);
  assert.equal(events[1].data.submatches[0].match.text, 'fn main');
});

test('standard input', async (t) => {
  const { code, stdout } = await run(folder(t), ['-o', '[0-9]+', '-'], { stdin: 'a1 b22\nc333\n' });
  assert.equal(stdout, '1\n22\n333\n');
  assert.equal(code, 0);
});

test('many files', async (t) => {
  const host = folder(t);
  for (let i = 0; i < 300; i++) {
    mkdirSync(join(host, `d${i % 10}`), { recursive: true });
    writeFileSync(join(host, `d${i % 10}/f${i}`), `${'hay\n'.repeat(200)}needle ${i}\n`);
  }
  const { stdout } = await run(host, ['-I', '--no-filename', 'needle', '/']);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[1]))
      .toSorted((a, b) => a - b),
    Array.from({ length: 300 }, (_, i) => i),
  );
});

test('nothing found, and what is wrong', async (t) => {
  const host = project(t);
  assert.deepEqual(await run(host, ['missing', '/']), { code: 1, stdout: '', stderr: '' });
  const wrong = await run(host, ['(', '/']);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.stderr, /unclosed group/);
  const gone = await run(host, ['x', '/gone']);
  assert.notEqual(gone.code, 0);
  assert.match(gone.stderr, /\/gone: /);
});
