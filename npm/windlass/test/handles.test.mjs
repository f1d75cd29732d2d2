/** The bound on the handles of an instance, by every door that sets it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compile } from 'windlass';
import { assemble } from '../dist/tools.js';
import { root, scratch, windlass } from './support.mjs';

const text = `(component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param $n i32)
      (loop $next
        (drop (call $new (i32.const 1)))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
  (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
  (func (export "make") (param "n" u32) (canon lift (core func $m "make"))))`;
const bytes = assemble({ name: 'handles.wat', bytes: new TextEncoder().encode(text) });

/** A folder with the component and other files. */
function folder(name, files) {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'handles.wasm'), bytes);
  for (const [file, contents] of Object.entries(files)) writeFileSync(join(path, file), contents);
  return path;
}

function holdsFive(path, entry, args = []) {
  writeFileSync(
    join(path, 'app.mjs'),
    `import { make } from '${entry}';\nmake(Number(process.argv[2]));\n`,
  );
  const run = (n) =>
    spawnSync(process.execPath, [...args, 'app.mjs', n], { cwd: path, encoding: 'utf8' });
  const five = run('5');
  assert.equal(five.status, 0, five.stderr);
  const six = run('6');
  assert.equal(six.status, 1);
  assert.match(six.stderr, /RuntimeError: the component holds more than 5 handles/);
}

describe('handles of an instance', () => {
  test('are 100,000 by default, and an option of `instantiate` has precedence', async () => {
    const limited = await compile(bytes, { budget: { handles: 5 } });
    const made = (component, options) => (n) => component.instantiate({}, options).make(n);
    const trap = (most) => new RegExp(`holds more than ${most} handles`);
    made(limited)(5);
    assert.throws(() => made(limited)(6), trap(5));
    made(limited, { maxHandles: 7 })(7);
    assert.throws(() => made(limited, { maxHandles: 3 })(4), trap(3));
    const component = await compile(bytes);
    made(component)(100_000);
    assert.throws(() => made(component)(100_001), trap(100_000));
  });

  test('are refused where `maxHandles` is not a count', async () => {
    const component = await compile(bytes);
    for (const maxHandles of [NaN, 'many', {}, -1]) {
      assert.throws(() => component.instantiate({}, { maxHandles }).make(1));
    }
  });

  test('are bounded by the command line', () => {
    const path = folder('handles-cli', {});
    const args = ['transpile', join(path, 'handles.wasm'), '-o', path, '--budget', 'handles=5'];
    const { code, stderr } = windlass(args);
    assert.equal(code, 0, stderr);
    holdsFive(path, './handles.js');
  });

  test('are bounded by the configuration, for imported modules', () => {
    const components = { 'handles.wasm': { budget: { handles: 5 } } };
    const config = JSON.stringify({ components });
    const path = folder('handles-hooks', { 'windlass.config.json': config });
    const register = pathToFileURL(`${root}npm/windlass/dist/hooks/bundle.js`).href;
    holdsFive(path, './handles.wasm', ['--import', register]);
  });

  test('have a whole number as their bound', async () => {
    for (const handles of [-1, 1.5, NaN, '5', null, []]) {
      await assert.rejects(compile(bytes, { budget: { handles } }), { code: 'invalid-option' });
    }
    for (const value of ['-1', 'x', '1e3', '']) {
      const path = folder('handles-wrong', {});
      const args = ['transpile', join(path, 'handles.wasm'), '-o', path];
      const { code, stderr } = windlass([...args, '--budget', `handles=${value}`]);
      assert.equal(code, 2, value);
      assert.match(stderr, /^error\[invalid-option\]/);
      assert.ok(!stderr.includes('    at '), stderr);
    }
    assert.throws(() => readFileSync(join(scratch, 'handles-wrong/handles.js')), {
      code: 'ENOENT',
    });
  });
});
