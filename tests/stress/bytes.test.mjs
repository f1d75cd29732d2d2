/** A gigabyte through a component, in and out, while memory stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../guests/lib/guest.mjs';
import { inUse, resident } from './lib.mjs';

const GB = 2 ** 30;
/** The growth of the process that is allowed at any time, in bytes, garbage included. */
const PEAK = 200e6;

const host = { fetch: (key) => key, sleep: () => {} };
const { streams } = await instantiate('rust-async', { 'guest:asynchronous/host': host });

/** `size` bytes in chunks of different sizes, the n-th byte of which is the n-th of the pattern. */
function* chunks(size) {
  const pattern = new Uint8Array(2 ** 18 + 26).map((_, i) => 97 + (i % 26));
  let at = 0;
  for (let i = 0; at < size; i++) {
    const length = Math.min([65536, 1, 100_000, 262_144, 4096][i % 5], size - at);
    yield pattern.subarray(at % 26, (at % 26) + length);
    at += length;
  }
}

async function through(size, source) {
  let at = 0;
  let peak = 0;
  for await (const chunk of await streams.upper(source(size))) {
    // The ends of a chunk tell whether something is missing or in the wrong place.
    if (chunk[0] !== 65 + (at % 26) || chunk.at(-1) !== 65 + ((at + chunk.length - 1) % 26)) {
      assert.fail(`wrong bytes about ${at}`);
    }
    at += chunk.length;
    peak = Math.max(peak, resident());
  }
  assert.equal(at, size);
  return peak;
}

const sources = {
  'an iterable': chunks,
  'an async iterable': async function* (size) {
    yield* chunks(size);
  },
  'a ReadableStream'(size) {
    const source = chunks(size);
    return new ReadableStream({
      pull(controller) {
        const { done, value } = source.next();
        if (done) controller.close();
        // A stream may pass its chunks on, so it gets its own.
        else controller.enqueue(value.slice());
      },
    });
  },
};

for (const [name, source] of Object.entries(sources)) {
  test(`1 GB each way, from ${name}`, async () => {
    await through(GB / 16, source);
    const before = await inUse();
    const start = resident();
    const peak = await through(GB, source);
    const growth = (await inUse()) - before;
    assert.ok(growth < 1e6, `memory in use grew by ${growth} bytes`);
    assert.ok(peak - start < PEAK, `the process grew by ${((peak - start) / 1e6).toFixed(0)} MB`);
  });
}
