import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const native = { ...Object.getOwnPropertyDescriptors(WebAssembly) };
await import('windlass/polyfill');

const component = (name) =>
  readFileSync(new URL(`../../../tests/runtimes/components/${name}.wasm`, import.meta.url));
const add = component('add');
const calls = component('calls');
const core = component('core');
const bad = Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9]);
const response = (bytes, type = 'application/wasm') =>
  new Response(bytes, { headers: { 'content-type': type } });
const imports = { 'test:app/numbers': { next: (x) => x + 1 } };

test('compile, then instantiate many times', async () => {
  const compiled = await WebAssembly.compile(calls);
  assert.ok(compiled instanceof WebAssembly.Component);
  assert.equal(Object.prototype.toString.call(compiled), '[object WebAssembly.Component]');
  assert.deepEqual(await WebAssembly.Component.imports(compiled), ['test:app/numbers@0.1.0']);
  assert.deepEqual(await WebAssembly.Component.exports(compiled), ['twice']);
  const one = await WebAssembly.instantiate(compiled, imports);
  const two = await WebAssembly.instantiate(compiled, imports);
  assert.ok(one instanceof WebAssembly.Instance);
  assert.equal(one.exports.twice(5), 7);
  assert.notEqual(one.exports.twice, two.exports.twice);
});

test('instantiate bytes, of an ArrayBuffer too', async () => {
  const { module, instance } = await WebAssembly.instantiate(add);
  assert.ok(module instanceof WebAssembly.Component);
  assert.equal(instance.exports.add(2, 40), 42);
  const buffer = add.buffer.slice(add.byteOffset, add.byteOffset + add.length);
  assert.equal((await WebAssembly.instantiate(buffer)).instance.exports.add(1, 1), 2);
});

test('bytes may change once they were passed', async () => {
  const bytes = new Uint8Array(add);
  const compiling = WebAssembly.compile(bytes);
  bytes.fill(0);
  const { exports } = await WebAssembly.instantiate(await compiling);
  assert.equal(exports.add(1, 2), 3);
});

test('the constructor', async () => {
  const compiled = new WebAssembly.Component(add);
  assert.equal((await WebAssembly.instantiate(compiled)).exports.add(1, 2), 3);
  assert.throws(() => new WebAssembly.Component(bad), WebAssembly.CompileError);
});

test('responses', async () => {
  const compiled = await WebAssembly.compileStreaming(response(add));
  assert.ok(compiled instanceof WebAssembly.Component);
  const { instance } = await WebAssembly.instantiateStreaming(
    Promise.resolve(response(calls)),
    imports,
  );
  assert.equal(instance.exports.twice(1), 3);
  await assert.rejects(WebAssembly.compileStreaming(response(add, 'text/plain')), TypeError);
});

test('what is refused is a CompileError', async () => {
  for (const compiling of [
    WebAssembly.compile(bad),
    WebAssembly.instantiate(bad),
    WebAssembly.compileStreaming(response(bad)),
  ]) {
    await assert.rejects(compiling, (error) => {
      assert.ok(error instanceof WebAssembly.CompileError);
      assert.equal(error.cause.code, 'invalid-component');
      return true;
    });
  }
});

test('validate', () => {
  for (const [bytes, expected] of [
    [add, true],
    [calls.buffer.slice(calls.byteOffset, calls.byteOffset + calls.length), true],
    [bad, false],
    [core, true],
    [core.subarray(0, -1), false],
    [Buffer.from('no wasm'), false],
  ]) {
    assert.equal(WebAssembly.validate(bytes), expected);
  }
  assert.throws(() => WebAssembly.validate('text'), TypeError);
});

test('core modules are untouched', async () => {
  assert.ok((await WebAssembly.compile(core)) instanceof WebAssembly.Module);
  assert.equal((await WebAssembly.instantiate(core)).instance.exports.one(), 1);
  const module = new WebAssembly.Module(core);
  assert.equal((await WebAssembly.instantiate(module)).exports.one(), 1);
  assert.ok((await WebAssembly.compileStreaming(response(core))) instanceof WebAssembly.Module);
  const { instance } = await WebAssembly.instantiateStreaming(response(core));
  assert.equal(instance.exports.one(), 1);
  await assert.rejects(WebAssembly.compileStreaming(response(core, 'text/plain')), TypeError);
  await assert.rejects(WebAssembly.compile(Buffer.from('no wasm')), WebAssembly.CompileError);
  await assert.rejects(WebAssembly.compileStreaming(new Response('', { status: 404 })), TypeError);
  await assert.rejects(WebAssembly.compile(7), TypeError);
});

test('properties are as those of the functions before', () => {
  for (const name of [
    'compile',
    'compileStreaming',
    'instantiate',
    'instantiateStreaming',
    'validate',
  ]) {
    const { value, ...now } = Object.getOwnPropertyDescriptor(WebAssembly, name);
    const { value: before, ...then } = native[name];
    assert.notEqual(value, before);
    assert.equal(value.name, name);
    assert.deepEqual(now, then);
  }
});
