/** Calls, streams and futures that are given up, dropped and broken at random. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { instantiate } from '../guests/lib/guest.mjs';
import { Chance, seeds, staysFlat } from './lib.mjs';

const CALLS = 20_000;
const MAX_OPEN = 200;

/** Requests to the host, to be answered in any order. */
class Host {
  waiting = [];

  constructor(chance) {
    this.chance = chance;
  }

  ask = (answer) =>
    this.chance.once(4)
      ? answer
      : new Promise((resolve) => this.waiting.push(() => resolve(answer)));

  answerSome() {
    for (let n = this.chance.below(1 + this.waiting.length / 4); n >= 0; n--) {
      this.chance.take(this.waiting)?.();
    }
  }
}

/** Numbers in chunks, of which reading some may fail or wait. */
async function* numbers(count, { chance, breaksAt, reason }) {
  for (let i = 0; i < count; i++) {
    if (i === breaksAt) throw reason;
    if (chance.once(3)) await turn();
    yield i;
  }
}

for (const seed of seeds(1, 2)) {
  test(`what is given up at random, by seed ${seed}`, async () => {
    const chance = new Chance(seed);
    const host = new Host(chance);
    const reported = [];
    const { streams, ...exports } = await instantiate(
      'rust-async',
      {
        'guest:asynchronous/host': {
          fetch: (key) => host.ask(`name of ${key}`),
          sleep: () => host.ask(undefined),
        },
      },
      {},
      { onStreamError: (error) => reported.push(error) },
    );
    const outcomes = { right: 0, aborted: 0, broken: 0, dropped: 0 };

    /** One call, and the model of how it may end. */
    const one = async () => {
      const controller = new AbortController();
      const signal = chance.once(2) ? controller.signal : undefined;
      const reason = new Error(`reason ${chance.below(1000)}`);
      const mayAbort = signal !== undefined;
      if (mayAbort) {
        const abort = () => controller.abort(reason);
        if (chance.once(8)) abort();
        else if (chance.once(2)) queueMicrotask(abort);
        else host.waiting.push(abort);
      }
      const count = chance.below(20);
      const breaksAt = chance.once(4) ? chance.below(count + 1) : -1;
      const isBroken = breaksAt >= 0 && breaksAt < count;
      const broken = new Error('broken');
      const source = () => numbers(count, { chance, breaksAt, reason: broken });
      const sum = (count * (count - 1)) / 2;
      const options = { signal };
      const kinds = {
        add: async () => assert.equal(await exports.add(count, 1, options), count + 1),
        wait: async () => assert.equal(await exports.wait(1, options), undefined),
        greet: async () =>
          assert.equal(await exports.greet(`${count}`, options), `Hello, name of ${count}!`),
        race: async () => assert.match(await exports.race(['a', 'b', 'c'], options), /^name of/),
        shout: async () => {
          const text = isBroken ? Promise.reject(broken) : host.ask('text');
          assert.equal(await exports.shout(text, options), 'TEXT');
        },
        total: async () => {
          async function* large() {
            for await (const n of source()) yield BigInt(n);
          }
          assert.equal(await streams.total(large(), options), BigInt(sum));
          if (isBroken) assert.fail('it was broken');
        },
        doubled: async () => {
          const doubled = await streams.doubled(source(), options);
          const stopsAt = chance.once(3) ? chance.below(count + 1) : -1;
          let at = 0;
          for await (const chunk of doubled) {
            for (const n of chunk) assert.equal(n, 2 * at++);
            if (stopsAt >= 0 && at > stopsAt) {
              outcomes.dropped++;
              return;
            }
          }
          assert.equal(at, isBroken ? breaksAt : count);
        },
      };
      try {
        // A promise that rejects leaves the future that `shout` returned without a value.
        const kind = chance.pick(Object.keys(kinds).filter((k) => k !== 'shout' || !isBroken));
        await kinds[kind]();
        outcomes.right++;
      } catch (error) {
        if (mayAbort && error === reason) outcomes.aborted++;
        else if (isBroken && error === broken) outcomes.broken++;
        else throw error;
      }
    };

    await staysFlat(async (share) => {
      const open = new Set();
      for (let i = 0; i < CALLS * share; i++) {
        const call = one();
        open.add(call);
        call.finally(() => open.delete(call)).catch(() => {});
        if (open.size >= MAX_OPEN || chance.once(20)) {
          await turn();
          host.answerSome();
        }
      }
      while (open.size > 0) {
        await turn();
        host.answerSome();
        if (host.waiting.length === 0) await Promise.race([...open, turn()]);
      }
      // Whoever was given up still hears what it waited for.
      while (host.waiting.length > 0) host.answerSome();
      for (let i = 0; i < 50; i++) await turn();
    }, 1.5e6);

    assert.equal(await exports.add(1, 2), 3);
    assert.ok(
      Object.values(outcomes).every((n) => n > CALLS / 100),
      JSON.stringify(outcomes),
    );
    assert.ok(reported.every((error) => error.message === 'broken'));
    assert.ok(reported.length > 0);
  });
}
