import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWasi } from '@windlass/wasi';
import {
  compile,
  inspect,
  instantiate,
  transpile,
  transpileAsync,
  types,
  wit,
  WindlassError,
} from 'windlass';
import { helloBytes } from './support.mjs';

describe('transpile', () => {
  test('gives files, imports and exports', async () => {
    const result = transpile(helloBytes, { name: 'hello' });
    assert.equal([...result.files.keys()][0], 'hello.js');
    assert.ok(result.exports.includes('shout') && result.exports.includes('guests'));
    assert.ok(
      [...result.imports].every(
        ([name, to]) => name.startsWith('wasi:') && /^@windlass\/wasi\/\w+#\w+$/.test(to),
      ),
    );
    assert.deepEqual(await transpileAsync(helloBytes, { name: 'hello' }), result);
  });

  test('takes bytes in any form', () => {
    const { buffer, byteOffset, byteLength } = new Uint8Array(helloBytes);
    const expected = transpile(helloBytes);
    assert.deepEqual(transpile(buffer.slice(byteOffset, byteOffset + byteLength)), expected);
    assert.deepEqual(transpile(new DataView(buffer, byteOffset, byteLength)), expected);
    assert.throws(() => transpile('hello.wasm'), TypeError);
  });

  test('refuses options that make no sense', () => {
    const wrong = [
      { name: 1 },
      { target: 'moon' },
      { target: {} },
      { map: 'a=b' },
      { map: { a: 1 } },
      { minify: 'yes' },
      { minfy: true },
      { budget: { ouptut: 1 } },
      { asyncExports: 'shout' },
      { asyncImports: ['no-such-import'] },
      { syncExports: [1] },
      { asyncExports: ['no-such-function'] },
      { budget: { output: -1 } },
      { budget: { lift: 1.5 } },
    ];
    for (const options of wrong) {
      assert.throws(
        () => transpile(helloBytes, options),
        (error) => error instanceof WindlassError && error.code === 'invalid-option',
        JSON.stringify(options),
      );
    }
  });

  test('a refusal has a code, and leaves the next call unharmed', async () => {
    const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 7, 200]);
    assert.throws(() => transpile(bytes), { name: 'WindlassError', code: 'invalid-component' });
    await assert.rejects(transpileAsync(bytes), { code: 'invalid-component' });
    assert.throws(() => transpile(helloBytes, { budget: { output: 10 } }), {
      code: 'budget-exceeded',
    });
    assert.ok(transpile(helloBytes).files.size > 2);
  });

  test('JSON of an error is its fields', () => {
    try {
      transpile(new Uint8Array(3));
      assert.fail('was accepted');
    } catch (error) {
      const { code, message } = JSON.parse(JSON.stringify(error));
      assert.equal(code, 'not-wasm');
      assert.equal(message, error.message);
    }
  });
});

describe('compile and instantiate', () => {
  test('instances share nothing', async () => {
    const component = await compile(helloBytes);
    assert.ok(component.imports.some((name) => name.startsWith('wasi:cli/environment@')));
    const [a, b] = ['a', 'b'].map((name) =>
      component.instantiate(createWasi({ env: { VISITOR: name } })),
    );
    assert.deepEqual([a.visitor(), b.visitor()], ['a', 'b']);
    const book = new a.guests.GuestBook(1);
    assert.equal(book.sign({ name: 'x', languages: [] }, ''), 1);
    assert.throws(() => book.sign({ name: 'y', languages: [] }, ''), {
      name: 'ComponentError',
      payload: { tag: 'full', val: 1 },
    });
    assert.throws(() => b.guests.GuestBook.merge(book, book), TypeError);
  });

  test('in one step, and nothing is left behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('windlass-'));
    const { shout } = await instantiate(helloBytes, createWasi({}));
    assert.equal(shout('straße'), 'STRASSE');
    const added = readdirSync(tmpdir()).filter(
      (name) => /^windlass-[A-Za-z0-9]{6}$/.test(name) && !before.includes(name),
    );
    assert.deepEqual(added, []);
  });

  test('exports that are to return promises', async () => {
    const component = await compile(helloBytes, { asyncExports: ['shout'] });
    const { shout, summarize } = component.instantiate(createWasi());
    const promise = shout('a');
    assert.ok(promise instanceof Promise);
    assert.equal(await promise, 'A');
    assert.ok(!(summarize instanceof Promise));
    const both = { asyncExports: ['*'], syncExports: ['sho*'] };
    assert.match(
      new TextDecoder().decode(transpile(helloBytes, both).files.get('component.d.ts')),
      /function shout\(text: string\): string;/,
    );
  });

  test('the lift budget of an instance', async () => {
    const component = await compile(helloBytes);
    const { shout } = component.instantiate(createWasi({}), { maxLiftBytes: 100 });
    assert.equal(shout('short'), 'SHORT');
    assert.throws(() => shout('x'.repeat(1000)));
  });
});

test('the Wasm build gives the same', () => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { createHash } from 'node:crypto';
    import { transpile } from 'windlass';
    const hash = createHash('sha256');
    const { files, imports } = transpile(readFileSync(0));
    for (const [name, contents] of files) hash.update(name).update(contents);
    console.log(hash.digest('hex'), JSON.stringify([...imports]));`;
  const hashOf = (binding) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: new URL('.', import.meta.url),
      input: helloBytes,
      env: { ...process.env, WINDLASS_BINDING: binding },
      encoding: 'utf8',
    });
  assert.equal(hashOf('native'), hashOf('wasm'));
});

test('the build for browsers gives the same, after `init`', () => {
  const script = `
    import assert from 'node:assert/strict';
    import { readFileSync } from 'node:fs';
    import { init, transpile, transpileAsync } from 'windlass';
    const hello = readFileSync(0);
    assert.throws(() => transpile(hello), { code: 'no-binding' });
    await init(readFileSync(${JSON.stringify(fileURLToPath(import.meta.resolve('@windlass/wasm/windlass.wasm')))}));
    assert.deepEqual(await transpileAsync(hello), transpile(hello));
    console.log(transpile(hello).exports.join());`;
  const args = ['--conditions=browser', '--input-type=module', '-e', script];
  const options = { cwd: new URL('.', import.meta.url), input: helloBytes, encoding: 'utf8' };
  const exports = execFileSync(process.execPath, args, options);
  assert.equal(exports.trim(), transpile(helloBytes).exports.join());
});

describe('types, wit and inspect', () => {
  test('of a component', () => {
    const declared = types(helloBytes, { name: 'hello' });
    assert.deepEqual([...declared.keys()], ['hello.d.ts', 'hello.instantiate.d.ts']);
    assert.deepEqual(
      declared.get('hello.d.ts'),
      transpile(helloBytes, { name: 'hello' }).files.get('hello.d.ts'),
    );
    assert.match(wit(helloBytes), /export shout: func\(text: string\) -> string;/);
    const { imports, exports } = inspect(helloBytes);
    assert.ok(imports.some(({ name }) => name.startsWith('wasi:cli/environment@')));
    assert.ok(exports.some(({ name }) => name === 'shout'));
  });

  test('of WIT text', () => {
    const files = types({
      'calls.wit': 'package a:b; world w { export add: func(a: u32) -> u64; }',
    });
    assert.match(
      new TextDecoder().decode(files.get('w.d.ts')),
      /function add\(a: number\): bigint/,
    );
    assert.throws(
      () => types({ 'calls.wit': 'package a:b; world w { export f: func() -> strin; }' }),
      (error) => {
        assert.equal(error.code, 'invalid-wit');
        assert.match(error.at, /^calls\.wit:1:\d+/);
        assert.equal(error.help, 'did you mean `string`?');
        return true;
      },
    );
  });

  test('of what is no component', () => {
    for (const of of [types, wit, inspect]) {
      assert.throws(() => of(new TextEncoder().encode('text')), { code: 'not-wasm' });
      assert.throws(() => of(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), {
        code: 'core-module',
      });
    }
  });
});
