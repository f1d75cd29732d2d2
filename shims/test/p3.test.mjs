// WASI 0.3 as the glue calls it: standard streams, clocks, random numbers, the environment.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import test from 'node:test';

import { ExitError, HostError, createWasi as versioned, platform } from '@windlass/wasi';

import { createWasi3 } from './lib.mjs';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const packageFolder = new URL('..', import.meta.url);

/** What a guest writes, which takes note of whether it was given back. */
function written(...chunks) {
  const state = { isGivenBack: false, left: chunks };
  const stream = new ReadableStream(
    {
      type: 'bytes',
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk !== undefined) return controller.enqueue(encoder.encode(chunk));
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel() {
        state.isGivenBack = true;
      },
    },
    { highWaterMark: 0 },
  );
  return Object.assign(state, { stream });
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text;
}

const isTrap = (pattern) => (error) => {
  assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
  assert.match(error.message, pattern);
  return true;
};

/** A source that has something once `give` was called. */
function slowSource() {
  const given = [];
  const source = {
    isTerminal: false,
    looks: 0,
    give: (text) => given.push(text),
    ready() {
      this.looks += 1;
      return given.length > 0;
    },
    read(into, block) {
      assert.ok(given.length > 0 || !block, 'the thread would be held up');
      if (given.length === 0) return 0;
      const text = given.shift();
      return text === undefined ? -1 : encoder.encodeInto(text, into).written;
    },
  };
  return source;
}

const hostWith = (parts) => Object.assign(Object.create(platform), parts);

test('arguments, variables and the working directory', () => {
  const wasi = createWasi3({ args: ['a', 'b'], env: { K: 'v' }, cwd: '/w' });
  const environment = wasi['wasi:cli/environment'];
  assert.deepEqual(environment.getArguments(), ['a', 'b']);
  assert.deepEqual(environment.getEnvironment(), [['K', 'v']]);
  assert.equal(environment.getInitialCwd(), '/w');
  const nothing = createWasi3()['wasi:cli/environment'];
  assert.deepEqual(nothing.getArguments(), []);
  assert.deepEqual(nothing.getEnvironment(), []);
  assert.equal(nothing.getInitialCwd(), undefined);
});

test('one imports object has both versions, for one guest', () => {
  const imports = versioned({ args: ['one'], random: { seed: 1 } });
  for (const version of ['0.2.12', '0.3.2']) {
    assert.deepEqual(imports[`wasi:cli/environment@${version}`].getArguments(), ['one']);
  }
  assert.equal(typeof imports['wasi:cli/stdin@0.2.12'].getStdin, 'function');
  assert.equal(imports['wasi:cli/stdin@0.3.2'].getStdin, undefined);
  assert.equal(imports['wasi:io/streams@0.3.2'], undefined);
  assert.equal(imports['wasi:http/types@0.3.2'], undefined);
});

test('a program ends', () => {
  const { exit, exitWithCode } = createWasi3()['wasi:cli/exit'];
  const code = (call) => {
    let thrown;
    assert.throws(call, (error) => (thrown = error) instanceof ExitError);
    assert.equal('payload' in thrown, false);
    return thrown.code;
  };
  assert.equal(
    code(() => exit({ tag: 'ok' })),
    0,
  );
  assert.equal(
    code(() => exit({ tag: 'err' })),
    1,
  );
  assert.equal(
    code(() => exitWithCode(7)),
    7,
  );
});

test('terminals', () => {
  const none = createWasi3({ stdin: { text: 'x' }, stdout: () => {} });
  assert.equal(none['wasi:cli/terminal-stdin'].getTerminalStdin(), undefined);
  assert.equal(none['wasi:cli/terminal-stdout'].getTerminalStdout(), undefined);
  assert.equal(none['wasi:cli/terminal-stderr'].getTerminalStderr(), undefined);
  const sink = { isTerminal: true, write() {} };
  const host = hostWith({
    stdin: () => ({ ...slowSource(), isTerminal: true }),
    stdout: () => sink,
  });
  const wasi = createWasi3({ stdin: 'inherit', stdout: 'inherit' }, host);
  const { TerminalInput } = wasi['wasi:cli/terminal-input'];
  const { TerminalOutput } = wasi['wasi:cli/terminal-output'];
  assert.ok(wasi['wasi:cli/terminal-stdin'].getTerminalStdin() instanceof TerminalInput);
  assert.ok(wasi['wasi:cli/terminal-stdout'].getTerminalStdout() instanceof TerminalOutput);
  assert.equal(wasi['wasi:cli/terminal-stderr'].getTerminalStderr(), undefined);
});

test('input is a stream of bytes, read no further than the guest reads', async () => {
  const text = 'ü'.repeat(100_000);
  const whole = createWasi3({ stdin: { text } })['wasi:cli/stdin'].readViaStream();
  assert.ok(whole[0] instanceof ReadableStream);
  assert.equal(await textOf(whole[0]), text);
  assert.deepEqual(await whole[1], { tag: 'ok' });

  let calls = 0;
  const stdin = () => ((calls += 1) > 3 ? undefined : encoder.encode(`${calls}`));
  const [stream, outcome] = createWasi3({ stdin })['wasi:cli/stdin'].readViaStream();
  const reader = stream.getReader();
  assert.equal(calls, 0);
  assert.equal(decoder.decode((await reader.read()).value), '1');
  assert.equal(calls, 1);
  await reader.cancel();
  assert.deepEqual(await outcome, { tag: 'ok' });
  assert.equal(calls, 1);
});

test('without input it is at its end', async () => {
  const [stream, outcome] = createWasi3()['wasi:cli/stdin'].readViaStream();
  assert.equal(await textOf(stream), '');
  assert.deepEqual(await outcome, { tag: 'ok' });
});

test('why input ends', async () => {
  for (const [error, code] of [
    [new HostError('EILSEQ'), 'illegal-byte-sequence'],
    [new HostError('EPIPE'), 'pipe'],
    [new HostError('EBADF'), 'io'],
    [new Error('of a function that was granted'), 'io'],
  ]) {
    let calls = 0;
    const stdin = () => {
      calls += 1;
      if (calls > 1) throw error;
      return encoder.encode('first');
    };
    const [stream, outcome] = createWasi3({ stdin })['wasi:cli/stdin'].readViaStream();
    assert.equal(await textOf(stream), 'first');
    assert.deepEqual(await outcome, { tag: 'err', val: code });
  }
});

test('a wait for input leaves the thread to others', async () => {
  const source = slowSource();
  const wasi = createWasi3({ stdin: 'inherit' }, hostWith({ stdin: () => source }));
  const [stream] = wasi['wasi:cli/stdin'].readViaStream();
  const read = stream.getReader().read();
  await wasi['wasi:clocks/monotonic-clock'].waitFor(20_000_000n);
  assert.ok(source.looks > 1);
  source.give('late');
  assert.equal(decoder.decode((await read).value), 'late');
});

test('who gives up a read takes nothing', async () => {
  const source = slowSource();
  const wasi = createWasi3({ stdin: 'inherit' }, hostWith({ stdin: () => source }));
  const { readViaStream } = wasi['wasi:cli/stdin'];
  const [first, outcome] = readViaStream();
  const reader = first.getReader();
  const read = reader.read();
  while (source.looks === 0) await wasi['wasi:clocks/monotonic-clock'].waitFor(1n);
  source.give('kept');
  await reader.cancel();
  assert.deepEqual(await read, { done: true, value: undefined });
  assert.deepEqual(await outcome, { tag: 'ok' });
  assert.equal(decoder.decode((await readViaStream()[0].getReader().read()).value), 'kept');
});

test('bytes that a stream did not take are read next, by either version', async () => {
  const imports = versioned({ stdin: { text: 'first, second, third' } });
  const { readViaStream } = imports['wasi:cli/stdin@0.3.2'];
  const readPart = async (count) => {
    const [stream, outcome] = readViaStream();
    const reader = stream.getReader();
    const { value } = await reader.read();
    // As the glue does when the guest drops its end.
    await reader.cancel(value.length > count ? value.slice(count) : undefined);
    assert.deepEqual(await outcome, { tag: 'ok' });
    return decoder.decode(value.subarray(0, count));
  };
  assert.equal(await readPart(7), 'first, ');
  assert.equal(await readPart(4), 'seco');
  const input = imports['wasi:cli/stdin@0.2.12'].getStdin();
  assert.equal(decoder.decode(input.read(4n)), 'nd, ');
  assert.equal(await readPart(100), 'third');
  assert.equal(await textOf(readViaStream()[0]), '');
});

test('output goes where it is granted, in order', async () => {
  const chunks = [];
  const wasi = createWasi3({
    stdout: (chunk) => chunks.push(`out ${decoder.decode(chunk)}`),
    stderr: (chunk) => chunks.push(`err ${decoder.decode(chunk)}`),
  });
  const out = wasi['wasi:cli/stdout'].writeViaStream(written('1', '2').stream);
  assert.ok(out instanceof Promise);
  assert.deepEqual(await out, { tag: 'ok' });
  const err = await wasi['wasi:cli/stderr'].writeViaStream(written('3').stream);
  assert.deepEqual(err, { tag: 'ok' });
  assert.deepEqual(chunks, ['out 1', 'out 2', 'err 3']);
});

test('output that is not granted is dropped', async () => {
  const data = written('1', '2');
  assert.deepEqual(await createWasi3()['wasi:cli/stdout'].writeViaStream(data.stream), {
    tag: 'ok',
  });
  assert.equal(data.left.length, 0);
});

test('why output ends, and the stream is given back', async () => {
  for (const [error, code] of [
    [new HostError('EPIPE'), 'pipe'],
    [new HostError('EIO'), 'io'],
    [new Error('of a function that was granted'), 'io'],
  ]) {
    const stdout = () => {
      throw error;
    };
    const data = written('1', '2');
    const outcome = await createWasi3({ stdout })['wasi:cli/stdout'].writeViaStream(data.stream);
    assert.deepEqual(outcome, { tag: 'err', val: code });
    assert.ok(data.isGivenBack);
    assert.equal(data.left.length, 1);
  }
});

test('output is bounded', async () => {
  const seen = [];
  const wasi = createWasi3({
    stdout: (chunk) => seen.push(chunk.length),
    limits: { outputBytes: 5 },
  });
  const data = written('123', '45', '6', '7');
  const outcome = await wasi['wasi:cli/stdout'].writeViaStream(data.stream);
  assert.deepEqual(outcome, { tag: 'err', val: 'io' });
  assert.deepEqual(seen, [3, 2]);
  assert.ok(data.isGivenBack);
});

test('a guest that trapped writes no more', async () => {
  const stream = new ReadableStream({
    start: (controller) => controller.error(new WebAssembly.RuntimeError('unreachable')),
  });
  assert.deepEqual(await createWasi3()['wasi:cli/stdout'].writeViaStream(stream), { tag: 'ok' });
});

test('input that the guest has not taken is bounded', async () => {
  const stdin = () => encoder.encode('x'.repeat(100));
  const wasi = createWasi3({ stdin, limits: { bodyBytes: 250 } });
  const open = () => {
    const [stream, outcome] = wasi['wasi:cli/stdin'].readViaStream();
    return { reader: stream.getReader(), outcome };
  };
  const streams = [open(), open(), open()];
  assert.equal((await streams[0].reader.read()).value.length, 100);
  assert.equal((await streams[1].reader.read()).value.length, 100);
  assert.equal((await streams[2].reader.read()).done, true);
  assert.deepEqual(await streams[2].outcome, { tag: 'err', val: 'io' });
  // A chunk that was taken, and one that nobody wants, count no more.
  assert.equal((await streams[0].reader.read()).value.length, 100);
  await streams[0].reader.cancel();
  await streams[1].reader.cancel();
  const again = [open(), open()];
  for (const { reader } of again) assert.equal((await reader.read()).value.length, 100);
});

test('clocks tell the time and wait', async () => {
  const wasi = createWasi3();
  const monotonic = wasi['wasi:clocks/monotonic-clock'];
  const before = monotonic.now();
  assert.ok(monotonic.getResolution() > 0n);
  const waited = monotonic.waitFor(5_000_000n);
  assert.ok(waited instanceof Promise);
  assert.equal(await waited, undefined);
  assert.ok(monotonic.now() >= before + 5_000_000n);
  const until = monotonic.now() + 3_000_001n;
  await monotonic.waitUntil(until);
  assert.ok(monotonic.now() >= until);
  // What is over needs no turn of the event loop.
  for (const when of [0n, monotonic.now()]) assert.equal(monotonic.waitUntil(when), undefined);
  assert.equal(monotonic.waitFor(0n), undefined);

  const { seconds, nanoseconds } = wasi['wasi:clocks/system-clock'].now();
  assert.ok(Math.abs(Number(seconds) - Date.now() / 1000) < 60);
  assert.ok(nanoseconds >= 0 && nanoseconds < 1e9);
  assert.ok(wasi['wasi:clocks/system-clock'].getResolution() > 0n);
  const timezone = wasi['wasi:clocks/timezone'];
  assert.equal(timezone.ianaId(), undefined);
  assert.equal(timezone.utcOffset({ seconds, nanoseconds }), undefined);
  assert.equal(typeof timezone.toDebugString(), 'string');
});

test('an instant before 1970', () => {
  const now = (nanoseconds) =>
    createWasi3({}, hostWith({ wallNow: () => nanoseconds }))['wasi:clocks/system-clock'].now();
  assert.deepEqual(now(-1n), { seconds: -1n, nanoseconds: 999_999_999 });
  assert.deepEqual(now(-1_000_000_000n), { seconds: -1n, nanoseconds: 0 });
  assert.deepEqual(now(-1_500_000_000n), { seconds: -2n, nanoseconds: 500_000_000 });
  assert.deepEqual(now(1_500_000_000n), { seconds: 1n, nanoseconds: 500_000_000 });
});

test('a fixed clock shows what was waited for, of waits at one time the longest', async () => {
  const wasi = createWasi3({ clocks: { fixed: '2024-02-29T12:00:00Z' } });
  const { now, waitFor, waitUntil } = wasi['wasi:clocks/monotonic-clock'];
  const begin = now();
  await Promise.all([waitFor(10_000_000n), waitFor(30_000_000n), waitFor(20_000_000n)]);
  const passed = now() - begin;
  assert.ok(passed >= 30_000_000n && passed < 31_000_000n, String(passed));
  await waitUntil(begin + 5n);
  assert.ok(now() - begin < 31_000_000n);
  const instant = { seconds: 1_709_208_000n, nanoseconds: 0 };
  assert.deepEqual(wasi['wasi:clocks/system-clock'].now(), instant);
});

test('clocks that are taken away', () => {
  const refused = new Set();
  const host = hostWith({ refused: (name) => refused.add(name) });
  const wasi = createWasi3({ clocks: false }, host);
  const monotonic = wasi['wasi:clocks/monotonic-clock'];
  const system = wasi['wasi:clocks/system-clock'];
  for (const call of [
    () => monotonic.now(),
    () => monotonic.getResolution(),
    () => monotonic.waitFor(1n),
    () => monotonic.waitUntil(0n),
    () => system.now(),
    () => system.getResolution(),
  ]) {
    assert.throws(call, isTrap(/clocks are not granted/));
  }
  assert.deepEqual([...refused], ['clocks']);
});

test('waits are bounded, and given up ones do not count', async () => {
  const wasi = createWasi3({ limits: { pollables: 3 } });
  const { waitFor } = wasi['wasi:clocks/monotonic-clock'];
  const never = (1n << 64n) - 1n;
  for (let round = 0; round < 3; round += 1) {
    const waits = [waitFor(never), waitFor(1n << 40n), waitFor(never)];
    assert.throws(() => waitFor(never), isTrap(/`limits\.pollables` allows: 3$/));
    for (const wait of waits) wait[Symbol.dispose]();
    for (const wait of waits) wait[Symbol.dispose]();
  }
  await Promise.all([waitFor(1n), waitFor(1n), waitFor(1n)]);
  await Promise.all([waitFor(1n), waitFor(1n), waitFor(1n)]);
});

test('a guest that waits for input more than it may', async () => {
  const source = slowSource();
  const host = hostWith({ stdin: () => source });
  const wasi = createWasi3({ stdin: 'inherit', limits: { pollables: 1 } }, host);
  const { readViaStream } = wasi['wasi:cli/stdin'];
  const [first] = readViaStream();
  const reader = first.getReader();
  const read = reader.read();
  const [second, outcome] = readViaStream();
  assert.equal((await second.getReader().read()).done, true);
  assert.deepEqual(await outcome, { tag: 'err', val: 'io' });
  await reader.cancel();
  await read;
});

test('what a guest waits for keeps no process, once its imports are disposed of', () => {
  const program = `
    import { createWasi3 } from './test/lib.mjs';
    const wasi = createWasi3({ stdin: 'inherit' });
    const { waitFor } = wasi['wasi:clocks/monotonic-clock'];
    let ended = 0;
    waitFor(1n << 62n).then(() => (ended += 1));
    wasi['wasi:cli/stdin'].readViaStream()[0].getReader().read();
    setTimeout(() => {
      wasi[Symbol.dispose]();
      console.log('disposed', ended);
    }, 20);
  `;
  const args = ['--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { cwd: packageFolder, stdio: ['pipe', 'pipe', 2] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', reject).on('close', (code) => {
      child.stdin.destroy();
      assert.deepEqual([text, code], ['disposed 0\n', 0]);
      resolve();
    });
  });
});

test('a process reads its input and writes its output', () => {
  const program = `
    import { createWasi3 } from './test/lib.mjs';
    const wasi = createWasi3({ stdin: 'inherit', stdout: 'inherit' });
    const [stream, outcome] = wasi['wasi:cli/stdin'].readViaStream();
    const written = await wasi['wasi:cli/stdout'].writeViaStream(stream);
    console.error(written.tag, (await outcome).tag);
  `;
  const args = ['--input-type=module', '--eval', program];
  const input = Buffer.alloc(1_000_001, 'windlass ');
  const options = { cwd: packageFolder, input, maxBuffer: 1 << 24 };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, options);
  assert.deepEqual([stderr.toString(), status], ['ok ok\n', 0]);
  assert.ok(stdout.equals(input));
});

test('random numbers', () => {
  const wasi = createWasi3();
  const { getRandomBytes, getRandomU64 } = wasi['wasi:random/random'];
  const { getInsecureRandomBytes, getInsecureRandomU64 } = wasi['wasi:random/insecure'];
  for (const get of [getRandomBytes, getInsecureRandomBytes]) {
    assert.equal(get(0n).length, 0);
    assert.equal(get(100_000n).length, 100_000);
    assert.notDeepEqual(get(32n), get(32n));
    // A call may give less than it is asked for.
    const { length } = get((1n << 64n) - 1n);
    assert.ok(length > 0 && length <= 1 << 26, String(length));
  }
  assert.notEqual(getRandomU64(), getRandomU64());
  assert.equal(typeof getInsecureRandomU64(), 'bigint');
  const { getInsecureSeed } = wasi['wasi:random/insecure-seed'];
  assert.deepEqual(getInsecureSeed(), getInsecureSeed());
});

test('random numbers from a seed, or none', () => {
  const bytes = () =>
    createWasi3({ random: { seed: 'x' } })['wasi:random/random'].getRandomBytes(16n);
  assert.deepEqual(bytes(), bytes());
  const wasi = createWasi3({ random: false });
  for (const call of [
    () => wasi['wasi:random/random'].getRandomBytes(1n << 40n),
    () => wasi['wasi:random/random'].getRandomU64(),
    () => wasi['wasi:random/insecure'].getInsecureRandomBytes(0n),
    () => wasi['wasi:random/insecure'].getInsecureRandomU64(),
    () => wasi['wasi:random/insecure-seed'].getInsecureSeed(),
  ]) {
    assert.throws(call, isTrap(/random numbers are not granted/));
  }
});
