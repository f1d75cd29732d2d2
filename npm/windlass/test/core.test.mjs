/** `windlass run` with core modules of WASI 0.1. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { scratch, windlass } from './support.mjs';

const folder = join(scratch, 'core');
mkdirSync(folder);

function file(name, contents) {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
}

/** A program: imports of WASI 0.1 by name and type, and the body of `_start`. */
const program = (imports, body, more = '') => `(module
  ${Object.entries(imports)
    .map(([name, type]) => `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`)
    .join('\n  ')}
  ${more}
  (memory (export "memory") 1)
  (data (i32.const 100) "hello from 0.1\\n")
  (data (i32.const 8) "\\64\\00\\00\\00\\0f\\00\\00\\00")
  (func (export "_start") ${body}))`;

const WRITE = '(param i32 i32 i32 i32) (result i32)';
const exit = (code) =>
  program({ proc_exit: '(param i32)' }, `(call $proc_exit (i32.const ${code}))`);
const hello = program(
  { fd_write: WRITE },
  '(drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))',
);
/** Copies what comes in from standard input to standard output. */
const echo = program(
  { fd_read: WRITE, fd_write: WRITE },
  `(i32.store (i32.const 12) (i32.const 50))
   (drop (call $fd_read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 0)))
   (i32.store (i32.const 12) (i32.load (i32.const 0)))
   (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))`,
);
/** Ends with a number that calls of WASI store at 0. */
const ending = (name, type, call) =>
  program(
    { [name]: type, proc_exit: '(param i32)' },
    `(drop ${call}) (call $proc_exit (i32.load (i32.const 0)))`,
  );

function refusal(...args) {
  const { code, stderr } = windlass(['run', '--json', ...args]);
  assert.equal(code, 1, stderr);
  return JSON.parse(stderr).error ?? JSON.parse(stderr);
}

describe('a core module', () => {
  test('runs, as text, as bytes and from standard input', () => {
    const path = file('hello.wat', hello);
    assert.deepEqual(windlass(['run', path]), { code: 0, stdout: 'hello from 0.1\n', stderr: '' });
    assert.equal(windlass(['run', '-'], { input: hello }).stdout, 'hello from 0.1\n');
  });

  test('ends with its exit code, or that of a trap', () => {
    assert.equal(windlass(['run', file('exit0.wat', exit(0))]).code, 0);
    assert.equal(windlass(['run', file('exit7.wat', exit(7))]).code, 7);
    const { code, stderr } = windlass(['run', file('exit200.wat', exit(200))]);
    assert.equal(code, 134);
    assert.match(stderr, /not below 126/);
    const trapped = windlass(['run', file('trap.wat', program({}, 'unreachable'))]);
    assert.equal(trapped.code, 134);
    assert.match(trapped.stderr, /unreachable/);
    const endless = program({}, '(call $f)', '(func $f (call $f))');
    assert.equal(windlass(['run', file('stack.wat', endless)]).code, 134);
    const far = '(drop (call $fd_write (i32.const 1) (i32.const -8) (i32.const 1) (i32.const 0)))';
    assert.equal(windlass(['run', file('far.wat', program({ fd_write: WRITE }, far))]).code, 134);
  });

  test('has standard input, and nothing else until it is granted', () => {
    assert.equal(windlass(['run', file('echo.wat', echo)], { input: 'typed' }).stdout, 'typed');
    const sizes = '(param i32 i32) (result i32)';
    const args = file(
      'args.wat',
      ending('args_sizes_get', sizes, '(call $args_sizes_get (i32.const 0) (i32.const 4))'),
    );
    assert.equal(windlass(['run', args]).code, 1);
    assert.equal(windlass(['run', args, '--', 'a', '--b']).code, 3);
    const env = file(
      'env.wat',
      ending('environ_sizes_get', sizes, '(call $environ_sizes_get (i32.const 0) (i32.const 4))'),
    );
    assert.equal(windlass(['run', env]).code, 0);
    assert.equal(windlass(['run', env, '--env', 'A=1', '--env', 'B=2']).code, 2);
    const code = '(call $proc_exit (call $fd_prestat_get (i32.const 3) (i32.const 0)))';
    const types = { fd_prestat_get: sizes, proc_exit: '(param i32)' };
    const dir = file('dir.wat', program(types, code));
    assert.equal(windlass(['run', dir]).code, 8);
    assert.equal(windlass(['run', dir, '--dir', `${folder}::/data:ro`]).code, 0);
    const clock = '(drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 8)))';
    const time = file(
      'time.wat',
      program({ clock_time_get: '(param i32 i64 i32) (result i32)' }, clock),
    );
    assert.equal(windlass(['run', time]).code, 0);
    const denied = windlass(['run', time, '--grant', 'clocks=false']);
    assert.equal(denied.code, 134);
    assert.match(denied.stderr, /--grant clocks=true/);
  });

  test('that is no command is refused', () => {
    const error = refusal(file('none.wat', '(module)'));
    assert.equal(error.code, 'no-command');
    assert.match(error.message, /does not export `_start`/);
    const memory = '(module (memory (export "_start") 1))';
    assert.equal(refusal(file('memory.wat', memory)).code, 'no-command');
    const wrong = file('wrong.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99, 0));
    assert.equal(refusal(wrong).code, 'invalid-module');
  });

  test('that imports something else is refused', () => {
    const importing = (from, name, type = '(func)') =>
      file('imports.wat', `(module (import "${from}" "${name}" ${type}) (func (export "_start")))`);
    for (const [from, name, type] of [
      ['env', 'log'],
      ['wasi_unstable', 'proc_exit', '(func (param i32))'],
      ['wasi_snapshot_preview1', 'sock_open'],
      ['wasi_snapshot_preview1', 'toString'],
      ['wasi_snapshot_preview1', '__proto__', '(global externref)'],
      ['constructor', 'constructor'],
      ['__proto__', 'toString'],
      ['toString', 'call'],
      ['', ''],
    ]) {
      const error = refusal(importing(from, name, type));
      assert.equal(error.code, 'unknown-import', `${from}#${name}`);
    }
    assert.match(refusal(importing('env', 'log')).help, /--map 'env=\.\/module\.js'/);
  });

  test('has the functions of a module that an import is mapped to, and no others', () => {
    file('host.mjs', 'export const log = (number) => console.log(`said ${number}`);');
    const call = '(call $log (i32.const 5))';
    const log = '(import "env" "log" (func $log (param i32)))';
    const path = file('mapped.wat', `(module ${log} (func (export "_start") ${call}))`);
    const map = ['--map', `env=${join(folder, 'host.mjs')}`];
    assert.equal(windlass(['run', path, ...map]).stdout, 'said 5\n');
    const other = file('other.wat', `(module (import "env" "x" (func)) (func (export "_start")))`);
    assert.match(refusal(other, ...map).message, /`env#x`/);
    const global = '(import "env" "log" (global i32))';
    const type = file('type.wat', `(module ${global} (func (export "_start")))`);
    assert.equal(refusal(type, ...map).code, 'unknown-import');
  });

  test('that imports a function with another type traps', () => {
    const narrow = program(
      { clock_time_get: '(param i32 i32 i32) (result i64)' },
      '(drop (call $clock_time_get (i32.const 0) (i32.const 0) (i32.const 8)))',
    );
    const { code, stderr } = windlass(['run', file('narrow.wat', narrow)]);
    assert.equal(code, 134);
    assert.match(stderr, /another type than in WASI 0\.1/);
  });

  test('has no bounds that only components have', () => {
    const path = file('bounded.wat', hello);
    const { code, stderr } = windlass(['run', path, '--timeout', '1s']);
    assert.equal(code, 2);
    assert.match(stderr, /`--timeout` bounds components/);
    assert.equal(windlass(['run', path, '--max-memory', '1MiB']).code, 2);
  });

  test('is still made a component by `new`', () => {
    const path = file('adapted.wat', hello);
    const out = join(folder, 'adapted.wasm');
    assert.equal(windlass(['new', path, '-o', out]).code, 0);
    assert.equal(readFileSync(out)[6], 1);
    assert.equal(windlass(['run', out]).stdout, 'hello from 0.1\n');
  });
});
