import assert from 'node:assert/strict';
import { spawnSync, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createWasi } from '@windlass/wasi';
import { inspect, instantiate } from 'windlass';
import { buildTranspiler, Transpiler } from '../../../tests/conformance/transpiler.mjs';
import { fixtures, transpileFixture } from '../../../tests/fixtures/fixtures.mjs';
import * as tools from '../dist/tools.js';
import { cli, helloBytes, root, scratch, windlass } from './support.mjs';

/** Writes a core module, made out of its text. */
function core(name, text) {
  const path = join(scratch, name);
  const assemble = `${root}node_modules/binaryen/bin/wasm-as`;
  const flags = ['-all', '--disable-compact-imports'];
  execFileSync(process.execPath, [assemble, ...flags, '-', '-o', path], { input: text });
  return path;
}

function make(...args) {
  const { code, stdout, stderr } = windlass(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** The error of the command line when it refuses something. */
function refusal(...args) {
  const { code, stdout, stderr } = windlass([...args, '--json']);
  assert.equal(stdout, '');
  return { exit: code, ...JSON.parse(stderr).error };
}

/** A list in each order that it can have. */
function permutations(list) {
  if (list.length < 2) return [list];
  return list.flatMap((one, i) => permutations(list.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

const bytesOf = (name) => readFileSync(join(scratch, name));
const fileOf = (name) => ({ name, bytes: bytesOf(name) });

const realloc = `
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    (local.get $at))`;

mkdirSync(join(scratch, 'wit/deps/math'), { recursive: true });
writeFileSync(
  join(scratch, 'wit/deps/math/ops.wit'),
  `package acme:math@0.1.0;
   interface ops { double: func(x: u32) -> u32; }
   world lib { export ops; }`,
);
writeFileSync(
  join(scratch, 'wit/app.wit'),
  `package acme:app;
   world app { import acme:math/ops@0.1.0; export quad: func(x: u32) -> u32; }
   world echo { export echo: func(text: string) -> string; }
   world newer { import acme:math/ops@0.1.0; import missing: func(); export quad: func(x: u32) -> u32; }`,
);
core(
  'app.core.wasm',
  `(module
    (import "acme:math/ops@0.1.0" "double" (func $double (param i32) (result i32)))
    (func (export "quad") (param i32) (result i32) (call $double (call $double (local.get 0)))))`,
);
for (const [name, version] of [
  ['lib', '0.1.0'],
  ['lib2', '0.1.7'],
]) {
  core(
    `${name}.core.wasm`,
    `(module
      (func (export "acme:math/ops@${version}#double") (param i32) (result i32)
        (i32.mul (local.get 0) (i32.const 2))))`,
  );
}
core(
  'echo.core.wasm',
  `(module ${realloc}
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16)))`,
);

/** The component that `embed` and `new` make of a module. */
function component(name, witPath, world) {
  make('embed', witPath, `${name}.core.wasm`, '--world', world, '-o', `${name}.embedded.wasm`);
  make('new', `${name}.embedded.wasm`, '-o', `${name}.wasm`);
  return `${name}.wasm`;
}
component('app', 'wit', 'app');
component('lib', 'wit/deps/math', 'lib');

describe('windlass embed and new', () => {
  test('make a component that works, in each encoding', async () => {
    for (const encoding of tools.encodings) {
      const args = ['wit', 'echo.core.wasm', '-w', 'echo', '-e', encoding];
      make('embed', ...args, '-o', 'echo.embedded.wasm');
      make('new', 'echo.embedded.wasm', '-o', 'echo.wasm');
      const { echo } = await instantiate(bytesOf('echo.wasm'));
      for (const text of ['', 'plain', 'grün', '日本語 🦜']) {
        // Length and contents come back as they went in, whatever they mean.
        assert.equal(echo(text), text, encoding);
      }
    }
  });

  test('write where they are told to, or beside', () => {
    assert.match(
      make('embed', 'wit', 'echo.core.wasm', '-w', 'echo'),
      /^echo\.core\.embedded\.wasm {2}\d/,
    );
    const said = JSON.parse(make('new', 'echo.core.embedded.wasm', '--json'));
    const { length } = bytesOf('echo.core.embedded.component.wasm');
    assert.deepEqual(said, { file: 'echo.core.embedded.component.wasm', size: length });
    const piped = spawnSync(process.execPath, [cli, 'new', '-', '-o', '-'], {
      input: bytesOf('echo.core.embedded.wasm'),
    });
    assert.deepEqual(piped.stdout, bytesOf('echo.core.embedded.component.wasm'));
  });

  test('say what is wrong', () => {
    const several = refusal('embed', 'wit', 'echo.core.wasm');
    assert.equal(several.message, 'the WIT has several worlds');
    assert.match(several.help, /`app`, `echo`, `newer`/);
    assert.equal(several.exit, 2);
    const none = refusal('embed', 'wit', 'echo.core.wasm', '-w', 'ecco');
    assert.equal(none.message, 'there is no world `ecco`');
    const encoding = refusal('embed', 'wit', 'echo.core.wasm', '-w', 'echo', '-e', 'utf-16');
    assert.equal(encoding.help, 'did you mean `utf16`?');
    writeFileSync(join(scratch, 'bad.wit'), 'package a:b;\nworld w { export f: func() -> strin; }');
    const bad = refusal('embed', 'bad.wit', 'echo.core.wasm');
    assert.equal(bad.code, 'invalid-wit');
    assert.match(bad.at, /^bad\.wit:2:/);
    const world = refusal('new', 'echo.core.wasm');
    assert.equal(world.code, 'no-world');
    assert.match(world.help, /windlass embed/);
    assert.equal(refusal('new', 'lib.wasm').code, 'invalid-module');
    assert.equal(refusal('new', 'bad.wit').code, 'wit-package');
    make('embed', 'wit/deps/math', 'app.core.wasm', '-w', 'lib', '-o', 'wrong.wasm');
    const wrong = refusal('new', 'wrong.wasm');
    assert.equal(wrong.code, 'invalid-module');
    assert.match(wrong.message, /acme:math\/ops@0\.1\.0/);
    writeFileSync(join(scratch, 'broken.wasm'), bytesOf('echo.core.wasm').subarray(0, 60));
    const broken = refusal('new', 'broken.wasm');
    assert.equal(broken.code, 'invalid-module');
    assert.match(broken.at, /^broken\.wasm, offset 0x/);
  });

  test('a module for WASI 0.1 gets the adapter that it needs', async () => {
    const printing = (name, exported) =>
      core(
        name,
        `(module
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 100) "hello from 0.1\\n")
          (func (export "${exported}")
            (i32.store (i32.const 0) (i32.const 100))
            (i32.store (i32.const 4) (i32.const 15))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`,
      );
    printing('command.core.wasm', '_start');
    make('new', 'command.core.wasm', '-o', 'command.wasm');
    assert.equal(make('run', 'command.wasm'), 'hello from 0.1\n');
    make(
      'new',
      'command.core.wasm',
      '--adapt',
      'wasi_snapshot_preview1=command',
      '-o',
      'same.wasm',
    );
    assert.deepEqual(bytesOf('same.wasm'), bytesOf('command.wasm'));

    writeFileSync(join(scratch, 'greet.wit'), 'package a:b; world w { export greet: func(); }');
    printing('library.core.wasm', 'greet');
    make('embed', 'greet.wit', 'library.core.wasm', '-o', 'library.embedded.wasm');
    make('new', 'library.embedded.wasm', '-o', 'library.wasm');
    let text = '';
    const stdout = (bytes) => (text += new TextDecoder().decode(bytes));
    const { greet } = await instantiate(bytesOf('library.wasm'), createWasi({ stdout }));
    greet();
    assert.equal(text, 'hello from 0.1\n');
    const without = ['--adapt', 'wasi_snapshot_preview1=none'];
    assert.equal(refusal('new', 'library.embedded.wasm', ...without).code, 'invalid-module');
  });

  test('an adapter of one’s own', async () => {
    writeFileSync(
      join(scratch, 'adapt.wit'),
      `package a:adapt;
       interface host { twice: func(x: u32) -> u32; }
       world app { export run: func(x: u32) -> u32; }
       world adapter { import host; }`,
    );
    core(
      'old.core.wasm',
      `(module
        (import "old" "thrice" (func $thrice (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (param i32) (result i32) (call $thrice (local.get 0))))`,
    );
    core(
      'old.adapter.wasm',
      `(module
        (import "a:adapt/host" "twice" (func $twice (param i32) (result i32)))
        (func (export "thrice") (param i32) (result i32)
          (i32.add (call $twice (local.get 0)) (local.get 0))))`,
    );
    make('embed', 'adapt.wit', 'old.core.wasm', '-w', 'app', '-o', 'old.app.wasm');
    make('embed', 'adapt.wit', 'old.adapter.wasm', '-w', 'adapter', '-o', 'old.wasm');
    make('new', 'old.app.wasm', '--adapt', 'old.wasm', '-o', 'adapted.wasm');
    const imports = { 'a:adapt/host': { twice: (x) => 2 * x } };
    assert.equal((await instantiate(bytesOf('adapted.wasm'), imports)).run(7), 21);
    make('new', 'old.app.wasm', '--adapt', 'old=old.wasm', '-o', 'again.wasm');
    assert.deepEqual(bytesOf('again.wasm'), bytesOf('adapted.wasm'));
    assert.equal(refusal('new', 'old.app.wasm', '--adapt', '=x').exit, 2);
    assert.equal(refusal('new', 'old.app.wasm').code, 'invalid-module');
  });
});

describe('windlass compose', () => {
  test('plugs a component into another, which then works alone', async () => {
    assert.match(make('compose', 'app.wasm', '--plug', 'lib.wasm'), /^app\.composed\.wasm {2}/);
    const whole = bytesOf('app.composed.wasm');
    assert.deepEqual(inspect(whole).imports, []);
    assert.equal((await instantiate(whole)).quad(5), 20);
  });

  test('a compatible version fits', async () => {
    writeFileSync(
      join(scratch, 'ops2.wit'),
      'package acme:math@0.1.7; interface ops { double: func(x: u32) -> u32; } world lib { export ops; }',
    );
    component('lib2', 'ops2.wit', 'lib');
    make('compose', 'app.wasm', '-p', 'lib2.wasm', '-o', 'composed2.wasm');
    assert.equal((await instantiate(bytesOf('composed2.wasm'))).quad(3), 12);
  });

  test('what none of them exports is imported', async () => {
    core(
      'newer.core.wasm',
      `(module
        (import "acme:math/ops@0.1.0" "double" (func $double (param i32) (result i32)))
        (import "$root" "missing" (func $missing))
        (func (export "quad") (param i32) (result i32)
          (call $missing) (call $double (local.get 0))))`,
    );
    component('newer', 'wit', 'newer');
    make('compose', 'newer.wasm', '-p', 'lib.wasm', '-o', 'open.wasm');
    assert.deepEqual(
      inspect(bytesOf('open.wasm')).imports.map(({ name }) => name),
      ['missing'],
    );
    let calls = 0;
    const { quad } = await instantiate(bytesOf('open.wasm'), { missing: () => void (calls += 1) });
    assert.deepEqual([quad(4), calls], [8, 1]);
  });

  test('plugs are plugged into plugs, in any order', async () => {
    mkdirSync(join(scratch, 'chain'), { recursive: true });
    const names = ['one', 'two', 'three', 'four'];
    // Each interface adds to what the next one gives; a resource goes through all of them.
    writeFileSync(
      join(scratch, 'chain/w.wit'),
      `package r:t;
       ${names.map((name) => `interface ${name} { run: func(x: u32) -> u32; }`).join('\n')}
       world socket { import one; export run: func(x: u32) -> u32; }
       world p-one { import two; import three; export one; }
       world p-two { import three; import four; export two; }
       world p-three { import four; export three; }
       world p-four { export four; }
       world p-cycle { import one; export four; }`,
    );
    const calling = (imports, own) => `(module
      ${imports.map((name) => `(import "r:t/${name}" "run" (func $${name} (param i32) (result i32)))`).join('\n')}
      (func (export "${own}") (param i32) (result i32)
        (local $sum i32)
        (local.set $sum (i32.const 1))
        ${imports.map((name) => `(local.set $sum (i32.add (local.get $sum) (call $${name} (local.get 0))))`).join('\n')}
        (i32.add (local.get $sum) (local.get 0))))`;
    const parts = {
      socket: [['one'], 'run'],
      'p-one': [['two', 'three'], 'r:t/one#run'],
      'p-two': [['three', 'four'], 'r:t/two#run'],
      'p-three': [['four'], 'r:t/three#run'],
      'p-four': [[], 'r:t/four#run'],
      'p-cycle': [['one'], 'r:t/four#run'],
    };
    for (const [name, [imports, own]] of Object.entries(parts)) {
      core(`${name}.core.wasm`, calling(imports, own));
      component(name, 'chain', name);
    }
    const plugs = ['p-one', 'p-two', 'p-three', 'p-four'].map((name) => fileOf(`${name}.wasm`));
    const four = (x) => 1 + x;
    const three = (x) => 1 + four(x) + x;
    const two = (x) => 1 + three(x) + four(x) + x;
    const one = (x) => 1 + two(x) + three(x) + x;
    let orders = 0;
    for (const order of permutations(plugs)) {
      const whole = tools.compose(fileOf('socket.wasm'), order);
      assert.deepEqual(inspect(whole).imports, []);
      if (orders++ % 6 === 0) assert.equal((await instantiate(whole)).run(5), 1 + one(5) + 5);
    }
    assert.equal(orders, 24);

    const cycle = refusal(
      'compose',
      'socket.wasm',
      ...['one', 'two', 'three', 'cycle'].flatMap((name) => ['-p', `p-${name}.wasm`]),
    );
    assert.equal(cycle.code, 'cannot-compose');
    assert.match(
      cycle.message,
      /^the plugs import each other: `p-one\.wasm` imports `r:t\/\w+` from `p-\w+\.wasm`, .*`p-cycle\.wasm` imports `r:t\/one` from `p-one\.wasm`/,
    );
    const idle = refusal('compose', 'socket.wasm', '-p', 'p-one.wasm', '-p', 'lib.wasm');
    assert.match(idle.message, /exports nothing that `socket\.wasm` or another plug imports/);
    assert.equal(idle.at, 'lib.wasm');
    // An import that none of them exports appears once, though several need it.
    const open = tools.compose(fileOf('socket.wasm'), plugs.slice(0, 3));
    assert.deepEqual(
      inspect(open).imports.map(({ name }) => name),
      ['r:t/four'],
    );
  });

  test('a resource that goes from plug to plug', async () => {
    mkdirSync(join(scratch, 'resources'), { recursive: true });
    writeFileSync(
      join(scratch, 'resources/w.wit'),
      `package r:t;
       interface types { resource req { constructor(x: u32); value: func() -> u32; } }
       interface handler { use types.{req}; handle: func(r: borrow<req>) -> u32; }
       world a { export types; }
       world b { import types; export handler; }
       world c { import types; import handler; export run: func(x: u32) -> u32; }`,
    );
    core(
      'a.core.wasm',
      `(module
        (import "[export]r:t/types" "[resource-new]req" (func $new (param i32) (result i32)))
        (func (export "r:t/types#[constructor]req") (param i32) (result i32) (call $new (local.get 0)))
        (func (export "r:t/types#[method]req.value") (param i32) (result i32) (local.get 0)))`,
    );
    core(
      'b.core.wasm',
      `(module
        (import "r:t/types" "[method]req.value" (func $value (param i32) (result i32)))
        (import "r:t/types" "[resource-drop]req" (func $drop (param i32)))
        (func (export "r:t/handler#handle") (param i32) (result i32)
          (local $x i32)
          (local.set $x (call $value (local.get 0)))
          (call $drop (local.get 0))
          (i32.add (local.get $x) (i32.const 100))))`,
    );
    core(
      'c.core.wasm',
      `(module
        (import "r:t/types" "[constructor]req" (func $make (param i32) (result i32)))
        (import "r:t/types" "[resource-drop]req" (func $drop (param i32)))
        (import "r:t/handler" "handle" (func $handle (param i32) (result i32)))
        (func (export "run") (param i32) (result i32)
          (local $r i32)
          (local.set $r (call $make (local.get 0)))
          (local.set $r (call $handle (local.get $r)))
          (local.get $r)))`,
    );
    for (const name of ['a', 'b', 'c']) component(name, 'resources', name);
    for (const order of permutations([fileOf('a.wasm'), fileOf('b.wasm')])) {
      const { run } = await instantiate(tools.compose(fileOf('c.wasm'), order));
      assert.equal(run(7), 107);
    }
  });

  test('says what does not fit, and why', () => {
    const nothing = refusal('compose', 'lib.wasm', '--plug', 'app.wasm');
    assert.equal(nothing.code, 'cannot-compose');
    assert.equal(nothing.message, 'this exports nothing that `lib.wasm` imports');
    assert.equal(nothing.at, 'app.wasm');
    assert.match(nothing.help, /exports `quad`; `lib.wasm` imports nothing/);
    const twice = refusal('compose', 'app.wasm', '-p', 'lib.wasm', '-p', 'lib.wasm');
    assert.match(twice.message, /both export what fits the import `acme:math\/ops@0.1.0`/);
    writeFileSync(
      join(scratch, 'other.wit'),
      'package acme:math@0.1.0; interface ops { double: func(x: u64) -> u64; } world lib { export ops; }',
    );
    core(
      'other.core.wasm',
      '(module (func (export "acme:math/ops@0.1.0#double") (param i64) (result i64) (local.get 0)))',
    );
    component('other', 'other.wit', 'lib');
    const types = refusal('compose', 'app.wasm', '-p', 'other.wasm');
    assert.equal(types.code, 'cannot-compose');
    assert.match(types.message, /does not fit .*u64/);
    assert.equal(refusal('compose', 'app.wasm', '-p', 'lib.core.wasm').code, 'core-module');
    assert.equal(refusal('compose', 'app.wasm', '-p', 'bad.wit').code, 'wit-package');
    assert.equal(refusal('compose', 'app.wasm').exit, 2);
    assert.equal(refusal('compose', 'app.wasm', '-p', 'nowhere.wasm').code, 'unreadable');
  });
});

describe('whatever comes in', () => {
  const known = new Set(
    (
      'invalid-component invalid-module cannot-compose core-module not-wasm no-world ' +
      'invalid-wit invalid-option'
    ).split(' '),
  );
  /** Runs a tool, which gives bytes or a clear error; the code of the error. */
  const outcome = (work) => {
    try {
      assert.ok(work().length > 8);
      return 'ok';
    } catch (error) {
      assert.equal(error.name, 'WindlassError', error.stack);
      return error.code;
    }
  };
  const works = () => assert.ok(tools.compose(fileOf('app.wasm'), [fileOf('lib.wasm')]).length > 8);

  test('components of all kinds, as sockets and as plugs', async () => {
    buildTranspiler();
    const transpiler = new Transpiler();
    const inputs = [];
    for (const fixture of fixtures()) {
      // Some are refused, and their bytes are there nevertheless.
      await transpileFixture(fixture, transpiler).catch(() => {});
      const bytes = readFileSync(join(fixture.out, 'input.wasm'));
      inputs.push({ name: fixture.name, bytes });
    }
    transpiler.close();
    assert.ok(inputs.length > 40);
    const all = [...inputs, { name: 'hello', bytes: helloBytes }];
    const counts = {};
    for (const file of all) {
      for (const code of [
        outcome(() => tools.compose(file, [fileOf('lib.wasm')])),
        outcome(() => tools.compose(fileOf('app.wasm'), [file])),
        outcome(() => tools.component(file)),
      ]) {
        counts[code] = (counts[code] ?? 0) + 1;
      }
    }
    console.log(`${all.length} components: ${JSON.stringify(counts)}`);
    works();
  });

  test('changed bytes', () => {
    // A small generator, so that each run has the same input.
    let state = 12345;
    const random = (below) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    const changed = ({ name, bytes }) => {
      const copy = Buffer.from(bytes);
      for (let i = random(3); i >= 0; i--) copy[8 + random(copy.length - 8)] = random(256);
      return { name, bytes: random(8) === 0 ? copy.subarray(0, random(copy.length)) : copy };
    };
    const witOf = (bytes) => [{ name: 'a.wit', bytes }];
    const text = { name: 'a.wit', bytes: bytesOf('ops2.wit') };
    const counts = {};
    for (let i = 0; i < 400; i++) {
      for (const code of [
        outcome(() => tools.compose(changed(fileOf('app.wasm')), [fileOf('lib.wasm')])),
        outcome(() => tools.compose(fileOf('app.wasm'), [changed(fileOf('lib.wasm'))])),
        outcome(() => tools.component(changed(fileOf('app.embedded.wasm')))),
        outcome(() => tools.component(changed(fileOf('command.core.wasm')))),
        outcome(() => tools.embed(fileOf('lib2.core.wasm'), witOf(changed(text).bytes))),
        outcome(() => tools.embed(changed(fileOf('lib2.core.wasm')), [text])),
      ]) {
        counts[code] = (counts[code] ?? 0) + 1;
      }
    }
    console.log(`2400 changed inputs: ${JSON.stringify(counts)}`);
    // A panic of the libraries is an error too, but has to stay an exception.
    for (const code of Object.keys(counts))
      assert.ok(code === 'ok' || code === 'internal' || known.has(code), code);
    assert.ok((counts.internal ?? 0) < 24, 'panics');
    works();
  });

  test('a panic of wit-component is an error, and leaves the next call usable', () => {
    // A component type where it takes for granted that there is a world.
    const noWorld = Buffer.from('0061736d0d00010007030141000b0701000177030000', 'hex');
    const name = Buffer.from('component-type');
    const section = [name.length, ...name, ...noWorld];
    const header = Buffer.from('0061736d0100000000', 'hex');
    const bytes = Buffer.from([...header, section.length, ...section]);
    for (let i = 0; i < 3; i++) {
      assert.equal(
        outcome(() => tools.component({ name: 'a.wasm', bytes })),
        'internal',
      );
      works();
    }
    writeFileSync(join(scratch, 'panics.wasm'), bytes);
    const { code, message, help, exit } = refusal('new', 'panics.wasm');
    assert.equal(code, 'internal');
    assert.match(message, /^the tool failed: panicked at /);
    assert.match(help, /report it/);
    assert.equal(exit, 1);
  });
});
