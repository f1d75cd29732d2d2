/** Components that are compiled and dropped are released. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compile } from 'windlass';
import { stack } from './support.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

async function inUse() {
  for (let round = 0; round < 5; round++) {
    await turn();
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const bytes = readFileSync(stack);
const at = bytes.lastIndexOf('wasi:cli/run');

/** A component whose export has a name of its own, and so glue of its own. */
function distinct(i) {
  const name = Array.from({ length: 4 }, (_, k) => 97 + (Math.floor(i / 26 ** k) % 26));
  const copy = Uint8Array.from(bytes);
  copy.set(name, at);
  return copy;
}

test('1,000 distinct components that are compiled and dropped leave at most 5 MB', async () => {
  const names = new Set();
  const run = async (from, to) => {
    for (let i = from; i < to; i++) {
      const component = await compile(distinct(i));
      for (const name of component.exports) names.add(name);
      const exports = component.instantiate();
      for (const name of Object.keys(exports)) names.add(name);
    }
  };
  // Whatever the transpiler and the engine keep once for all is there by then.
  await run(0, 100);
  const before = await inUse();
  await run(100, 1100);
  const growth = (await inUse()) - before;
  assert.ok(names.size > 1000, 'the components are not distinct');
  assert.ok(growth < 5e6, `${(growth / 1e6).toFixed(1)} MB`);
});

test('what is compiled of the same bytes is each by itself', async () => {
  const [a, b] = [await compile(bytes), await compile(bytes)];
  assert.throws(() => a.instantiate().run.run(), RangeError);
  const e = b.instantiate();
  assert.throws(() => e.run.run(), RangeError);
  assert.throws(() => e.run.run(), /cannot enter/);
});
