import assert from 'node:assert/strict';
import { test as nodeTest } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { instantiate } from '../lib/guest.mjs';

/** Calls of `fetch` under way, and how many have been at most. */
const fetching = { now: 0, most: 0 };

const host = {
  async fetch(key) {
    fetching.most = Math.max(fetching.most, ++fetching.now);
    await delay(20);
    fetching.now -= 1;
    if (key === 'x') throw { payload: 'no x' };
    return key.toUpperCase();
  },
};
const fresh = () => instantiate('python-async', { 'guest:python-async/host': host });

// (module (global i32 (i32.add (i32.const 1) (i32.const 1)))), which CPython needs
const extendedConst = '0061736d010000000609017f00410141016a0b';
const able = WebAssembly.validate(Buffer.from(extendedConst, 'hex'));
const test = !able ? () => {} : nodeTest;
if (!able) {
  nodeTest('an engine that is too old is told so', () =>
    assert.rejects(fresh(), {
      name: 'WindlassError',
      code: 'unsupported',
      message: /^this engine lacks what the component needs: /,
    }),
  );
}

test('coroutines', async () => {
  const python = await fresh();
  assert.equal(await python.greet('ä'), 'Hello, Ä!');
  await assert.rejects(python.greet('x'), { name: 'ComponentError', payload: 'no x' });
  assert.deepEqual(await python.all(['a', 'x', ...Array.from({ length: 20 }, () => 'b')]), [
    'A',
    '(no x)',
    ...Array.from({ length: 20 }, () => 'B'),
  ]);
  assert.equal(fetching.most, 22, 'they wait together');
});

test('streams', async () => {
  const python = await fresh();
  assert.equal(await python.total([1, 2, 2 ** 32 - 1]), 2n ** 32n + 2n);
  const source = 'text of some length '.repeat(20_000);
  const upper = await python.upper(new Blob([source]).stream());
  assert.ok((await new Response(upper).text()) === source.toUpperCase());
});
