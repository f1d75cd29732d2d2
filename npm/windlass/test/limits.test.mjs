/** Limits that hold without a process. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, instantiate, transpile } from 'windlass';
import { settingsOf } from '../dist/hooks/attributes.js';
import { assemble } from '../dist/tools.js';
import { scratch, windlass } from './support.mjs';

const bytesOf = (text) => assemble({ name: 'test.wat', bytes: Buffer.from(text) });

/** A program whose `run` is this core code, which gives 0 for success. */
function program(name, code) {
  const path = join(scratch, `${name}.wat`);
  writeFileSync(
    path,
    `(component
      (core module $m
        (memory 1)
        (func $run (export "run") (result i32) ${code}))
      (core instance $i (instantiate $m))
      (func $run (result (result)) (canon lift (core func $i "run")))
      (instance $run-instance (export "run" (func $run)))
      (export "wasi:cli/run@0.2.6" (instance $run-instance)))`,
  );
  return path;
}

/** Takes memory page by page until there is no more, and tells how much it had by succeeding or not. */
const bomb = (pages) => `
  (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
  (i32.ne (memory.size) (i32.const ${pages}))`;

describe('memory', () => {
  test('`run --max-memory` ends a memory bomb at the bound', () => {
    const { code, stderr } = windlass(['run', '--max-memory', '1MiB', program('bomb', bomb(16))]);
    assert.equal(code, 0, stderr);
  });

  test('a program that begins with more is refused, and the option named', () => {
    const { code, stderr } = windlass(['run', '--max-memory', '1', program('bomb', bomb(16))]);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[budget-exceeded\]: a memory of `m` begins with 65536 bytes/);
    assert.match(stderr, /help: raise `maxMemory`, `--max-memory` on the command line/);
  });

  test('`compile` bounds all instances', async () => {
    const bytes = bytesOf(`(component
      (core module $m
        (memory 1)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
      (core instance $i (instantiate $m))
      (func (export "grow") (param "by" u32) (result s32) (canon lift (core func $i "grow"))))`);
    const component = await compile(bytes, { maxMemory: 3 * 65_536 });
    for (let i = 0; i < 3; i++) {
      const { grow } = component.instantiate();
      assert.equal(grow(2), 1);
      assert.equal(grow(1), -1);
    }
    assert.equal((await compile(bytes)).instantiate().grow(99), 1);
  });

  test('without a bound that matters, core modules are those of the component', () => {
    const bytes = bytesOf(
      '(component (core module (memory 1 2) (table 1 2 funcref)) (core instance (instantiate 0)))',
    );
    const coreOf = (options) => transpile(bytes, options).files.get('component.core.wasm');
    const core = coreOf({});
    assert.ok(Buffer.from(bytes).includes(core));
    for (const options of [{ maxMemory: 131_072 }, { maxTableElements: 2 }]) {
      assert.deepEqual(coreOf(options), core);
    }
    for (const options of [{ maxMemory: 65_536 }, { maxTableElements: 1 }]) {
      assert.notDeepEqual(coreOf(options), core);
      assert.ok(WebAssembly.validate(coreOf(options)));
    }
  });

  test('an import attribute bounds', () => {
    const { options } = settingsOf({ maxMemory: '65536', maxTableElements: '9' }, '/app/main.js');
    assert.deepEqual(options, { maxMemory: 65_536, maxTableElements: 9 });
  });
});

describe('time', () => {
  const forever = '(loop (br 0)) (i32.const 0)';
  const loops = bytesOf(`(component
    (core module $m
      (func (export "forever") (loop (br 0)))
      (func (export "answer") (result i32) (i32.const 42)))
    (core instance $i (instantiate $m))
    (func (export "forever") (canon lift (core func $i "forever")))
    (func (export "answer") (result u32) (canon lift (core func $i "answer"))))`);
  const tooLong = {
    name: 'RuntimeError',
    message: /^the call took longer than 50 ms \(option `timeout`\)/,
  };

  test('`run --timeout` ends an endless program as a trap, and names the option', () => {
    const path = program('forever', forever);
    for (const [text, milliseconds] of [
      ['50ms', 50],
      ['0.1s', 100],
      ['0.1', 100],
    ]) {
      const { code, stderr } = windlass(['run', '--timeout', text, path]);
      assert.equal(code, 134, stderr);
      assert.match(
        stderr,
        new RegExp(`^error\\[trap\\]: the call took longer than ${milliseconds} ms`),
      );
      assert.match(stderr, /help: `--timeout` raises that/);
    }
  });

  test('a program that is done in time succeeds', () => {
    const { code, stderr } = windlass(['run', '--timeout', '1h', program('done', '(i32.const 0)')]);
    assert.equal(code, 0, stderr);
  });

  test('what is no duration is refused', () => {
    for (const text of ['', 'soon', '0', '0.0001s', '-1s', '1d', '1 s']) {
      const { code, stderr } = windlass(['run', `--timeout=${text}`, program('forever', forever)]);
      assert.equal(code, 2, `${text}: ${stderr}`);
    }
  });

  test('an instance has a `timeout` of its own, and others go on', async () => {
    const component = await compile(loops, { interruptible: true });
    const [one, other] = [component.instantiate({}, { timeout: 50 }), component.instantiate()];
    assert.throws(() => one.forever(), tooLong);
    assert.throws(() => one.answer(), /cannot enter/);
    assert.equal(other.answer(), 42);
  });

  test('`timeout` of `compile` and `instantiate` is that of all calls', async () => {
    for (const { forever } of [
      (await compile(loops, { timeout: 50 })).instantiate(),
      await instantiate(loops, {}, { timeout: 50 }),
    ]) {
      assert.throws(forever, tooLong);
    }
  });

  test('a component that is not interruptible takes no `timeout`', async () => {
    const component = await compile(loops);
    assert.throws(() => component.instantiate({}, { timeout: 50 }), {
      code: 'invalid-option',
      message: '`timeout` is for interruptible components',
      help: 'compile it with `interruptible: true`',
    });
  });
});
