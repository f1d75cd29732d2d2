/** A component with a core module that a page does not instantiate at once, by the API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, instantiate } from 'windlass';
import 'windlass/polyfill';
import { largeComponent, onPage } from '../../../tests/lib/large.mjs';

const bytes = largeComponent();

test('instantiate', async () => {
  assert.equal(await onPage(async () => (await instantiate(bytes)).run()), 42);
});

test('compile, and both forms', async () => {
  await onPage(async () => {
    const component = await compile(bytes);
    assert.throws(() => component.instantiate(), /disallowed on the main thread/);
    assert.equal((await component.instantiateAsync()).run(), 42);
  });
  assert.equal((await compile(bytes)).instantiate().run(), 42);
});

test('the polyfill', async () => {
  await onPage(async () => {
    assert.equal((await WebAssembly.instantiate(bytes)).instance.exports.run(), 42);
    const component = await WebAssembly.compile(bytes);
    assert.equal((await WebAssembly.instantiate(component)).exports.run(), 42);
  });
});

test('options are checked in both forms', async () => {
  const component = await compile(bytes);
  await assert.rejects(component.instantiateAsync({}, { maxLift: 1 }), /maxLift/);
});
