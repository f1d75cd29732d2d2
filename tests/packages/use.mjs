// Runs in a folder where the packages are installed: `node use.mjs hello.wasm`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createWasi } from '@windlass/wasi';
import { compile, instantiate, transpile, transpileAsync, WindlassError } from 'windlass';

const bytes = readFileSync(process.argv[2]);

const transpiled = transpile(bytes, { name: 'hello' });
const { files, imports, exports } = transpiled;
assert.equal([...files.keys()][0], 'hello.js');
assert.ok([...files].some(([name, { length }]) => name.endsWith('.wasm') && length > 1000));
assert.ok([...imports.keys()].some((name) => name.startsWith('wasi:')));
assert.ok(exports.includes('shout'));
assert.deepEqual(await transpileAsync(bytes, { name: 'hello' }), transpiled);

const component = await compile(bytes);
const one = component.instantiate(createWasi({ env: { VISITOR: 'one' } }));
const two = component.instantiate(createWasi({ env: { VISITOR: 'two' } }));
assert.equal(one.visitor(), 'one');
assert.equal(two.visitor(), 'two');

const { shout, guests } = await instantiate(bytes, createWasi({}));
assert.equal(shout('über'), 'ÜBER');
assert.equal(guests.greet({ name: 'Ada', languages: ['fr'] }), 'Bonjour, Ada!');

assert.throws(
  () => transpile(new Uint8Array([1, 2, 3])),
  (error) => {
    assert.ok(error instanceof WindlassError);
    assert.equal(error.code, 'not-wasm');
    return true;
  },
);
assert.throws(() => transpile(bytes, { target: 'moon' }), { code: 'invalid-option' });
// A call that failed leaves the next one unharmed.
assert.equal(transpile(bytes, { name: 'hello' }).files.size, files.size);
console.log('used');
