/** Many calls, one after the other and at one time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../guests/lib/guest.mjs';
import { Chance, inUse, seeds, staysFlat } from './lib.mjs';

const sleepers = [];
const host = {
  fetch: (key) => key,
  sleep: () => new Promise((settle) => sleepers.push(settle)),
};
const fresh = () => instantiate('rust-async', { 'guest:asynchronous/host': host });

test('1 000 000 synchronous calls', async () => {
  const { plain } = await fresh();
  await staysFlat((share) => {
    for (let i = 0; i < share * 1e6; i++) {
      if (plain(i) !== Math.imul(i, i) >>> 0) assert.fail(`at ${i}`);
    }
  });
});

test('200 000 asynchronous calls', async (t) => {
  const { add, greet, wait, streams } = await fresh();
  await t.test('100 000 that complete at once', () =>
    staysFlat(async (share) => {
      for (let i = 0; i < share * 1e5; i++) assert.equal(await add(i, 1), i + 1);
    }),
  );
  await t.test('40 000 that call the host', () =>
    staysFlat(async (share) => {
      for (let i = 0; i < share * 4e4; i++) assert.equal(await greet('k'), 'Hello, k!');
    }),
  );
  await t.test('40 000 that wait for the host', () =>
    staysFlat(async (share) => {
      for (let i = 0; i < share * 4e4; i++) {
        const waited = wait(1);
        sleepers.pop()();
        await waited;
      }
    }),
  );
  await t.test('20 000 that pass a stream in and a stream out', () =>
    staysFlat(async (share) => {
      for (let i = 0; i < share * 2e4; i++) {
        let sum = 0;
        for await (const numbers of await streams.doubled([i, 1])) {
          for (const number of numbers) sum += number;
        }
        assert.equal(sum, 2 * i + 2);
      }
    }),
  );
});

for (const seed of seeds(1)) {
  test(`10 000 calls at one time, answered in the order of seed ${seed}`, async () => {
    const chance = new Chance(seed);
    const { wait, add } = await fresh();
    const round = async () => {
      let done = 0;
      const calls = Array.from({ length: 10_000 }, () => wait(1).then(() => done++));
      assert.equal(sleepers.length, 10_000);
      // Others go on meanwhile.
      assert.equal(await add(1, 2), 3);
      assert.equal(done, 0);
      while (sleepers.length > 0) {
        chance.take(sleepers)();
        if (chance.once(100)) await Promise.resolve();
      }
      await Promise.all(calls);
      assert.equal(done, 10_000);
    };
    await round();
    const before = await inUse();
    for (let i = 0; i < 3; i++) await round();
    const growth = (await inUse()) - before;
    assert.ok(growth < 1e6, `memory in use grew by ${growth} bytes`);
  });
}
