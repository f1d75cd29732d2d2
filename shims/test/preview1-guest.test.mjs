// WASI 0.1: what is granted, what a hostile core module gets, and how it starts and ends.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { memoryDirectory, readTree } from '@windlass/wasi';
import { CapabilityError, createPreview1, ExitError } from '@windlass/wasi/preview1';

import { createGuest } from './preview1/guest.mjs';
import { forwarder, SIGNATURES } from './preview1/module.mjs';

const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-preview1-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const [BADF, EXIST, INTR, NOENT, NOMEM, NAMETOOLONG, PERM, SPIPE] = [8, 20, 27, 44, 48, 37, 63, 70];
const ALL = (1n << 30n) - 1n;
const READ = 2n;
const DIR = 3;

/** A guest in words. */
function guestOf(capabilities, host) {
  const guest = createGuest(capabilities, host);
  const { exports, bytes } = guest;
  const put = (text, ptr = 1024) => [ptr, bytes().write(text, ptr)];
  const u32 = (ptr) => bytes().readUInt32LE(ptr);
  return {
    ...guest,
    u32,
    open(name, { rights = ALL, oflags = 0, fdflags = 0, dir = DIR } = {}) {
      const errno = exports.path_open(dir, 1, ...put(name), oflags, rights, rights, fdflags, 256);
      return errno === 0 ? { errno, fd: u32(256) } : { errno };
    },
    write(fd, text) {
      const [ptr, length] = put(text, 4096);
      bytes().writeUInt32LE(ptr, 512);
      bytes().writeUInt32LE(length, 516);
      return exports.fd_write(fd, 512, 1, 256);
    },
    read(fd, length) {
      bytes().writeUInt32LE(4096, 512);
      bytes().writeUInt32LE(length, 516);
      const errno = exports.fd_read(fd, 512, 1, 256);
      return errno === 0 ? bytes().toString('utf8', 4096, 4096 + u32(256)) : errno;
    },
    at: (call, name, ...rest) => exports[call](DIR, ...put(name), ...rest),
  };
}

const tree = (files) => ({ preopens: [{ guest: '/', files: memoryDirectory(files) }] });

/** Names in a directory, by calls with `length` bytes each. */
function list({ exports, bytes, u32 }, fd, length) {
  const names = [];
  for (let cookie = 0n; ;) {
    assert.equal(exports.fd_readdir(fd, 8192, length, cookie, 256), 0);
    const used = u32(256);
    let at = 8192;
    while (at + 24 <= 8192 + used) {
      const size = u32(at + 16);
      if (at + 24 + size > 8192 + used) break;
      names.push(bytes().toString('utf8', at + 24, at + 24 + size));
      cookie = bytes().readBigUInt64LE(at);
      at += 24 + size;
    }
    if (used < length) return names;
  }
}

test('nothing is granted by default', () => {
  const guest = guestOf();
  const { exports, u32 } = guest;
  for (const call of ['args_sizes_get', 'environ_sizes_get']) {
    assert.equal(exports[call](256, 260), 0);
    assert.deepEqual([u32(256), u32(260)], [0, 0]);
  }
  assert.equal(exports.fd_prestat_get(DIR, 256), BADF);
  assert.equal(guest.open('x').errno, BADF);
  assert.equal(guest.read(0, 10), '');
  assert.equal(guest.write(1, 'nobody sees this'), 0);
});

test('clocks and random numbers are traps where they are denied, and the host hears of it', () => {
  const refused = [];
  const host = { refused: (name) => refused.push(name) };
  const { exports } = guestOf({ clocks: false, random: false }, host);
  assert.throws(() => exports.clock_time_get(0, 0n, 256), /clocks are not granted/);
  assert.throws(() => exports.clock_time_get(1, 0n, 256), /clocks are not granted/);
  assert.throws(() => exports.clock_res_get(1, 256), /clocks are not granted/);
  assert.throws(() => exports.random_get(256, 8), /random numbers are not granted/);
  assert.deepEqual(refused, ['clocks', 'clocks', 'clocks', 'random']);
});

test('a grant that does not exist is refused', () => {
  assert.throws(() => createPreview1({ preopen: [] }), CapabilityError);
  assert.throws(
    () => createPreview1({ preopens: [{ guest: '/', host: '/no/such' }] }),
    CapabilityError,
  );
});

test('fixed clocks and seeded random numbers are the same each time', () => {
  const numbers = () => {
    const { exports, bytes } = guestOf({ clocks: { fixed: '2024-05-01' }, random: { seed: 7 } });
    exports.clock_time_get(0, 0n, 256);
    exports.random_get(264, 32);
    return bytes().toString('hex', 256, 296);
  };
  assert.equal(numbers(), numbers());
});

test('a directory granted for reading refuses every change', () => {
  const refused = [];
  const files = memoryDirectory({ a: 'x', d: {} });
  const host = { refused: (name) => refused.push(name), wallNow: () => 0n };
  const guest = guestOf({ preopens: [{ guest: '/', files, readOnly: true }] }, host);
  const { exports } = guest;
  assert.equal(guest.open('a').errno, PERM);
  assert.equal(guest.open('new', { oflags: 1, rights: READ }).errno, PERM);
  assert.equal(guest.open('a', { oflags: 8, rights: READ }).errno, PERM);
  assert.equal(guest.at('path_create_directory', 'e'), PERM);
  assert.equal(guest.at('path_remove_directory', 'd'), PERM);
  assert.equal(guest.at('path_unlink_file', 'a'), PERM);
  assert.equal(exports.path_rename(DIR, 1024, 1, DIR, 1024, 1), PERM);
  assert.equal(exports.path_link(DIR, 0, 1024, 1, DIR, 1024, 1), PERM);
  assert.equal(exports.path_symlink(1024, 1, DIR, 1024, 1), PERM);
  assert.equal(exports.path_filestat_set_times(DIR, 1, 1024, 1, 0n, 0n, 1), PERM);
  assert.equal(exports.fd_filestat_set_times(DIR, 0n, 0n, 1), PERM);
  const { fd } = guest.open('a', { rights: READ });
  assert.equal(exports.fd_filestat_set_size(fd, 0n), PERM);
  assert.equal(guest.write(fd, 'y'), PERM);
  assert.equal(guest.read(fd, 9), 'x');
  assert.ok(refused.includes('preopens'));
});

test('files in memory keep what is written', () => {
  const files = memoryDirectory({});
  const guest = guestOf({ preopens: [{ guest: '/', files }] });
  const { fd } = guest.open('new', { oflags: 1 });
  assert.equal(guest.write(fd, 'hello'), 0);
  assert.equal(guest.exports.fd_seek(fd, -4n, 1, 256), 0);
  assert.equal(guest.read(fd, 9), 'ello');
  assert.equal(guest.open('new', { oflags: 5 }).errno, EXIST);
  assert.equal(guest.at('path_create_directory', 'd'), 0);
  assert.deepEqual(Object.keys(readTree(files)), ['new', 'd']);
});

test('the inode tells files apart, and stays while a file changes', () => {
  const guest = guestOf(tree({ a: 'x', b: 'x' }));
  const inode = (name) => {
    assert.equal(guest.at('path_filestat_get', name) ?? 0, 0);
    return guest.bytes().readBigUInt64LE(264);
  };
  guest.at = (call, name) => {
    const length = guest.bytes().write(name, 1024);
    return guest.exports[call](DIR, 1, 1024, length, 256);
  };
  const before = inode('a');
  assert.notEqual(before, inode('b'));
  const { fd } = guest.open('a');
  guest.write(fd, 'longer than before');
  assert.equal(inode('a'), before);
  assert.equal(guest.exports.fd_filestat_get(fd, 256), 0);
  assert.equal(guest.bytes().readBigUInt64LE(264), before);
});

test('a listing is whole whatever the buffer, and as it was when it began', () => {
  const names = Array.from({ length: 50 }, (_, i) => `file-${i}`);
  const files = () => Object.fromEntries(names.map((name) => [name, 'x']));
  for (const length of [40, 64, 100, 1000, 20_000]) {
    const guest = guestOf(tree(files()));
    assert.deepEqual(list(guest, DIR, length).sort(), ['.', '..', ...names].sort());
  }
  const guest = guestOf(tree(files()));
  assert.equal(guest.exports.fd_readdir(DIR, 8192, 200, 0n, 256), 0);
  for (const name of names) assert.equal(guest.at('path_unlink_file', name), 0);
  let seen = 0;
  for (let cookie = 0n; cookie < 52n; cookie += 1n) {
    assert.equal(guest.exports.fd_readdir(DIR, 8192, 40, cookie, 256), 0);
    if (cookie > 0n && guest.u32(256) > 0) seen += 1;
  }
  assert.ok(seen <= 51);
  assert.deepEqual(list(guest, DIR, 100), ['.', '..']);
});

test('what a guest holds is bounded', () => {
  const guest = guestOf({
    ...tree({ a: 'x', d: { b: 'y' } }),
    limits: { openFiles: 5, directoryEntries: 3, pollables: 4 },
  });
  const opened = [1, 2, 3, 4, 5, 6].map(() => guest.open('a'));
  assert.ok(opened.some(({ errno }) => errno === NOMEM));
  const { fd } = opened[0];
  assert.equal(guest.exports.fd_close(fd), 0);
  assert.equal(guest.open('a').errno, 0, 'a closed file makes room');

  const full = guestOf({
    ...tree({ a: '', b: '', c: '', d: '' }),
    limits: { directoryEntries: 3 },
  });
  assert.equal(full.exports.fd_readdir(DIR, 8192, 100, 0n, 256), NOMEM);

  for (let i = 0; i < 5; i += 1) {
    guest.bytes().fill(0, 2048 + 48 * i, 2096 + 48 * i);
    guest.bytes().writeUInt8(2, 2056 + 48 * i);
    guest.bytes().writeUInt32LE(1, 2064 + 48 * i);
  }
  assert.equal(guest.exports.poll_oneoff(2048, 8192, 4, 256), 0);
  assert.throws(() => guest.exports.poll_oneoff(2048, 8192, 5, 256), /limits\.pollables/);
  assert.equal(guest.exports.poll_oneoff(2048, 8192, 4, 256), 0, 'a refused call holds nothing');
});

test('a listing that is not read to its end is held once', () => {
  const guest = guestOf({ ...tree({ a: '', b: '', c: '' }), limits: { directoryEntries: 4 } });
  for (let i = 0; i < 10; i += 1) {
    assert.equal(guest.exports.fd_readdir(DIR, 8192, 30, 0n, 256), 0);
  }
  const { fd } = guest.open('.', { rights: READ, oflags: 2 });
  assert.equal(guest.exports.fd_readdir(fd, 8192, 30, 0n, 256), NOMEM);
  assert.equal(guest.exports.fd_close(DIR), 0);
  assert.equal(guest.exports.fd_readdir(fd, 8192, 30, 0n, 256), 0);
});

test('paths of any length and with any bytes are errors', () => {
  const guest = guestOf(tree({ a: 'x' }));
  guest.exports.memory.grow(2);
  const long = 'a'.repeat(100_000);
  guest.bytes().write(long, 65_536);
  assert.equal(guest.exports.path_create_directory(DIR, 65_536, 100_000), NAMETOOLONG);
  assert.equal(guest.exports.path_create_directory(DIR, 65_536, 5000), NAMETOOLONG);
  assert.equal(guest.exports.path_symlink(65_536, 100_000, DIR, 65_536, 1), NAMETOOLONG);
  assert.equal(
    guest.open('\uFEFFa').errno,
    NOENT,
    'the mark of the byte order is a part of a name',
  );
});

test('memory that grows between calls is seen, and while a function of the host gives input', () => {
  const guest = guestOf({
    stdin(limit) {
      guest.exports.memory.grow(1);
      return new TextEncoder().encode('grown').subarray(0, limit);
    },
  });
  const { exports } = guest;
  assert.equal(guest.read(0, 5), 'grown');
  assert.equal(exports.random_get(65_536, 65_536), 0);
  assert.ok(
    guest
      .bytes()
      .subarray(65_536, 131_072)
      .some((byte) => byte !== 0),
  );
  exports.memory.grow(1);
  assert.equal(exports.random_get(131_072, 65_536), 0);
  assert.throws(() => exports.random_get(131_072, 65_537), WebAssembly.RuntimeError);
});

test('a shared memory works: paths, files, streams', () => {
  const written = [];
  const wasi = createPreview1({
    ...tree({ a: 'from a file' }),
    stdin: { text: 'typed' },
    stdout: (bytes) => written.push(Buffer.from(bytes).toString()),
  });
  const module = new WebAssembly.Module(forwarder({ shared: true }));
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  wasi.initialize(instance);
  const { exports } = instance;
  const bytes = Buffer.from(exports.memory.buffer);
  bytes.write('a', 1024);
  assert.equal(exports.path_open(DIR, 1, 1024, 1, 0, ALL, ALL, 0, 256), 0);
  const fd = bytes.readUInt32LE(256);
  bytes.writeUInt32LE(4096, 512);
  bytes.writeUInt32LE(20, 516);
  assert.equal(exports.fd_read(fd, 512, 1, 256), 0);
  assert.equal(bytes.toString('utf8', 4096, 4096 + bytes.readUInt32LE(256)), 'from a file');
  bytes.writeUInt32LE(11, 516);
  assert.equal(exports.fd_write(1, 512, 1, 256), 0);
  assert.deepEqual(written, ['from a file']);
  assert.equal(exports.fd_write(fd, 512, 1, 256), 0);
  bytes.writeUInt32LE(20, 516);
  assert.equal(exports.fd_read(0, 512, 1, 256), 0);
  assert.equal(bytes.toString('utf8', 4096, 4101), 'typed');
  assert.equal(exports.random_get(4096, 16), 0);
});

test('output keeps what it was given, and its limit is an error', () => {
  const chunks = [];
  const guest = guestOf({ stdout: (bytes) => chunks.push(bytes), limits: { outputBytes: 5 } });
  assert.equal(guest.write(1, 'abc'), 0);
  assert.equal(guest.write(1, 'def'), 19);
  guest.bytes().fill(0);
  assert.deepEqual(
    chunks.map((bytes) => Buffer.from(bytes).toString()),
    ['abc'],
  );
});

test('without a memory, or before it is known, a call is a trap', () => {
  const module = new WebAssembly.Module(forwarder({ memory: 'other' }));
  const wasi = createPreview1({ args: ['x'] });
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  assert.throws(() => instance.exports.args_sizes_get(0, 4), WebAssembly.RuntimeError);
  wasi.initialize(instance);
  assert.throws(() => instance.exports.args_sizes_get(0, 4), /no memory `memory`/);
  assert.throws(() => instance.exports.fd_write(1, 0, 1, 8), /no memory `memory`/);
});

test('the imports are the 46 functions and nothing that objects have', () => {
  const imports = createPreview1().getImportObject();
  assert.deepEqual(
    Object.keys(imports.wasi_snapshot_preview1).sort(),
    Object.keys(SIGNATURES).sort(),
  );
  assert.equal(Object.keys(SIGNATURES).length, 46);
  assert.equal(Object.getPrototypeOf(imports), null);
  assert.equal(Object.getPrototypeOf(imports.wasi_snapshot_preview1), null);
  assert.ok(Object.isFrozen(imports.wasi_snapshot_preview1));
});

/** A module that calls `proc_exit` with `code` in `_start`, inside a `catch_all`. */
function exiting(code) {
  const text = (string) => [string.length, ...Buffer.from(string)];
  const section = (id, ...content) => [id, content.length, ...content];
  const exported = [...text('_start'), 0, 1, ...text('memory'), 2, 0];
  // try: i32.const code, call 0; catch_all; end
  const body = [0, 0x06, 0x40, 0x41, (code & 127) | 128, code >> 7, 0x10, 0, 0x19, 0x0b, 0x0b];
  return Uint8Array.from(
    [
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0),
      section(2, 1, ...text('wasi_snapshot_preview1'), ...text('proc_exit'), 0, 0),
      section(3, 1, 1),
      section(5, 1, 0, 1),
      section(7, 2, ...exported),
      section(10, 1, body.length, ...body),
    ].flat(),
  );
}

function start(bytes) {
  const wasi = createPreview1();
  return wasi.start(
    new WebAssembly.Instance(new WebAssembly.Module(bytes), wasi.getImportObject()),
  );
}

test('a command ends with its exit code, which no `catch_all` stops', () => {
  assert.equal(start(exiting(0)), 0);
  assert.equal(start(exiting(7)), 7);
  assert.equal(start(exiting(125)), 125);
  assert.throws(() => start(exiting(126)), /not below 126/);
});

test('the exit of a reactor is the cause of what its call throws', () => {
  const { exports } = guestOf();
  const isExit = ({ cause }) => cause instanceof ExitError && cause.code === 3;
  assert.throws(() => exports.proc_exit(3), isExit);
});

test('a guest is one instance, and a command or a reactor', () => {
  const wasi = createPreview1();
  const reactor = () =>
    new WebAssembly.Instance(new WebAssembly.Module(forwarder()), wasi.getImportObject());
  assert.throws(() => wasi.start(reactor()), /does not export `_start`/);
  wasi.initialize(reactor());
  assert.throws(() => wasi.initialize(reactor()), /a guest is one instance/);
  const command = createPreview1();
  const module = new WebAssembly.Module(exiting(0));
  const instance = new WebAssembly.Instance(module, command.getImportObject());
  assert.throws(() => command.initialize(instance), /is a command/);
  assert.equal(command.start(instance), 0);
});

test('what a guest left open is closed with it', { skip: process.platform !== 'linux' }, () => {
  const open = () => fs.readdirSync('/proc/self/fd').length;
  fs.writeFileSync(join(scratch, 'a'), 'x');
  const before = open();
  const guest = guestOf({ preopens: [{ guest: '/', host: scratch }] });
  for (let i = 0; i < 20; i += 1) assert.equal(guest.open('a').errno, 0);
  assert.ok(open() > before + 20);
  guest.wasi[Symbol.dispose]();
  assert.equal(open(), before);
  assert.equal(guest.open('a').errno, BADF);
});

test('a failure of the host that has no number ends the guest', () => {
  const failure = new Error('the host is broken');
  const guest = guestOf({
    stdin() {
      throw failure;
    },
  });
  assert.throws(
    () => guest.read(0, 3),
    ({ cause }) => cause === failure,
  );
  const none = guestOf({ stdin: () => new Uint8Array(0) });
  assert.equal(none.exports.fd_read(0, 512, 0, 256), INTR);
  assert.equal(none.exports.fd_seek(0, 0n, 0, 256), SPIPE);
});

test('the example of the README runs', async () => {
  const readme = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, name, code] = /^import \{ (createPreview1) \}.*\n([^]*?)^```/m.exec(readme);
  const AsyncFunction = (async () => {}).constructor;
  const example = new AsyncFunction(name, 'module', `${code} return code;`);
  assert.equal(await example(createPreview1, new WebAssembly.Module(exiting(5))), 5);
});
