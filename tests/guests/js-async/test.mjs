import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as nodeTest } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from '../../lib/setup.mjs';
import { instantiate } from '../lib/guest.mjs';
import { guests } from '../lib/steps.mjs';

/** Calls of `fetch` under way, and how many have been at most. */
const fetching = { now: 0, most: 0 };

const host = {
  async fetch(key) {
    fetching.most = Math.max(fetching.most, ++fetching.now);
    await delay(20);
    fetching.now -= 1;
    return key === 'x' ? { tag: 'err', val: 'no x' } : { tag: 'ok', val: key.toUpperCase() };
  },
};
const fresh = () => instantiate('js-async', { 'guest:js-async/host': host });

// (module (global i32 (i32.add (i32.const 1) (i32.const 1)))), which QuickJS needs
const extendedConst = '0061736d010000000609017f00410141016a0b';
const able = WebAssembly.validate(Buffer.from(extendedConst, 'hex'));
const test = able ? nodeTest : () => {};
if (!able) {
  nodeTest('an engine that is too old is told so', () =>
    assert.rejects(fresh(), {
      name: 'WindlassError',
      code: 'unsupported',
      message: /^this engine lacks what the component needs: /,
    }),
  );
}

async function gather(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('promises of JavaScript on both sides', async () => {
  const js = await fresh();
  assert.equal(js.plain(7), 49);
  assert.equal(await js.greet('ä'), 'Hello, Ä!');
  await assert.rejects(js.greet('x'), { name: 'ComponentError', payload: 'no x' });
  assert.deepEqual(await js.all(['a', 'x', ...Array.from({ length: 20 }, () => 'b')]), [
    'A',
    '(no x)',
    ...Array.from({ length: 20 }, () => 'B'),
  ]);
  assert.equal(fetching.most, 22, 'they wait together');
  assert.equal(await js.shout(delay(10, 'später')), 'SPÄTER');
});

test('streams', async () => {
  const { streams } = await fresh();
  const source = 'text of some length '.repeat(20_000);
  const upper = await streams.upper(new Blob([source]).stream());
  assert.ok((await new Response(upper).text()) === source.toUpperCase());
  assert.equal(await streams.total([1, 2, 2 ** 31]), 2 ** 31 + 3);
  assert.deepEqual(await gather(await streams.items(['a', 'bb'])), [
    { name: 'a', size: 1 },
    { name: 'bb', size: 2 },
  ]);
});

test('readers that go away', async () => {
  const { streams } = await fresh();
  let returned = false;
  function* endless() {
    try {
      for (let size = 0; ; size++) yield { name: `n${size}`, size };
    } finally {
      returned = true;
    }
  }
  assert.deepEqual(await streams.head(endless(), 3), ['n0', 'n1', 'n2']);
  await delay(10);
  assert.ok(returned);
  for await (const { name } of await streams.items(['a', 'b', 'c'])) {
    assert.equal(name, 'a');
    break;
  }
  assert.equal(await streams.total([1]), 1);
});

// The toolchains cannot make an import that is `async`, so no test here has one.
nodeTest('neither toolchain imports an `async func`', async (t) => {
  const folder = mkdtempSync(join(guests, 'build/async-import-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const wit = join(folder, 'world.wit');
  const js = join(folder, 'app.mjs');
  writeFileSync(
    wit,
    'package a:b; world w { import later: async func(); export f: async func(); }',
  );
  writeFileSync(js, 'export async function f() {}\n');
  const make = async (program) => {
    const { code, output } = await capture(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ]);
    assert.notEqual(code, 0);
    return output;
  };
  const quickjs = `import { componentize } from ${JSON.stringify(import.meta.resolve('componentize-qjs'))};
    await componentize({ witPath: ${JSON.stringify(wit)}, jsSource: 'export async function f() {}' });`;
  assert.match(await make(quickjs), /type mismatch with async/);
  const spidermonkey = `import { componentize } from ${JSON.stringify(import.meta.resolve('@bytecodealliance/componentize-js'))};
    await componentize({ sourcePath: ${JSON.stringify(js)}, witPath: ${JSON.stringify(wit)}, worldName: 'w' });`;
  assert.match(await make(spidermonkey), /not yet implemented/);
});
