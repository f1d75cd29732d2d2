// The host's resources that a guest can hold are bounded, whatever the guest does.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { CapabilityError, WasiError, grant, memoryDirectory } from '@windlass/wasi';

import { fileSystems, newFolder, scratch } from './disks.mjs';
import { createWasi } from './lib.mjs';

const encoder = new TextEncoder();
const bytes = (length) => encoder.encode('x'.repeat(length));
const flags = { read: true, write: true };

/** Calls `make` until it is refused; what it gave, and the error. */
function fill(make) {
  const made = [];
  for (;;) {
    try {
      made.push(make(made.length));
    } catch (error) {
      return { made, error };
    }
    if (made.length > 100_000) assert.fail('there is no bound');
  }
}

function dispose(resources) {
  for (const resource of resources) resource[Symbol.dispose]();
}

const names = (name, limit) => new RegExp(`\`limits\\.${name}\` allows: ${limit}$`);

function isTrap(error, name, limit) {
  assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
  assert.match(error.message, names(name, limit));
}

function isError(error, name, limit, payload) {
  assert.ok(error instanceof WasiError, String(error));
  assert.match(error.message, names(name, limit));
  assert.deepEqual(error.payload, payload);
}

/** Everything that makes pollables. */
const subscribers = {
  'subscribe-duration': (wasi) => {
    const clock = wasi['wasi:clocks/monotonic-clock'];
    return () => clock.subscribeDuration(1n << 60n);
  },
  'subscribe-instant': (wasi) => {
    const clock = wasi['wasi:clocks/monotonic-clock'];
    return () => clock.subscribeInstant(0n);
  },
  'input-stream': (wasi) => {
    const stream = wasi['wasi:cli/stdin'].getStdin();
    return () => stream.subscribe();
  },
  'output-stream': (wasi) => {
    const stream = wasi['wasi:cli/stderr'].getStderr();
    return () => stream.subscribe();
  },
  'a file': (wasi) => {
    const [[root]] = wasi['wasi:filesystem/preopens'].getDirectories();
    const stream = root.openAt({}, 'f', { create: true }, flags).readViaStream(0n);
    return () => stream.subscribe();
  },
  'outgoing-body': (wasi) => {
    const { Fields, OutgoingResponse } = wasi['wasi:http/types'];
    const stream = new OutgoingResponse(new Fields()).body().write();
    return () => stream.subscribe();
  },
  'incoming-body': (wasi) => {
    const { Fields, IncomingRequest } = wasi['wasi:http/types'];
    const request = new IncomingRequest({ method: { tag: 'get' }, headers: new Fields() });
    const stream = request.consume().stream();
    return () => stream.subscribe();
  },
  'future-trailers': (wasi) => {
    const { Fields, IncomingRequest, IncomingBody } = wasi['wasi:http/types'];
    const request = new IncomingRequest({ method: { tag: 'get' }, headers: new Fields() });
    const trailers = IncomingBody.finish(request.consume());
    return () => trailers.subscribe();
  },
};

for (const [name, subscriber] of Object.entries(subscribers)) {
  test(`pollables of ${name}`, () => {
    const preopens = [{ guest: '/', files: {} }];
    const subscribe = subscriber(createWasi({ preopens, limits: { pollables: 10 } }));
    for (let round = 0; round < 3; round += 1) {
      const { made, error } = fill(subscribe);
      assert.equal(made.length, 10);
      isTrap(error, 'pollables', 10);
      dispose(made);
      dispose(made);
    }
  });
}

for (const [name, create] of Object.entries(fileSystems)) {
  const root = (limits) => {
    const wasi = createWasi({ preopens: [{ guest: '/', files: create() }], limits });
    const { getDirectories } = wasi['wasi:filesystem/preopens'];
    return { directory: getDirectories()[0][0], getDirectories };
  };

  test(`open files, ${name}`, () => {
    // The grant is one, and the guest's descriptor of it.
    const { directory, getDirectories } = root({ openFiles: 10 });
    const open = (i) => directory.openAt({}, `f${i}`, { create: true }, flags);
    for (const make of [open, () => directory.openAt({}, '.', {}, {})]) {
      const { made, error } = fill(make);
      assert.equal(made.length, 8);
      isError(error, 'openFiles', 10, 'insufficient-memory');
      assert.throws(getDirectories, (error) => isTrap(error, 'openFiles', 10) ?? true);
      dispose(made);
      dispose(made);
    }
    const more = fill(getDirectories);
    assert.equal(more.made.length, 8);
    isTrap(more.error, 'openFiles', 10);
    for (const [[descriptor]] of more.made) descriptor[Symbol.dispose]();
    // Failed opens do not count.
    for (let i = 0; i < 20; i += 1) assert.throws(() => directory.openAt({}, 'missing', {}, {}));
    assert.equal(fill(open).made.length, 8);
  });

  test(`a file is open as long as a stream of it, ${name}`, () => {
    const { directory } = root({ openFiles: 3 });
    const file = directory.openAt({}, 'f', { create: true }, flags);
    const streams = [file.readViaStream(0n), file.writeViaStream(0n)];
    file[Symbol.dispose]();
    const open = () => directory.openAt({}, 'f', {}, flags);
    for (const stream of streams) {
      isError(fill(open).error, 'openFiles', 3, 'insufficient-memory');
      stream[Symbol.dispose]();
    }
    assert.equal(fill(open).made.length, 1);
  });

  test(`a file that is appended to counts twice, ${name}`, () => {
    const { directory } = root({ openFiles: 10 });
    const appended = fill((i) => {
      const file = directory.openAt({}, `f${i}`, { create: true }, flags);
      const stream = file.appendViaStream();
      stream.blockingWriteAndFlush(bytes(1));
      // More streams are of the same.
      return [stream, file, file.appendViaStream()];
    });
    assert.equal(appended.made.length, 4);
    isError(appended.error, 'openFiles', 10, 'insufficient-memory');
    for (const made of appended.made) dispose(made);
    assert.equal(
      fill((i) => directory.openAt({}, `f${i}`, { create: true }, flags)).made.length,
      8,
    );
  });

  test(`listings of directories, ${name}`, () => {
    const { directory } = root({ directoryEntries: 25 });
    for (let i = 0; i < 10; i += 1) directory.createDirectoryAt(`d${i}`);
    for (let round = 0; round < 3; round += 1) {
      const { made, error } = fill(() => directory.readDirectory());
      assert.equal(made.length, 2);
      isError(error, 'directoryEntries', 25, 'insufficient-memory');
      // Also when it was read to its end.
      while (made[0].readDirectoryEntry()) assert.throws(() => directory.readDirectory());
      dispose(made);
      dispose(made);
    }
  });
}

test('no descriptor of the process goes uncounted', { skip: process.platform !== 'linux' }, (t) => {
  const opened = () => fs.readdirSync('/proc/self/fd').length;
  const before = opened();
  const limits = { openFiles: 20 };
  const preopens = ['/', '/b', '/c'].map((guest) => ({ guest, host: newFolder() }));
  const wasi = createWasi({ preopens, limits });
  const { getDirectories } = wasi['wasi:filesystem/preopens'];
  let held = getDirectories().map(([descriptor]) => descriptor);
  let most = 0;
  // Random by a fixed rule, so that a failure can be had again.
  let state = 1;
  const pick = (n) => (state = (state * 48_271) % 2_147_483_647) % n;
  for (let i = 0; i < 5000; i += 1) {
    const some = held[pick(held.length)] ?? getDirectories()[0][0];
    try {
      const made = [
        () => some.openAt({}, `f${pick(9)}`, { create: true }, flags),
        () => some.openAt({}, '.', {}, {}),
        () => some.readViaStream(0n),
        () => some.writeViaStream(0n),
        () => some.appendViaStream(),
        () => some.readDirectory(),
        () => some.subscribe(),
        () => some.blockingWriteAndFlush(bytes(3)),
        () => some.sync(),
        () => getDirectories()[pick(3)][0],
        () => some[Symbol.dispose](),
      ][pick(11)]();
      if (made !== undefined) held.push(made);
    } catch {
      // Of another type, or refused.
    }
    if (pick(40) === 0) {
      dispose(held.splice(0, pick(held.length)));
    }
    most = Math.max(most, opened() - before);
  }
  t.diagnostic(`${most} descriptors at most, with a limit of ${limits.openFiles}`);
  assert.ok(most > 10 && most <= limits.openFiles, `${most}`);
  dispose(held);
  held = [];
});

test('disposing of what is granted closes it', { skip: process.platform !== 'linux' }, async () => {
  const wasi = await import('@windlass/wasi');
  const opened = () => fs.readdirSync('/proc/self/fd').length;
  const before = opened();
  const imports = wasi.createWasi({ preopens: [{ guest: '/', host: newFolder() }] });
  const [name] = Object.keys(imports).filter((key) => key.includes('filesystem/preopens'));
  const [[directory]] = imports[name].getDirectories();
  assert.equal(opened(), before + 2);
  imports[Symbol.dispose]();
  imports[Symbol.dispose]();
  assert.equal(opened(), before + 1);
  // The guest keeps the descriptors that it has.
  directory.openAt({}, 'f', { create: true }, flags)[Symbol.dispose]();
  directory[Symbol.dispose]();
  assert.equal(opened(), before);
  assert.deepEqual(imports[name].getDirectories(), []);
});

test('more directories than may be open are not granted', () => {
  const preopens = ['/a', '/b'].map((guest) => ({ guest, files: {} }));
  const refused = (error) => {
    assert.ok(error instanceof CapabilityError);
    assert.match(error.message, /`limits\.openFiles` is 1, and directories are granted: 2$/);
    return true;
  };
  assert.throws(() => createWasi({ preopens, limits: { openFiles: 1 } }), refused);
  createWasi({ preopens, limits: { openFiles: 2 } });
});

test('directories that are granted before one that cannot be are closed', (t) => {
  if (process.platform !== 'linux') return t.skip('descriptors are counted on Linux');
  const before = fs.readdirSync('/proc/self/fd').length;
  const preopens = [
    { guest: '/a', host: newFolder() },
    { guest: '/b', host: join(scratch, 'missing') },
  ];
  assert.throws(() => createWasi({ preopens }), CapabilityError);
  assert.equal(fs.readdirSync('/proc/self/fd').length, before);
});

/** Everything that keeps text of the guest; each call keeps `length` more bytes. */
const keepers = {
  'fields.append': ({ Fields }) => {
    const fields = new Fields();
    return (length) => fields.append('a', bytes(length));
  },
  'fields.set': ({ Fields }) => {
    const fields = new Fields();
    let names = 0;
    return (length) => fields.set(`a${(names += 1)}`, [bytes(length)]);
  },
  'a name': ({ Fields }) => {
    const fields = new Fields();
    return (length) => fields.append('a'.repeat(length), bytes(0));
  },
  'fields.from-list': ({ Fields }) => {
    return (length) => Fields.fromList([['a', bytes(length)]]);
  },
  'fields.clone': ({ Fields }) => {
    const fields = Fields.fromList([['a', bytes(1000)]]);
    return () => fields.clone();
  },
  headers: ({ Fields, OutgoingRequest }) => {
    const request = new OutgoingRequest(Fields.fromList([['a', bytes(1000)]]));
    return () => request.headers();
  },
  path: ({ Fields, OutgoingRequest }) => {
    return (length) => {
      new OutgoingRequest(new Fields()).setPathWithQuery('/'.repeat(length));
    };
  },
  authority: ({ Fields, OutgoingRequest }) => {
    return (length) => {
      new OutgoingRequest(new Fields()).setAuthority('a'.repeat(length));
    };
  },
  method: ({ Fields, OutgoingRequest }) => {
    return (length) => {
      new OutgoingRequest(new Fields()).setMethod({ tag: 'other', val: 'A'.repeat(length) });
    };
  },
  scheme: ({ Fields, OutgoingRequest }) => {
    return (length) => {
      new OutgoingRequest(new Fields()).setScheme({ tag: 'other', val: 'a'.repeat(length) });
    };
  },
};

for (const [name, keeper] of Object.entries(keepers)) {
  test(`bytes of fields, by ${name}`, () => {
    const limit = 100_000;
    const keep = keeper(createWasi({ limits: { fieldBytes: limit } })['wasi:http/types']);
    const { made, error } = fill(() => keep(1000));
    assert.ok(made.length >= 40 && made.length <= 100, `${made.length}`);
    isTrap(error, 'fieldBytes', limit);
  });
}

test('empty fields are bounded too', () => {
  const { Fields } = createWasi({ limits: { fieldBytes: 100_000 } })['wasi:http/types'];
  const fields = new Fields();
  assert.ok(fill(() => fields.append('a', bytes(0))).made.length < 400);
});

test('bytes of fields that are gone do not count', () => {
  const wasi = createWasi({ limits: { fieldBytes: 12_000 } });
  const { Fields, OutgoingRequest, OutgoingResponse, OutgoingBody } = wasi['wasi:http/types'];
  const list = [['a', bytes(4000)]];
  for (let i = 0; i < 100; i += 1) {
    const fields = Fields.fromList(list);
    fields.set('a', [bytes(4000)]);
    fields.delete('a');
    fields.append('b', bytes(4000));
    assert.throws(() => Fields.fromList([...list, ['b', bytes(4000)]]), WebAssembly.RuntimeError);
    assert.throws(() => Fields.fromList([...list, ['a b', bytes(0)]]), WasiError);
    const copy = fields.clone();
    copy[Symbol.dispose]();
    copy[Symbol.dispose]();
    const request = new OutgoingRequest(fields);
    request.setPathWithQuery('/'.repeat(1000));
    request.setPathWithQuery('/'.repeat(1000));
    request.setAuthority('a'.repeat(500));
    request.headers()[Symbol.dispose]();
    request[Symbol.dispose]();
    request[Symbol.dispose]();
    const response = new OutgoingResponse(Fields.fromList(list));
    OutgoingBody.finish(response.body(), Fields.fromList(list));
    response[Symbol.dispose]();
  }
});

test('bodies that nobody took are bounded', () => {
  const limit = 100_000;
  for (const length of [1, 7, 1000, 4096]) {
    const wasi = createWasi({ limits: { bodyBytes: limit } });
    const { Fields, OutgoingRequest, OutgoingBody } = wasi['wasi:http/types'];
    const bodies = [];
    const write = () => {
      const body = new OutgoingRequest(new Fields()).body();
      bodies.push(body);
      const stream = body.write();
      return fill(() => stream.blockingWriteAndFlush(bytes(length)));
    };
    const { made, error } = write();
    assert.ok(made.length * length > limit / 2 && made.length * length <= limit, `${made.length}`);
    const { tag, val } = error.payload;
    assert.equal(tag, 'last-operation-failed');
    assert.equal(val.toDebugString(), 'ENOBUFS');
    assert.equal(wasi['wasi:filesystem/types'].filesystemErrorCode(val), 'insufficient-memory');
    const chunks = OutgoingBody.chunks(bodies[0]);
    const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    assert.equal(total, made.length * length);
    assert.ok(chunks.every((chunk) => chunk.every((byte) => byte === 0x78)));
    assert.ok(chunks.length < 60, `${chunks.length} chunks`);
    assert.equal(write().made.length * length < limit / 2, true);
    dispose(bodies);
    dispose(bodies);
    assert.equal(write().made.length, made.length);
  }
});

test('what is written to a body is what is sent', () => {
  const { Fields, OutgoingResponse, OutgoingBody } = createWasi()['wasi:http/types'];
  const body = new OutgoingResponse(new Fields()).body();
  const stream = body.write();
  let expected = '';
  for (let i = 0; i < 300; i += 1) {
    const text = `${i},`.repeat(i % 50);
    expected += text;
    stream.checkWrite();
    stream.write(encoder.encode(text));
  }
  assert.equal(Buffer.concat(OutgoingBody.chunks(body)).toString(), expected);
});

test('limits of the modules are set by name, and count what is held already', async () => {
  const { monotonicClock } = await import('@windlass/wasi/clocks');
  const held = Array.from({ length: 5 }, () => monotonicClock.subscribeDuration(1n));
  grant({ limits: { pollables: 7 } });
  assert.equal(fill(() => held.push(monotonicClock.subscribeDuration(1n))).made.length, 2);
  grant({ limits: { openFiles: 5 } });
  assert.throws(() => monotonicClock.subscribeDuration(1n), names('pollables', 7));
  grant({ limits: { pollables: Infinity } });
  dispose(held);
});

test('names and link targets in memory take of its capacity', () => {
  const open = () => {
    const files = memoryDirectory({ f: 'x' }, 100_000);
    const wasi = createWasi({ preopens: [{ guest: '/', files }] });
    return wasi['wasi:filesystem/preopens'].getDirectories()[0][0];
  };
  for (const make of [
    (root, i) => root.linkAt({}, 'f', root, `l${i}`),
    (root, i) => root.symlinkAt('t'.repeat(3000), `l${i}`),
    (root, i) => root.createDirectoryAt(`l${i}`),
  ]) {
    const root = open();
    const fillUp = () => fill((i) => make(root, i));
    const { made, error } = fillUp();
    assert.ok(made.length < 200, `${made.length}`);
    assert.equal(error.payload, 'insufficient-space');
    const isDirectory = root.statAt({}, 'l0').type === 'directory';
    const remove = (name) => (isDirectory ? root.removeDirectoryAt(name) : root.unlinkFileAt(name));
    for (let i = 0; i < made.length; i += 1) remove(`l${i}`);
    assert.equal(fillUp().made.length, made.length);
  }
});

test('a console prints a line that never ends', async () => {
  const { host } = await import('../dist/host/browser.js');
  const { log } = console;
  const printed = [];
  console.log = (line) => printed.push(line);
  try {
    const sink = host.stdout();
    for (let i = 0; i < 100; i += 1) sink.write(bytes(10_000));
    // Nothing waits for the program to end but the last part.
    assert.ok(printed.join('').length > 900_000);
    sink.write(encoder.encode('\nlast'));
    await Promise.resolve();
    assert.equal(printed.join(''), `${'x'.repeat(1_000_000)}last`);
    assert.equal(printed.at(-1), 'last');
  } finally {
    console.log = log;
  }
});
