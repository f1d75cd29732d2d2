import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { instantiate } from '../lib/guest.mjs';

const names = new Map([
  ['a', 'Ada'],
  ['g', 'Grace'],
  ['k', '楓'],
]);
/** Calls of `sleep` under way, and how many have been at most. */
const sleeping = { now: 0, most: 0 };

const host = {
  /** The later the key in the alphabet, the sooner the answer. */
  async fetch(key) {
    await delay(200 - key.charCodeAt(0));
    if (!names.has(key)) throw { payload: `no ${key}` };
    return names.get(key);
  },
  async sleep(milliseconds) {
    sleeping.most = Math.max(sleeping.most, ++sleeping.now);
    await delay(milliseconds);
    sleeping.now -= 1;
  },
};
const fresh = () => instantiate('rust-async', { 'guest:asynchronous/host': host });

async function gather(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('a call that completes at once, and a synchronous one', async () => {
  const exports = await fresh();
  const sum = exports.add(2 ** 32 - 1, 3);
  assert.ok(sum instanceof Promise);
  assert.equal(await sum, 2);
  assert.equal(exports.plain(7), 49);
});

test('a call that waits for the host', async () => {
  const exports = await fresh();
  assert.equal(await exports.greet('k'), 'Hello, 楓!');
  await assert.rejects(exports.greet('x'), { name: 'ComponentError', payload: 'no x' });
});

test('calls at one time', async () => {
  const exports = await fresh();
  assert.deepEqual(await Promise.all([exports.greet('a'), exports.greet('g'), exports.add(1, 1)]), [
    'Hello, Ada!',
    'Hello, Grace!',
    2,
  ]);
  assert.deepEqual(await exports.all(['a', 'z', 'k']), ['Ada', '(no z)', '楓']);
  assert.equal(await exports.race(['a', 'k', 'g']), '楓');
  await Promise.all(Array.from({ length: 50 }, () => exports.wait(100)));
  assert.equal(sleeping.most, 50, 'they wait together');
});

test('futures both ways', async () => {
  const exports = await fresh();
  assert.equal(await exports.shout(delay(20, 'später')), 'SPÄTER');
  assert.equal(await exports.shout(Promise.resolve('')), '');
});

test('streams of numbers', async () => {
  const { streams } = await fresh();
  assert.deepEqual(
    Array.from(await gather(await streams.doubled([1, 2, 2 ** 31]))).flatMap((n) =>
      typeof n === 'number' ? n : [...n],
    ),
    [2, 4, 0],
  );
  assert.equal(await streams.total([1n, 2n, 2n ** 63n]), 2n ** 63n + 3n);
  async function* slowly() {
    for (let n = 0n; n < 5n; n++) {
      await delay(5);
      yield n;
    }
  }
  assert.equal(await streams.total(slowly()), 10n);
});

test('streams of bytes', async () => {
  const { streams } = await fresh();
  const upper = await streams.upper(new Blob(['some ', 'text']).stream());
  assert.ok(upper instanceof ReadableStream);
  assert.equal(await new Response(upper).text(), 'SOME TEXT');
  const source = Buffer.alloc(3_000_000, 'abcdefg');
  const large = await new Response(await streams.upper(new Blob([source]).stream())).text();
  assert.ok(large === source.toString().toUpperCase());
  assert.deepEqual(
    await streams.head(new Blob([source]).stream(), 5),
    Uint8Array.from(source.subarray(0, 5)),
  );
});

test('streams of records', async () => {
  const { streams } = await fresh();
  assert.deepEqual(await gather(await streams.items(['a', 'missing', 'k'])), [
    { name: 'a', size: 3n },
    { name: 'k', size: 3n },
  ]);
});

test('a reader that goes away', async () => {
  const { streams } = await fresh();
  for await (const item of await streams.items(['a', 'g', 'k', 'a', 'g'])) {
    assert.equal(item.name, 'a');
    break;
  }
  assert.equal(await streams.total([1n]), 1n);
});

test('a call that is given up', async () => {
  const exports = await fresh();
  const reason = new Error('no longer wanted');
  const controller = new AbortController();
  const waiting = exports.wait(1500, { signal: controller.signal });
  const other = exports.greet('k', { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(waiting, (error) => error === reason);
  await assert.rejects(other, (error) => error === reason);
  assert.equal(sleeping.now, 1, 'nobody waited for the host');
  await assert.rejects(exports.add(1, 2, { signal: controller.signal }), (e) => e === reason);
  assert.equal(await exports.greet('g'), 'Hello, Grace!');
});

test('streams and futures of the host that fail', async () => {
  const exports = await fresh();
  const reason = new Error('broken');
  async function* failing() {
    yield 1n;
    await delay(5);
    throw reason;
  }
  await assert.rejects(exports.streams.total(failing()), (error) => error === reason);
  // The call is over when this one fails, so the reader sees the end and the error is reported.
  const { error } = console;
  const reported = [];
  console.error = (...args) => reported.push(args);
  try {
    const failed = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array([97])),
      pull: (controller) => controller.error(reason),
    });
    assert.equal(await new Response(await exports.streams.upper(failed)).text(), 'A');
  } finally {
    console.error = error;
  }
  assert.deepEqual(reported, [[reason]]);
  assert.equal(await exports.streams.total([1n, 2n]), 3n);
});
