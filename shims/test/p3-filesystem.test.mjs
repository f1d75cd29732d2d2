// `wasi:filesystem@0.3` as the glue calls it, on each kind of file system: its shapes, that each
// function reaches the semantics of 0.2, and what it refuses.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import test from 'node:test';

import { WasiError, memoryDirectory, readTree } from '@windlass/wasi';

import { openDirectory } from '../dist/host/node.js';
import { fileSystems, newFolder } from './disks.mjs';
import { createWasi3 } from './lib.mjs';

const follow = { symlinkFollow: true };
const noFollow = {};
const read = { read: true };
const write = { write: true };
const readWrite = { read: true, write: true };
const create = { create: true };
const noChange = { tag: 'no-change' };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function open(files, { limits, ...options } = {}) {
  const wasi = createWasi3({
    preopens: [{ guest: '/', files, ...options }],
    ...(limits && { limits }),
  });
  const { Descriptor } = wasi['wasi:filesystem/types'];
  const [[root, guest]] = wasi['wasi:filesystem/preopens'].getDirectories();
  assert.ok(root instanceof Descriptor);
  assert.equal(guest, '/');
  return root;
}

/** What a guest writes, which takes note of whether it was given back. */
function data(...chunks) {
  const state = { isGivenBack: false, taken: 0 };
  const source = {
    pull(controller) {
      state.taken += 1;
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(encoder.encode(chunk));
    },
    cancel: () => (state.isGivenBack = true),
  };
  return Object.assign(state, { stream: new ReadableStream(source, { highWaterMark: 0 }) });
}

async function textOf([stream, outcome]) {
  let text = '';
  for await (const chunk of stream) {
    assert.ok(chunk instanceof Uint8Array);
    text += decoder.decode(chunk, { stream: true });
  }
  assert.deepEqual(await outcome, { tag: 'ok' });
  return text;
}

async function writeFile(root, path, ...chunks) {
  const file = await root.openAt(follow, path, { create: true, truncate: true }, write);
  assert.deepEqual(await file.writeViaStream(data(...chunks).stream, 0n), { tag: 'ok' });
  file[Symbol.dispose]();
}

async function readFile(root, path) {
  const file = await root.openAt(follow, path, {}, read);
  const text = await textOf(file.readViaStream(0n));
  file[Symbol.dispose]();
  return text;
}

async function names(directory) {
  const [stream, outcome] = directory.readDirectory();
  const found = {};
  for await (const { name, type } of stream) found[name] = type.tag;
  assert.deepEqual(await outcome, { tag: 'ok' });
  return found;
}

/** That a function fails with this case. */
function fails(tag, call) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof WasiError, String(error));
    assert.deepEqual(error.payload, { tag });
    return true;
  });
}

/** That a stream has nothing, and why. */
async function endsWith(tag, [stream, outcome]) {
  assert.equal((await stream.getReader().read()).done, true);
  assert.deepEqual(await outcome, { tag: 'err', val: { tag } });
}

/** That what a guest writes is given back, and why. */
async function givesBack(tag, writeStream) {
  const written = data('x', 'y');
  const outcome = await writeStream(written.stream);
  assert.deepEqual(outcome, { tag: 'err', val: { tag } });
  assert.ok(written.isGivenBack);
  assert.equal(written.taken, 0);
}

for (const [name, make] of Object.entries(fileSystems)) {
  const it = (title, body) => test(`${name}: ${title}`, () => body(make()));

  it('files are written, read and appended to by streams', async (files) => {
    const root = open(files);
    await writeFile(root, 'f', 'hello', ', ', 'world');
    assert.equal(await readFile(root, 'f'), 'hello, world');
    const file = await root.openAt(follow, 'f', {}, readWrite);
    assert.equal(await textOf(file.readViaStream(7n)), 'world');
    assert.equal(await textOf(file.readViaStream(100n)), '');
    assert.deepEqual(await file.writeViaStream(data('W', 'O').stream, 7n), { tag: 'ok' });
    assert.deepEqual(await file.appendViaStream(data('!', '?').stream), { tag: 'ok' });
    assert.equal(await textOf(file.readViaStream(0n)), 'hello, WOrld!?');
    assert.deepEqual(await file.writeViaStream(data().stream, 0n), { tag: 'ok' });
    await file.setSize(5n);
    assert.equal(await readFile(root, 'f'), 'hello');
    await file.writeViaStream(data('end').stream, 7n);
    assert.equal(await readFile(root, 'f'), 'hello\0\0end');
    const large = 'windlass '.repeat(50_000);
    await writeFile(root, 'large', large);
    assert.equal(await readFile(root, 'large'), large);
    for (const call of [file.sync(), file.syncData(), root.sync(), root.syncData()]) await call;
    await file.advise(0n, 10n, 'sequential');
  });

  it('streams do not disturb each other, and outlive their descriptor', async (files) => {
    const root = open(files);
    await writeFile(root, 'f', 'text');
    const file = await root.openAt(follow, 'f', {}, readWrite);
    const streams = [file.readViaStream(0n), file.readViaStream(2n)];
    const writing = file.writeViaStream(data('T').stream, 0n);
    file[Symbol.dispose]();
    assert.deepEqual(await writing, { tag: 'ok' });
    assert.deepEqual(await Promise.all(streams.map(textOf)), ['Text', 'xt']);
  });

  it('attributes', async (files) => {
    const root = open(files);
    await writeFile(root, 'f', 'text');
    const file = await root.openAt(follow, 'f', {}, read);
    assert.deepEqual(await file.getType(), { tag: 'regular-file' });
    assert.deepEqual(await root.getType(), { tag: 'directory' });
    assert.equal((await file.getFlags()).read, true);
    assert.equal((await file.getFlags()).write, undefined);
    assert.equal((await root.getFlags()).mutateDirectory, true);
    const stat = await file.stat();
    assert.deepEqual(stat.type, { tag: 'regular-file' });
    assert.equal(stat.size, 4n);
    assert.equal(stat.linkCount, 1n);
    const { seconds } = stat.dataModificationTimestamp;
    assert.ok(Math.abs(Number(seconds) - Date.now() / 1000) < 60);
    assert.deepEqual(await root.statAt(follow, 'f'), stat);
    assert.equal(await file.isSameObject(await root.openAt(follow, './f', {}, read)), true);
    assert.equal(await file.isSameObject(root), false);
    assert.deepEqual(await file.metadataHash(), await root.metadataHashAt(follow, 'f'));
    assert.notDeepEqual(await file.metadataHash(), await root.metadataHash());
  });

  it('times are set, also before 1970', async (files) => {
    const root = open(files);
    await writeFile(root, 'f');
    const file = await root.openAt(follow, 'f', {}, readWrite);
    const at = (seconds, nanoseconds) => ({ tag: 'timestamp', val: { seconds, nanoseconds } });
    await file.setTimes(at(1_000_000_000n, 500_000_000), at(-2n, 500_000_000));
    const { dataAccessTimestamp, dataModificationTimestamp } = await file.stat();
    assert.deepEqual(dataAccessTimestamp, at(1_000_000_000n, 500_000_000).val);
    assert.deepEqual(dataModificationTimestamp, at(-2n, 500_000_000).val);
    await root.setTimesAt(follow, 'f', noChange, at(7n, 0));
    assert.deepEqual((await file.stat()).dataAccessTimestamp, dataAccessTimestamp);
    assert.deepEqual((await file.stat()).dataModificationTimestamp, at(7n, 0).val);
    await root.setTimesAt(follow, 'f', { tag: 'now' }, noChange);
    assert.ok((await file.stat()).dataAccessTimestamp.seconds > 1_000_000_000n);
    fails('invalid', () => file.setTimes(at(0n, 1_000_000_000), noChange));
    fails('overflow', () => file.setTimes(at((1n << 63n) - 1n, 0), noChange));
    fails('overflow', () => file.setTimes(noChange, at(-1n << 63n, 0)));
  });

  it('directories are made, listed and removed', async (files) => {
    const root = open(files);
    await root.createDirectoryAt('d');
    await writeFile(root, 'd/f', 'f');
    await root.symlinkAt('f', 'd/link');
    await root.linkAt(noFollow, 'd/f', root, 'hard');
    assert.deepEqual(await names(root), { d: 'directory', hard: 'regular-file' });
    const d = await root.openAt(follow, 'd', { directory: true }, read);
    assert.deepEqual(await names(d), { f: 'regular-file', link: 'symbolic-link' });
    assert.equal(await d.readlinkAt('link'), 'f');
    assert.deepEqual((await d.statAt(noFollow, 'link')).type, { tag: 'symbolic-link' });
    await root.renameAt('hard', d, 'moved');
    assert.equal(await readFile(d, 'moved'), 'f');
    fails('not-empty', () => root.removeDirectoryAt('d'));
    for (const path of ['f', 'link', 'moved']) await d.unlinkFileAt(path);
    await root.removeDirectoryAt('d');
    assert.deepEqual(await names(root), {});
  });

  it('errors are cases of a variant', async (files) => {
    const root = open(files);
    await writeFile(root, 'f', 'f');
    const file = await root.openAt(follow, 'f', {}, read);
    fails('no-entry', () => root.openAt(follow, 'absent', {}, read));
    fails('exist', () => root.openAt(follow, 'f', { create: true, exclusive: true }, readWrite));
    fails('not-directory', () => root.openAt(follow, 'f', { directory: true }, read));
    fails('not-directory', () => file.statAt(follow, 'x'));
    fails('is-directory', () => root.setSize(0n));
    fails('is-directory', () => root.advise(0n, 0n, 'normal'));
    fails('invalid', () => file.setSize(0n));
    fails('invalid', () => root.readlinkAt('f'));
    fails('exist', () => root.createDirectoryAt('f'));
    fails('is-directory', () => root.unlinkFileAt('.'));
    fails('no-entry', () => root.metadataHashAt(follow, 'absent'));
    await endsWith('is-directory', root.readViaStream(0n));
    await endsWith('not-directory', file.readDirectory());
    await endsWith('invalid', file.readViaStream((1n << 64n) - 1n));
    await givesBack('is-directory', (stream) => root.writeViaStream(stream, 0n));
    await givesBack('is-directory', (stream) => root.appendViaStream(stream));
  });

  it('a descriptor does what it was opened for', async (files) => {
    const root = open(files);
    await writeFile(root, 'f', 'f');
    const reader = await root.openAt(follow, 'f', {}, read);
    await givesBack('bad-descriptor', (stream) => reader.writeViaStream(stream, 0n));
    await givesBack('bad-descriptor', (stream) => reader.appendViaStream(stream));
    const writer = await root.openAt(follow, 'f', {}, write);
    await endsWith('bad-descriptor', writer.readViaStream(0n));
    assert.equal(await readFile(root, 'f'), 'f');
  });

  it('nothing changes below a read-only directory', async (files) => {
    const writable = open(files.reopen());
    await writable.createDirectoryAt('d');
    await writeFile(writable, 'f', 'f');
    const before = await writable.metadataHashAt(follow, 'f');
    const root = open(files, { readOnly: true });
    assert.equal(await readFile(root, 'f'), 'f');
    const file = await root.openAt(follow, 'f', {}, read);
    for (const make of [
      () => root.openAt(follow, 'f', {}, write),
      () => root.openAt(follow, 'new', create, read),
      () => root.openAt(follow, 'f', { truncate: true }, read),
      () => root.openAt(follow, 'd', {}, { mutateDirectory: true }),
      () => root.createDirectoryAt('e'),
      () => root.removeDirectoryAt('d'),
      () => root.unlinkFileAt('f'),
      () => root.symlinkAt('f', 'g'),
      () => root.linkAt(noFollow, 'f', root, 'g'),
      () => root.linkAt(noFollow, 'f', writable, 'g'),
      () => writable.linkAt(noFollow, 'f', root, 'g'),
      () => root.renameAt('f', root, 'g'),
      () => root.renameAt('f', writable, 'g'),
      () => writable.renameAt('f', root, 'g'),
      () => root.setTimesAt(follow, 'f', { tag: 'now' }, { tag: 'now' }),
      () => root.setTimes({ tag: 'now' }, { tag: 'now' }),
      () => file.setTimes({ tag: 'now' }, { tag: 'now' }),
      () => file.setSize(0n),
    ]) {
      fails('not-permitted', make);
    }
    await givesBack('not-permitted', (stream) => file.writeViaStream(stream, 0n));
    await givesBack('not-permitted', (stream) => file.appendViaStream(stream));
    const d = await root.openAt(follow, 'd', { directory: true }, read);
    assert.equal((await d.getFlags()).mutateDirectory, false);
    fails('not-permitted', () => d.createDirectoryAt('x'));
    assert.deepEqual(await writable.metadataHashAt(follow, 'f'), before);
    assert.deepEqual(await names(writable), { d: 'directory', f: 'regular-file' });
  });

  it('no path leads out of the directory', async (files) => {
    const root = open(files);
    await root.createDirectoryAt('d');
    await writeFile(root, 'f', 'f');
    await root.symlinkAt('../..', 'd/out');
    await root.symlinkAt('../../etc/passwd', 'd/file');
    fails('not-permitted', () => root.symlinkAt('/etc/passwd', 'absolute'));
    for (const path of [
      '..',
      '../x',
      'd/../..',
      '/',
      '/etc/passwd',
      'd/out',
      'd/out/x',
      'd/file',
    ]) {
      for (const make of [
        () => root.openAt(follow, path, {}, read),
        () => root.openAt(follow, path, create, readWrite),
        () => root.statAt(follow, path),
        () => root.metadataHashAt(follow, path),
        () => root.setTimesAt(follow, path, { tag: 'now' }, noChange),
      ]) {
        fails('not-permitted', make);
      }
    }
    for (const path of ['../x', '/x', 'd/out/x']) {
      for (const make of [
        () => root.createDirectoryAt(path),
        () => root.removeDirectoryAt(path),
        () => root.unlinkFileAt(path),
        () => root.readlinkAt(path),
        () => root.symlinkAt('f', path),
        () => root.renameAt('f', root, path),
        () => root.renameAt(path, root, 'g'),
        () => root.linkAt(noFollow, 'f', root, path),
        () => root.linkAt(noFollow, path, root, 'g'),
      ]) {
        fails('not-permitted', make);
      }
    }
  });

  it('open files and listings are bounded, also those of streams', async (files) => {
    const root = open(files, { limits: { openFiles: 4, directoryEntries: 3 } });
    await writeFile(root, 'f', 'f');
    // The preopen, its descriptor, and two more.
    const opened = [await root.openAt(follow, 'f', {}, readWrite)];
    const last = await root.openAt(follow, 'f', {}, read);
    fails('insufficient-memory', () => root.openAt(follow, 'f', {}, read));
    // A file that is appended to counts twice.
    await givesBack('insufficient-memory', (stream) => opened[0].appendViaStream(stream));
    const [stream, outcome] = last.readViaStream(0n);
    last[Symbol.dispose]();
    fails('insufficient-memory', () => root.openAt(follow, 'f', {}, read));
    // Nobody read it, and nobody will.
    await stream.cancel();
    assert.deepEqual(await outcome, { tag: 'ok' });
    opened.push(await root.openAt(follow, 'f', {}, read));
    fails('insufficient-memory', () => root.openAt(follow, 'f', {}, read));
    opened.pop()[Symbol.dispose]();
    assert.deepEqual(await opened[0].appendViaStream(data('x').stream), { tag: 'ok' });

    await root.linkAt(noFollow, 'f', root, 'g');
    const listing = root.readDirectory();
    await endsWith('insufficient-memory', root.readDirectory());
    await listing[0].cancel();
    assert.deepEqual(Object.keys(await names(root)).toSorted(), ['f', 'g']);
    assert.deepEqual(Object.keys(await names(root)).toSorted(), ['f', 'g']);
  });

  it('bytes that were read and not taken are bounded', async (files) => {
    const root = open(files, { limits: { bodyBytes: 100_000 } });
    await writeFile(root, 'f', 'x'.repeat(200_000));
    const file = await root.openAt(follow, 'f', {}, read);
    const first = file.readViaStream(0n)[0].getReader();
    assert.equal((await first.read()).value.length, 65_536);
    await endsWith('insufficient-memory', file.readViaStream(0n));
    await first.cancel();
    assert.equal((await textOf(file.readViaStream(0n))).length, 200_000);
  });
}

const isLinux = process.platform === 'linux' ? {} : { skip: 'names are Unicode elsewhere' };

test('a name that is not Unicode ends a listing with the error', isLinux, async () => {
  const folder = newFolder();
  fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), '');
  const root = open(openDirectory(folder, 'descriptor'));
  await endsWith('illegal-byte-sequence', root.readDirectory());
});

test('both versions share a tree in memory', async () => {
  const files = memoryDirectory({ f: 'text' });
  const root = open(files);
  await writeFile(root, 'g', 'more');
  assert.deepEqual(Object.keys(readTree(files)), ['f', 'g']);
});

test('past the limit preopens are a trap, and leave nothing open', () => {
  const files = memoryDirectory();
  const preopens = ['/a', '/b'].map((guest) => ({ guest, files }));
  const wasi = createWasi3({ preopens, limits: { openFiles: 3 } });
  const { getDirectories } = wasi['wasi:filesystem/preopens'];
  for (let i = 0; i < 3; i += 1) {
    assert.throws(getDirectories, (error) => error instanceof WebAssembly.RuntimeError);
  }
});
