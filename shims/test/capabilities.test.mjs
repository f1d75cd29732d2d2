// Grants, their absence, and the form of refusals.

import assert from 'node:assert/strict';
import test from 'node:test';

import { CapabilityError, ExitError, WasiError, grant } from '@windlass/wasi';
import { environment, exit, stdin, stdout, terminalStdout } from '@windlass/wasi/cli';
import { preopens } from '@windlass/wasi/filesystem';
import { insecureSeed, random } from '@windlass/wasi/random';

import { createWasi } from './lib.mjs';

test('nothing is granted by default', () => {
  process.env.WINDLASS_TEST_SECRET = 'secret';
  const wasi = createWasi();
  assert.deepEqual(wasi['wasi:cli/environment'].getEnvironment(), []);
  assert.deepEqual(wasi['wasi:cli/environment'].getArguments(), []);
  assert.equal(wasi['wasi:cli/environment'].initialCwd(), undefined);
  assert.deepEqual(wasi['wasi:filesystem/preopens'].getDirectories(), []);
  assert.throws(() => wasi['wasi:cli/stdin'].getStdin().blockingRead(1n), {
    payload: { tag: 'closed' },
  });
  wasi['wasi:cli/stdout'].getStdout().blockingWriteAndFlush(new Uint8Array(1));
  wasi['wasi:cli/stderr'].getStderr().blockingWriteAndFlush(new Uint8Array(1));
  assert.equal(wasi['wasi:cli/terminal-stdin'].getTerminalStdin(), undefined);
  assert.equal(wasi['wasi:cli/terminal-stdout'].getTerminalStdout(), undefined);
  assert.equal(wasi['wasi:cli/terminal-stderr'].getTerminalStderr(), undefined);
});

test('arguments, variables and the working directory', () => {
  const args = ['program', 'é', ''];
  const wasi = createWasi({ args, env: { A: '1', __proto__: null }, cwd: '/work' });
  args.push('later');
  assert.deepEqual(wasi['wasi:cli/environment'].getArguments(), ['program', 'é', '']);
  assert.deepEqual(wasi['wasi:cli/environment'].getEnvironment(), [['A', '1']]);
  assert.equal(wasi['wasi:cli/environment'].initialCwd(), '/work');
  process.env.WINDLASS_TEST_SECRET = 'shared';
  const inherited = createWasi({ env: 'inherit' })['wasi:cli/environment'].getEnvironment();
  assert.equal(new Map(inherited).get('WINDLASS_TEST_SECRET'), 'shared');
});

test('exit ends the guest with a code and no payload', () => {
  const cases = [
    [() => exit.exit({ tag: 'ok' }), 0],
    [() => exit.exit({ tag: 'err' }), 1],
    [() => exit.exitWithCode(42), 42],
  ];
  for (const [action, code] of cases) {
    assert.throws(action, (error) => {
      assert.ok(error instanceof ExitError && !('payload' in error));
      assert.equal(error.code, code);
      return true;
    });
  }
});

test('the default instance is granted by name', () => {
  assert.deepEqual(environment.getArguments(), []);
  assert.deepEqual(preopens.getDirectories(), []);
  const chunks = [];
  grant({ args: ['a'], stdout: (chunk) => chunks.push(chunk), stdin: { text: 'in' } });
  grant({ env: { B: '2' }, preopens: [{ guest: '/m', files: {} }] });
  assert.deepEqual(environment.getArguments(), ['a']);
  assert.deepEqual(environment.getEnvironment(), [['B', '2']]);
  assert.equal(preopens.getDirectories()[0][1], '/m');
  stdout.getStdout().blockingWriteAndFlush(new Uint8Array([1, 2]));
  assert.deepEqual([...chunks[0]], [1, 2]);
  assert.equal(stdin.getStdin().read(9n).length, 2);
  assert.equal(terminalStdout.getTerminalStdout(), undefined);
  grant({ preopens: [] });
  assert.deepEqual(preopens.getDirectories(), []);
});

test('what does not exist, or is of another type, is refused', () => {
  const files = {};
  const memory = { guest: '/', files };
  for (const [capabilities, message, help] of [
    [null, 'what is granted must be an object'],
    ['inherit', 'what is granted must be an object'],
    [[], 'what is granted must be an object'],
    [{ stdoutt: 'inherit' }, 'there is no capability `stdoutt`', 'did you mean `stdout`?'],
    [{ Env: {} }, 'there is no capability `Env`', 'did you mean `env`?'],
    [
      { limits: { files: 1 } },
      'there is no capability `limits.files`',
      'there are openFiles, outputBytes, pollables, directoryEntries, fieldBytes, bodyBytes, httpRequests',
    ],
    [
      { preopens: [memory, { guest: '/r', host: '.', readonly: true }] },
      'there is no capability `preopens[1].readonly`',
      'did you mean `readOnly`?',
    ],
    [{ constructor: 1 }, 'there is no capability `constructor`', /^there are args, /],
    [{ args: 'one' }, '`args` must be a list of strings'],
    [{ args: ['one', 2] }, '`args` must be a list of strings'],
    [{ env: { A: 1 } }, "`env` must be `'inherit'` or an object of strings"],
    [{ env: null }, "`env` must be `'inherit'` or an object of strings"],
    [{ cwd: 1 }, '`cwd` must be a string'],
    [{ preopens: memory }, '`preopens` must be a list'],
    [{ preopens: ['.'] }, '`preopens[0]` must be an object'],
    [{ preopens: [null] }, '`preopens[0]` must be an object'],
    [{ preopens: [{ ...memory, readOnly: 'no' }] }, /^`preopens\[0\].readOnly` must be `true` or/],
    [{ preopens: [{ guest: '/', host: 1 }] }, '`preopens[0].host` must be a string'],
    [{ preopens: [{ guest: '/', host: '' }] }, '`preopens[0].host` is empty', /`\.`$/],
    [{ preopens: [{ guest: '/', files: 'f' }] }, '`preopens[0].files` must be an object'],
    [
      { preopens: [{ guest: '/', files: { f: 1 } }] },
      /^cannot grant the directory `\/`: a file is/,
    ],
    [{ preopens: [{ files }] }, '`preopens[0]` has no `guest`', /guest finds it/],
    [{ preopens: [{ guest: '/' }] }, '`preopens[0]` has neither `host` nor `files`', /tree/],
    [{ preopens: [{ ...memory, host: '.' }] }, '`preopens[0]` has both `host` and `files`', /tree/],
    [{ preopens: [memory, memory] }, 'two directories are `/` to the guest', /own$/],
    [
      {
        preopens: [
          { guest: '/a', files },
          { guest: '/a/', files },
        ],
      },
      'two directories are `/a` to the guest',
      /own$/,
    ],
    [{ stdin: 'inherited' }, /^`stdin` must be `'inherit'`/],
    [{ stdin: { bytes: '' } }, /^`stdin` must be `'inherit'`/],
    [{ stdout: true }, "`stdout` must be `'inherit'`, `'ignore'`, `'null'` or a function"],
    [{ stderr: null }, /^`stderr` must be/],
    [{ network: '*:*' }, '`network` must be a list of strings'],
    [{ network: ['a'] }, '`a` is not `host:port`', /example\.com:443/],
    ...['no', 0, null, {}, [], { fixed: 0 }, { fixed: '' }, { fixed: 'now' }]
      .concat({ fixed: '1969-12-31' }, { fixed: '2024-13-01' }, { fixed: new Date(Number.NaN) })
      // The zone of these would be that of the host.
      .concat({ fixed: '2024-01-01T00:00' }, { fixed: 'March 7' }, { fixed: '2024-01-01', at: 1 })
      .map((clocks) => [{ clocks }, /^`clocks` must be `true`, `false`, `'coarse'` or/]),
    ...[0, 'seed', null, {}, [], { seed: 1.5 }, { seed: null }, { seed: 1, seeds: 2 }].map(
      (random) => [{ random }, /^`random` must be `true`, `false` or `{ seed }`/],
    ),
    [{ limits: 1 }, '`limits` must be an object'],
    [{ limits: { openFiles: '1' } }, '`limits.openFiles` must be a number from 0 on'],
    [{ limits: { outputBytes: NaN } }, '`limits.outputBytes` must be a number from 0 on'],
  ]) {
    const check = (error) => {
      assert.ok(error instanceof CapabilityError, error.stack);
      assert.equal(error.code, 'invalid-capability');
      for (const [found, expected] of [
        [error.message, message],
        [error.help, help],
      ]) {
        if (expected instanceof RegExp) assert.match(found, expected);
        else assert.equal(found, expected);
      }
      return true;
    };
    assert.throws(() => createWasi(capabilities), check, JSON.stringify(capabilities));
    assert.throws(() => grant(capabilities), check);
  }
  const all = ['args', 'env', 'cwd', 'preopens', 'stdin', 'stdout', 'stderr', 'network', 'clocks'];
  createWasi(Object.fromEntries(all.map((name) => [name, undefined])));
  createWasi({ env: { A: undefined }, limits: { openFiles: Infinity, outputBytes: undefined } });
  createWasi({
    preopens: [
      { guest: '/a', files, host: undefined },
      { guest: '/b', files },
    ],
  });
});

test('a grant that is refused changes nothing', () => {
  grant({ args: ['before'], preopens: [{ guest: '/before', files: {} }] });
  const bad = [{ guest: '/', host: '/windlass/does/not/exist' }];
  for (const more of [{ preopens: bad }, { network: ['x'] }, { cwd: 1 }]) {
    assert.throws(() => grant({ args: ['after'], preopens: [], ...more }), CapabilityError);
    assert.deepEqual(environment.getArguments(), ['before']);
    assert.equal(preopens.getDirectories()[0][1], '/before');
  }
  grant({ args: [], preopens: [] });
});

test('two guests are strangers', () => {
  const one = createWasi({ args: ['one'], stdin: { text: '1' } });
  const two = createWasi({ args: ['two'], stdin: { text: '2' } });
  assert.equal(one['wasi:cli/stdin'].getStdin().read(9n)[0], 0x31);
  assert.equal(two['wasi:cli/stdin'].getStdin().read(9n)[0], 0x32);
  assert.deepEqual(one['wasi:cli/environment'].getArguments(), ['one']);
});

test('clocks tell the time unless they are taken away', () => {
  const wasi = createWasi();
  const { seconds, nanoseconds } = wasi['wasi:clocks/wall-clock'].now();
  const milliseconds = Number(seconds) * 1e3 + nanoseconds / 1e6;
  assert.ok(Math.abs(milliseconds - Date.now()) < 1000);
  assert.ok(nanoseconds >= 0 && nanoseconds < 1e9);
  const monotonic = wasi['wasi:clocks/monotonic-clock'];
  assert.ok(monotonic.now() <= monotonic.now());
  assert.ok(monotonic.resolution() > 0n);
  assert.equal(wasi['wasi:clocks/timezone'].utcOffset({ seconds, nanoseconds }), 0);
  const without = createWasi({ clocks: false });
  for (const action of [
    () => without['wasi:clocks/wall-clock'].now(),
    () => without['wasi:clocks/monotonic-clock'].now(),
    () => without['wasi:clocks/monotonic-clock'].subscribeDuration(1n),
    () => without['wasi:clocks/monotonic-clock'].subscribeInstant(1n),
  ]) {
    assert.throws(action, /^RuntimeError: clocks are not granted/);
  }
});

test('coarse clocks have whole milliseconds, and waits end', () => {
  const wasi = createWasi({ clocks: 'coarse' });
  const wall = wasi['wasi:clocks/wall-clock'];
  const monotonic = wasi['wasi:clocks/monotonic-clock'];
  assert.equal(wall.now().nanoseconds % 1_000_000, 0);
  assert.deepEqual(wall.resolution(), { seconds: 0n, nanoseconds: 1_000_000 });
  assert.equal(monotonic.resolution(), 1_000_000n);
  const before = monotonic.now();
  monotonic.subscribeDuration(3_500_000n).block();
  const after = monotonic.now();
  assert.ok(after - before >= 4_000_000n);
  assert.deepEqual([before % 1_000_000n, after % 1_000_000n], [0n, 0n]);
});

test('fixed clocks are the same in each run', () => {
  const told = () => {
    const wasi = createWasi({ clocks: { fixed: '2024-02-29T12:00:00.5+01:00' } });
    const wall = wasi['wasi:clocks/wall-clock'];
    const monotonic = wasi['wasi:clocks/monotonic-clock'];
    assert.deepEqual(wall.now(), { seconds: 1_709_204_400n, nanoseconds: 500_000_000 });
    const looks = [monotonic.now(), monotonic.now()];
    assert.ok(looks[1] > looks[0]);
    const begin = performance.now();
    monotonic.subscribeDuration(5_000_000n).block();
    // The wait takes real time.
    assert.ok(performance.now() - begin >= 4);
    looks.push(monotonic.now());
    assert.ok(looks[2] - looks[1] >= 5_000_000n && looks[2] - looks[1] < 5_100_000n);
    assert.ok(!monotonic.subscribeDuration(1_000_000_000n).ready());
    assert.deepEqual(wall.now(), { seconds: 1_709_204_400n, nanoseconds: 500_000_000 });
    return looks;
  };
  assert.deepEqual(told(), told());
  const [[root]] = createWasi({
    clocks: { fixed: new Date(5000) },
    preopens: [{ guest: '/', files: { f: '' } }],
  })['wasi:filesystem/preopens'].getDirectories();
  root.setTimesAt({}, 'f', { tag: 'now' }, { tag: 'now' });
  assert.equal(root.statAt({}, 'f').dataModificationTimestamp.seconds, 5n);
});

test('seeded random numbers are the same for the same seed', () => {
  const numbers = (seed) => {
    const { random, insecure, seed: seeds } = pickRandom(createWasi({ random: { seed } }));
    return [
      [...random.getRandomBytes(9n)],
      random.getRandomU64(),
      insecure.getInsecureRandomU64(),
      [...insecure.getInsecureRandomBytes(3n)],
      seeds.insecureSeed(),
    ];
  };
  assert.deepEqual(numbers(42), numbers('42'));
  const all = ['', 0, 1, 42, -42, 'a', 'b', 'ab', 'ba'].map((seed) => numbers(seed).join());
  assert.equal(new Set(all).size, all.length);
  // All values of a byte are about equally frequent.
  const { random } = pickRandom(createWasi({ random: { seed: 'spread' } }));
  const counts = new Array(256).fill(0);
  for (const byte of random.getRandomBytes(256_000n)) counts[byte] += 1;
  assert.ok(counts.every((count) => count > 800 && count < 1200));
});

test('a grant discards random numbers made before it', () => {
  const seeded = () => {
    grant({ random: { seed: 1 } });
    return [random.getRandomU64(), ...insecureSeed.insecureSeed()];
  };
  const first = seeded();
  grant({ random: true });
  assert.notDeepEqual([random.getRandomU64(), ...insecureSeed.insecureSeed()], first);
  assert.deepEqual(seeded(), first);
  grant({ random: false });
  assert.throws(() => random.getRandomU64(), WebAssembly.RuntimeError);
  grant({ random: true });
});

test('random numbers are random unless they are taken away', () => {
  const { random, insecure, seed } = pickRandom(createWasi());
  assert.equal(random.getRandomBytes(100_000n).length, 100_000);
  assert.ok(random.getRandomBytes(100_000n).subarray(65_536).some(Boolean));
  assert.equal(random.getRandomBytes(0n).length, 0);
  const numbers = Array.from({ length: 1000 }, () => random.getRandomU64());
  assert.equal(new Set(numbers).size, 1000);
  assert.ok(numbers.some((number) => number >= 1n << 63n));
  assert.ok(numbers.every((number) => number >= 0n && number < 1n << 64n));
  assert.equal(insecure.getInsecureRandomBytes(3n).length, 3);
  assert.equal(typeof insecure.getInsecureRandomU64(), 'bigint');
  const first = seed.insecureSeed();
  assert.ok(first.every((half) => half >= 0n && half < 1n << 64n));
  first.fill(0n);
  // A guest has one seed, and each guest has another.
  assert.deepEqual(seed.insecureSeed(), seed.insecureSeed());
  assert.notDeepEqual(seed.insecureSeed(), first);
  assert.notDeepEqual(pickRandom(createWasi()).seed.insecureSeed(), seed.insecureSeed());
  assert.throws(() => random.getRandomBytes(1n << 62n), /^RuntimeError: .* more than/);
  const without = pickRandom(createWasi({ random: false }));
  for (const action of [
    () => without.random.getRandomBytes(1n),
    () => without.random.getRandomU64(),
    () => without.insecure.getInsecureRandomU64(),
    () => without.seed.insecureSeed(),
  ]) {
    assert.throws(action, /^RuntimeError: random numbers are not granted/);
  }
});

function pickRandom(wasi) {
  return {
    random: wasi['wasi:random/random'],
    insecure: wasi['wasi:random/insecure'],
    seed: wasi['wasi:random/insecure-seed'],
  };
}

test('the network is refused in the words of the WIT', () => {
  const refusals = (wasi) => {
    const network = wasi['wasi:sockets/instance-network'].instanceNetwork();
    const { Fields, OutgoingRequest } = wasi['wasi:http/types'];
    const request = new OutgoingRequest(new Fields());
    request.setAuthority('example.com');
    const actions = [
      () => wasi['wasi:sockets/tcp-create-socket'].createTcpSocket('ipv4'),
      () => wasi['wasi:sockets/udp-create-socket'].createUdpSocket('ipv6'),
      () => wasi['wasi:sockets/ip-name-lookup'].resolveAddresses(network, 'localhost'),
      () => wasi['wasi:http/outgoing-handler'].handle(request),
    ];
    return actions.map((action) => {
      try {
        return action();
      } catch (error) {
        assert.ok(error instanceof WasiError);
        return error.payload;
      }
    });
  };
  const denied = 'access-denied';
  assert.deepEqual(refusals(createWasi()), [
    denied,
    denied,
    'permanent-resolver-failure',
    { tag: 'HTTP-request-denied' },
  ]);
  const granted = refusals(createWasi({ network: ['*:*'] }));
  assert.deepEqual(granted.slice(0, 3), ['not-supported', 'not-supported', 'not-supported']);
  assert.equal(granted[3].tag, 'internal-error');
});

test('network patterns are read, or refused with an example', () => {
  const network = ['example.com:443', '*.example.com:*', '*:80', '127.0.0.1:1', '[::1]:8080'];
  createWasi({ network });
  for (const pattern of ['', 'example.com', ':80', 'a:b', 'a:70000', 'a b:1', '::1:80', 'x*:1']) {
    assert.throws(() => createWasi({ network: [pattern] }), /is not `host:port`/, pattern);
  }
});

test('fields of a message keep the rules of HTTP', () => {
  const { Fields, OutgoingRequest, OutgoingResponse } = createWasi()['wasi:http/types'];
  const bytes = (text) => new TextEncoder().encode(text);
  const fields = Fields.fromList([
    ['Accept', bytes('a')],
    ['accept', bytes('b')],
  ]);
  assert.deepEqual(fields.get('ACCEPT'), [bytes('a'), bytes('b')]);
  fields.set('x', [bytes('1')]);
  fields.append('X', bytes('2'));
  assert.equal(fields.entries().length, 4);
  fields.delete('accept');
  assert.ok(!fields.has('Accept') && fields.has('X'));
  const refused = (tag, action) => assert.throws(action, { payload: { tag } });
  refused('invalid-syntax', () => fields.append('a b', bytes('')));
  refused('invalid-syntax', () => fields.append('', bytes('')));
  refused('invalid-syntax', () => fields.append('a', bytes('x\r\ny: z')));
  refused('forbidden', () => fields.set('Host', [bytes('x')]));
  const request = new OutgoingRequest(fields);
  refused('immutable', () => request.headers().delete('x'));
  assert.deepEqual(request.method(), { tag: 'get' });
  request.setPathWithQuery('/a?b');
  assert.equal(request.pathWithQuery(), '/a?b');
  assert.throws(() => request.setPathWithQuery('/a b'), WasiError);
  assert.throws(() => request.setMethod({ tag: 'other', val: 'A B' }), WasiError);
  assert.throws(() => request.setScheme({ tag: 'other', val: '1:' }), WasiError);
  assert.throws(() => request.setAuthority('a/b'), WasiError);
  const body = request.body();
  assert.throws(() => request.body(), WasiError);
  body.write().blockingWriteAndFlush(bytes('content'));
  assert.throws(() => body.write(), WasiError);
  assert.throws(() => new OutgoingResponse(fields).setStatusCode(99), WasiError);
});
