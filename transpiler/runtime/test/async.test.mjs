import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AsyncInstance, backpressureDec, backpressureInc } from '../async/instance.js';
import { callFromHost } from '../async/call.js';
import { contextGet, contextSet, taskReturn } from '../async/task.js';
import { dropEnd, liftReadable, lowerReadable } from '../async/copy-end.js';
import { futureNew } from '../async/future.js';
import { Lifted } from '../async/lift.js';
import { Store } from '../async/store.js';
import { streamCopy, streamNew } from '../async/stream.js';
import { forwardEnds } from '../async/forward.js';
import { waitableJoin, waitableSetNew, waitableSetPoll } from '../async/waitable.js';

const EXIT = 0;
const YIELD = 1;
const BLOCKED = -1;
const COMPLETED = 0;
const DROPPED = 1;
const TYPE = 7;
const bytes = { size: 1, align: 1, isNumber: true };

function instance() {
  return new AsyncInstance(new Store());
}

function memory() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const cx = {
    memory,
    refresh() {
      this.u8 = new Uint8Array(memory.buffer);
      this.view = new DataView(memory.buffer);
    },
  };
  cx.refresh();
  return cx;
}

/** A function lifted with a callback. */
function lift(instance, core, callback, facts = {}) {
  const options = { isAsync: true, isAsyncAbi: true, signature: 0, ...facts };
  return new Lifted(instance, options, core, callback);
}

const call = (lifted, ...args) =>
  callFromHost(
    lifted,
    () => args,
    ([value]) => value,
    (error) => error,
  );

test('tasks that yield take turns', async () => {
  const it = instance();
  const order = [];
  const task = (name, turns) =>
    lift(
      it,
      () => {
        contextSet(it, 0, turns);
        return YIELD;
      },
      () => {
        order.push(name);
        const left = contextGet(it, 0) - 1;
        contextSet(it, 0, left);
        if (left > 0) return YIELD;
        taskReturn(it, 0, [name]);
        return EXIT;
      },
    );
  const results = await Promise.all([call(task('a', 3), 0), call(task('b', 3), 0)]);
  assert.deepEqual(results, ['a', 'b']);
  assert.deepEqual(order, ['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a task that yields for ever does not starve the event loop', async () => {
  const it = instance();
  let isDone = false;
  const spin = lift(
    it,
    () => YIELD,
    () => {
      if (!isDone) return YIELD;
      taskReturn(it, 0, ['done']);
      return EXIT;
    },
  );
  const spinning = call(spin);
  await new Promise((resolve) => setTimeout(resolve, 5));
  isDone = true;
  assert.equal(await spinning, 'done');
});

test('backpressure holds calls back, in their order', async () => {
  const it = instance();
  const started = [];
  const f = lift(
    it,
    (x) => {
      started.push(x);
      taskReturn(it, 0, [x]);
      return EXIT;
    },
    () => EXIT,
  );
  backpressureInc(it);
  const calls = [call(f, 1), call(f, 2), call(f, 3)];
  await Promise.resolve();
  assert.deepEqual(started, []);
  backpressureDec(it);
  assert.deepEqual(await Promise.all(calls), [1, 2, 3]);
  assert.deepEqual(started, [1, 2, 3]);
  assert.throws(() => backpressureDec(it), WebAssembly.RuntimeError);
});

test('a trap rejects every call, and those that come later', async () => {
  const it = instance();
  const parked = lift(
    it,
    () => (waitableSetNew(it) << 4) | 2,
    () => EXIT,
  );
  const broken = lift(
    it,
    () => 9,
    () => EXIT,
  );
  const waiting = call(parked);
  const failed = call(broken);
  await assert.rejects(failed, /unsupported callback code/);
  await assert.rejects(waiting, /unsupported callback code/);
  await assert.rejects(call(parked), /cannot enter component instance/);
});

test('a trap that nobody waits for is the cause of what comes later', async () => {
  const it = instance();
  const broken = lift(
    it,
    () => {
      taskReturn(it, 0, [1]);
      return 9;
    },
    () => EXIT,
  );
  assert.equal(await call(broken), 1);
  for (let i = 0; i < 2; i++) {
    await assert.rejects(call(broken), ({ message, cause }) => {
      assert.equal(message, 'cannot enter component instance');
      assert.match(cause.message, /unsupported callback code/);
      return true;
    });
  }
});

test('a task that ends without a result is a trap', async () => {
  const it = instance();
  const silent = lift(
    it,
    () => EXIT,
    () => EXIT,
  );
  await assert.rejects(call(silent), /failed to produce a result/);
});

/** Both ends of a stream of bytes between two memories of two instances. */
function streamBetween() {
  const [writer, reader] = [instance(), instance()];
  const [from, to] = [memory(), memory()];
  const ends = streamNew(writer, TYPE);
  const writable = Number(ends >> 32n);
  const readable = lowerReadable(reader, liftReadable(writer, TYPE, Number(ends & 0xffffffffn)));
  return {
    from,
    to,
    write: (ptr, length) =>
      streamCopy(writer, TYPE, false, true, bytes, from, writable, ptr, length),
    read: (ptr, length) => streamCopy(reader, TYPE, true, true, bytes, to, readable, ptr, length),
    dropWriter: () => dropEnd(writer, TYPE, false, writable),
    dropReader: () => dropEnd(reader, TYPE, true, readable),
    reader,
    readable,
  };
}

test('a write meets a read, in part', () => {
  const it = streamBetween();
  it.from.u8.set([1, 2, 3, 4, 5], 10);
  assert.equal(it.write(10, 5), BLOCKED);
  assert.equal(it.read(0, 2), COMPLETED | (2 << 4));
  assert.equal(it.read(2, 8), COMPLETED | (3 << 4));
  assert.deepEqual([...it.to.u8.subarray(0, 6)], [1, 2, 3, 4, 5, 0]);
});

test('a reader learns from its set that the writer went, once', () => {
  const it = streamBetween();
  const set = waitableSetNew(it.reader);
  waitableJoin(it.reader, it.readable, set);
  it.dropWriter();
  assert.equal(waitableSetPoll(it.reader, it.to, set, 0), 2);
  assert.equal(it.to.view.getInt32(4, true), DROPPED);
  assert.equal(waitableSetPoll(it.reader, it.to, set, 0), 0);
  assert.throws(() => it.read(0, 1), /cannot read from stream after being notified/);
  it.dropReader();
});

test('a range beyond the memory is a trap', () => {
  const it = streamBetween();
  assert.throws(() => it.read(65530, 7), /out of bounds/);
  assert.throws(() => it.read(0, 2 ** 28), /too large/);
});

test('a forwarded stream reaches over two', () => {
  const it = instance();
  const cx = memory();
  const [a, b] = [streamNew(it, TYPE), streamNew(it, TYPE)];
  const low = (ends) => Number(ends & 0xffffffffn);
  const high = (ends) => Number(ends >> 32n);
  assert.equal(streamCopy(it, TYPE, true, true, bytes, cx, low(b), 100, 4), BLOCKED);
  forwardEnds(it, TYPE, low(a), high(b));
  cx.u8.set([7, 8], 0);
  assert.equal(streamCopy(it, TYPE, false, true, bytes, cx, high(a), 0, 2), COMPLETED | (2 << 4));
  assert.deepEqual([...cx.u8.subarray(100, 103)], [7, 8, 0]);
});

test('the writable end of a future may not go unwritten', () => {
  const it = instance();
  const ends = futureNew(it, TYPE);
  assert.throws(
    () => dropEnd(it, TYPE, false, Number(ends >> 32n)),
    /without first writing a value/,
  );
  assert.throws(() => dropEnd(it, TYPE, true, Number(ends >> 32n)), /used with the wrong type/);
});

test('what waits for its turn stays bounded while the host leaves the event loop none', async () => {
  const it = instance();
  const yielding = lift(
    it,
    () => YIELD,
    () => {
      taskReturn(it, 0, [1]);
      return EXIT;
    },
  );
  let open = 0;
  let most = 0;
  const calls = [];
  for (let i = 0; i < 20_000; i++) {
    most = Math.max(most, ++open);
    calls.push(call(yielding).then(() => open--));
    // Only microtasks, so no turn of the event loop.
    await undefined;
  }
  await Promise.all(calls);
  assert.equal(open, 0);
  assert.ok(most < 5000, `${most} calls were open at one time`);
});
