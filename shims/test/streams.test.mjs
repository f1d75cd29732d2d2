// Byte streams and pollables, over grants that need no platform.

import assert from 'node:assert/strict';
import test from 'node:test';

import { createWasi } from './lib.mjs';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function stdout(output) {
  return createWasi({ stdout: output })['wasi:cli/stdout'].getStdout();
}

function stdin(input) {
  return createWasi({ stdin: input })['wasi:cli/stdin'].getStdin();
}

function isClosed(error) {
  assert.deepEqual(error.payload, { tag: 'closed' });
  return true;
}

/** A trap: an error without `payload`. */
function isTrap(error) {
  assert.ok(error instanceof WebAssembly.RuntimeError);
  assert.ok(!('payload' in error) && !('code' in error));
  return true;
}

test('a write beyond what `check-write` permits is a trap', () => {
  const chunks = [];
  const stream = stdout((chunk) => chunks.push(chunk));
  assert.throws(() => stream.write(encoder.encode('x')), isTrap);
  const permit = Number(stream.checkWrite());
  stream.write(new Uint8Array(permit - 1));
  assert.throws(() => stream.write(new Uint8Array(2)), isTrap);
  stream.write(new Uint8Array(1));
  assert.throws(() => stream.write(new Uint8Array(1)), isTrap);
  assert.throws(() => stream.writeZeroes(1n), isTrap);
  stream.checkWrite();
  stream.writeZeroes(2n);
  assert.deepEqual(
    chunks.map((chunk) => chunk.length),
    [permit - 1, 1, 2],
  );
});

test('a blocking write takes up to 4096 bytes', () => {
  const chunks = [];
  const stream = stdout((chunk) => chunks.push(chunk));
  stream.blockingWriteAndFlush(new Uint8Array(4096));
  stream.blockingWriteZeroesAndFlush(4096n);
  assert.throws(() => stream.blockingWriteAndFlush(new Uint8Array(4097)), isTrap);
  assert.throws(() => stream.blockingWriteZeroesAndFlush(1n << 40n), isTrap);
  assert.equal(chunks.length, 2);
});

test('a receiver may keep its chunks', () => {
  const chunks = [];
  const stream = stdout((chunk) => chunks.push(chunk));
  const buffer = encoder.encode('abc');
  stream.blockingWriteAndFlush(buffer);
  buffer.fill(0);
  assert.equal(decoder.decode(chunks[0]), 'abc');
});

test('a receiver that throws closes the stream', () => {
  const stream = stdout(() => {
    throw new Error('the secret of the host');
  });
  assert.throws(
    () => stream.blockingWriteAndFlush(encoder.encode('x')),
    (error) => {
      assert.equal(error.payload.tag, 'last-operation-failed');
      assert.equal(error.payload.val.toDebugString(), 'the stream failed');
      return true;
    },
  );
  assert.throws(() => stream.checkWrite(), isClosed);
  assert.throws(() => stream.flush(), isClosed);
  assert.throws(() => stream.blockingFlush(), isClosed);
  assert.throws(() => stream.blockingWriteAndFlush(encoder.encode('x')), isClosed);
  assert.ok(stream.subscribe().ready());
});

test('output can be limited', () => {
  const chunks = [];
  const receive = (chunk) => chunks.push(chunk);
  const wasi = createWasi({ stdout: receive, stderr: receive, limits: { outputBytes: 5 } });
  wasi['wasi:cli/stdout'].getStdout().blockingWriteAndFlush(encoder.encode('abc'));
  wasi['wasi:cli/stderr'].getStderr().blockingWriteAndFlush(encoder.encode('de'));
  const stream = wasi['wasi:cli/stdout'].getStdout();
  let payload;
  assert.throws(
    () => stream.blockingWriteAndFlush(encoder.encode('f')),
    (error) => {
      payload = error.payload;
      return payload.tag === 'last-operation-failed';
    },
  );
  assert.equal(wasi['wasi:filesystem/types'].filesystemErrorCode(payload.val), 'quota');
  assert.equal(chunks.length, 2);
});

test('input is bytes, text or asked for', () => {
  const readAll = (stream) => {
    let text = '';
    assert.throws(() => {
      for (;;) text += decoder.decode(stream.blockingRead(2n));
    }, isClosed);
    return text;
  };
  assert.equal(readAll(stdin(encoder.encode('bytes'))), 'bytes');
  assert.equal(readAll(stdin({ text: 'inherit' })), 'inherit');
  assert.equal(readAll(stdin('ignore')), '');
  assert.equal(readAll(stdin('null')), '');
  const parts = ['long part', '', 'end'];
  assert.equal(
    readAll(
      stdin(() => {
        const part = parts.shift();
        return part === undefined ? undefined : encoder.encode(part);
      }),
    ),
    'long partend',
  );
});

test('input is skipped and spliced', () => {
  const chunks = [];
  const output = stdout((chunk) => chunks.push(decoder.decode(chunk)));
  const input = stdin({ text: 'abcdefgh' });
  assert.equal(input.skip(2n), 2n);
  assert.equal(input.blockingSkip(1n), 1n);
  assert.equal(output.splice(input, 2n), 2n);
  assert.equal(output.blockingSplice(input, 1n << 60n), 3n);
  assert.throws(() => output.splice(input, 1n), isClosed);
  assert.deepEqual(chunks, ['de', 'fgh']);
});

test('`poll` names what is ready, in order', () => {
  const wasi = createWasi();
  const { poll } = wasi['wasi:io/poll'];
  const clock = wasi['wasi:clocks/monotonic-clock'];
  const past = clock.subscribeInstant(0n);
  const never = clock.subscribeInstant((1n << 64n) - 1n);
  const alsoNever = clock.subscribeDuration((1n << 64n) - 1n);
  const input = wasi['wasi:cli/stdin'].getStdin().subscribe();
  assert.deepEqual([...poll([never, past, alsoNever, input])], [1, 3]);
  assert.ok(past.ready() && input.ready() && !never.ready() && !alsoNever.ready());
  past.block();
  assert.throws(() => poll([]), isTrap);
});

test('`poll` and `block` sleep until the earliest deadline', () => {
  const wasi = createWasi();
  const { poll } = wasi['wasi:io/poll'];
  const clock = wasi['wasi:clocks/monotonic-clock'];
  const begin = clock.now();
  const late = clock.subscribeDuration(10_000_000_000n);
  const soon = clock.subscribeDuration(20_000_000n);
  assert.deepEqual([...poll([late, soon])], [1]);
  clock.subscribeDuration(20_000_000n).block();
  const elapsed = clock.now() - begin;
  assert.ok(elapsed >= 40_000_000n, `${elapsed}`);
});
