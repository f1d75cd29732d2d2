// One suite for the file systems: a disk through descriptors, a disk through
// paths, and a tree in memory behave alike.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';

import { memoryDirectory, readTree } from '@windlass/wasi';

import { openDirectory } from '../dist/host/node.js';
import { fileSystems, newFolder, scratch, ways } from './disks.mjs';
import { createWasi } from './lib.mjs';

const follow = { symlinkFollow: true };
const noFollow = {};
const read = { read: true };
const readWrite = { read: true, write: true };
const create = { create: true };
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function open(files, options = {}) {
  const wasi = createWasi({ preopens: [{ guest: '/', files, ...options }] });
  const [[root, guest]] = wasi['wasi:filesystem/preopens'].getDirectories();
  assert.equal(guest, '/');
  return { root, wasi, codeOf: wasi['wasi:filesystem/types'].filesystemErrorCode };
}

function writeFile(root, path, text) {
  const file = root.openAt(follow, path, { create: true, truncate: true }, readWrite);
  const stream = file.writeViaStream(0n);
  assert.ok(stream.checkWrite() > 0n);
  stream.write(encoder.encode(text));
  stream.blockingFlush();
  stream[Symbol.dispose]();
  file[Symbol.dispose]();
}

function readFile(root, path) {
  const file = root.openAt(follow, path, {}, read);
  const stream = file.readViaStream(0n);
  let text = '';
  try {
    for (;;) text += decoder.decode(stream.blockingRead(7n));
  } catch (error) {
    assert.deepEqual(error.payload, { tag: 'closed' });
  }
  stream[Symbol.dispose]();
  file[Symbol.dispose]();
  return text;
}

function names(directory) {
  const stream = directory.readDirectory();
  const found = {};
  for (let entry; (entry = stream.readDirectoryEntry());) found[entry.name] = entry.type;
  return found;
}

/** Removes all that is in a directory. */
function clear(directory) {
  for (const [name, type] of Object.entries(names(directory))) {
    if (type !== 'directory') {
      directory.unlinkFileAt(name);
      continue;
    }
    clear(directory.openAt(noFollow, name, { directory: true }, read));
    directory.removeDirectoryAt(name);
  }
}

/** The contents of a folder of the host, with times. */
function snapshot(folder) {
  const paths = fs.readdirSync(folder, { recursive: true }).toSorted();
  const described = paths.map((path) => {
    const { mode, mtimeMs, size, nlink } = fs.lstatSync(join(folder, path));
    return { path, mode, mtimeMs, size, nlink };
  });
  return JSON.stringify(described);
}

const fails = (code, action) =>
  assert.throws(action, (error) => {
    assert.equal(error.payload, code);
    return true;
  });

for (const [name, make] of Object.entries(fileSystems)) {
  const it = (title, body) => test(`${name}: ${title}`, () => body(make()));

  it('files are created, written, read and truncated', (files) => {
    const { root } = open(files);
    writeFile(root, 'hello.txt', 'hello, world');
    assert.equal(readFile(root, 'hello.txt'), 'hello, world');
    writeFile(root, 'hello.txt', 'bye');
    assert.equal(readFile(root, 'hello.txt'), 'bye');
    fails('exist', () => root.openAt(follow, 'hello.txt', { create: true, exclusive: true }, read));
    fails('no-entry', () => root.openAt(follow, 'absent', {}, read));
    fails('not-directory', () => root.openAt(follow, 'hello.txt', { directory: true }, read));
    fails('not-directory', () => root.openAt(follow, 'hello.txt/x', {}, read));
    fails('not-directory', () => root.openAt(follow, 'hello.txt/', {}, read));
    for (const flag of ['create', 'exclusive', 'truncate']) {
      const flags = { [flag]: true, directory: true };
      for (const path of ['x', 'hello.txt', '.']) {
        fails('invalid', () => root.openAt(follow, path, flags, read));
      }
    }
    // `exclusive` without `create` has no effect.
    root.openAt(follow, 'hello.txt', { exclusive: true }, read);
  });

  it('a directory is not opened to be written', (files) => {
    const { root } = open(files);
    const both = { read: true, write: true, mutateDirectory: true };
    const file = root.openAt(follow, 'f', create, both);
    assert.equal(file.write(encoder.encode('abc'), 0n), 3n);
    assert.deepEqual(file.getFlags(), readWrite);
    root.createDirectoryAt('d');
    root.symlinkAt('d', 'link');
    for (const flags of [both, readWrite, { write: true }]) {
      for (const openFlags of [{}, { directory: true }]) {
        for (const path of ['d', 'd/', '.', 'd/..', 'link']) {
          fails('is-directory', () => root.openAt(follow, path, openFlags, flags));
        }
      }
      fails('not-directory', () => root.openAt(follow, 'f', { directory: true }, flags));
      fails('no-entry', () => root.openAt(follow, 'absent', { directory: true }, flags));
      fails('loop', () => root.openAt(noFollow, 'link', { directory: true }, flags));
    }
    const mutating = { read: true, mutateDirectory: true };
    assert.equal(root.openAt(follow, 'd', { directory: true }, mutating).getType(), 'directory');
  });

  it('reads and writes at offsets', (files) => {
    const { root } = open(files);
    const file = root.openAt(follow, 'f', create, readWrite);
    assert.equal(file.write(encoder.encode('xyz'), 5n), 3n);
    const [bytes, atEnd] = file.read(100n, 3n);
    assert.deepEqual([...bytes], [0, 0, 120, 121, 122]);
    assert.equal(atEnd, false);
    assert.deepEqual(file.read(100n, 8n), [new Uint8Array(0), true]);
    assert.deepEqual(file.read(100n, 1n << 40n), [new Uint8Array(0), true]);
    fails('invalid', () => file.read(1n, 1n << 63n));
    const stream = file.readViaStream(6n);
    assert.equal(decoder.decode(stream.read(10n)), 'yz');
    assert.throws(
      () => stream.read(1n),
      (error) => error.payload.tag === 'closed',
    );
    // Bytes written later can still be read.
    file.write(encoder.encode('!'), 8n);
    assert.equal(decoder.decode(stream.read(10n)), '!');
    assert.equal(stream.read(0n).length, 0);
  });

  it('sizes are set and checked', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'abcdef');
    const file = root.openAt(follow, 'f', {}, readWrite);
    file.setSize(3n);
    assert.equal(file.stat().size, 3n);
    file.setSize(5n);
    assert.deepEqual([...file.read(9n, 0n)[0]], [97, 98, 99, 0, 0]);
    fails('file-too-large', () => file.setSize(1n << 63n));
    fails('invalid', () => root.openAt(follow, 'f', {}, read).setSize(1n));
  });

  it('appends at what is then the end', (files) => {
    const { root } = open(files);
    writeFile(root, 'log', 'one ');
    const file = root.openAt(follow, 'log', {}, { write: true });
    const stream = file.appendViaStream();
    stream.blockingWriteAndFlush(encoder.encode('two '));
    file.write(encoder.encode('ONE'), 0n);
    root.openAt(follow, 'log', {}, { write: true }).setSize(4n);
    stream.blockingWriteAndFlush(encoder.encode('three'));
    assert.equal(readFile(root, 'log'), 'ONE three');
  });

  it('a stream outlives its descriptor', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'content');
    const file = root.openAt(follow, 'f', {}, read);
    const stream = file.readViaStream(0n);
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    assert.equal(decoder.decode(stream.read(100n)), 'content');
    stream[Symbol.dispose]();
    stream[Symbol.dispose]();
    assert.throws(
      () => stream.read(1n),
      (error) => error.payload.tag === 'closed',
    );
  });

  it('a descriptor does what it was opened for', (files) => {
    const { root, codeOf } = open(files);
    writeFile(root, 'f', 'x');
    root.createDirectoryAt('d');
    const reader = root.openAt(follow, 'f', {}, read);
    const writer = root.openAt(follow, 'f', {}, { write: true });
    fails('bad-descriptor', () => reader.write(encoder.encode('y'), 0n));
    fails('bad-descriptor', () => writer.read(1n, 0n));
    // Its streams fail at their first use, and are closed after that.
    const y = encoder.encode('y');
    const isBadDescriptor = ({ payload }) =>
      payload.tag === 'last-operation-failed' && codeOf(payload.val) === 'bad-descriptor';
    const isClosed = ({ payload }) => payload.tag === 'closed';
    for (const stream of [reader.writeViaStream(0n), reader.appendViaStream()]) {
      assert.ok(stream.checkWrite() > 0n);
      assert.throws(() => stream.write(y), isBadDescriptor);
      assert.throws(() => stream.blockingWriteAndFlush(y), isClosed);
      stream[Symbol.dispose]();
    }
    const unreadable = writer.readViaStream(0n);
    assert.ok(unreadable.subscribe().ready());
    assert.throws(() => unreadable.read(1n), isBadDescriptor);
    assert.throws(() => unreadable.read(1n), isClosed);
    assert.equal(readFile(root, 'f'), 'x');
    fails('not-directory', () => reader.openAt(follow, 'x', {}, read));
    fails('not-directory', () => reader.readDirectory());
    const directory = root.openAt(follow, 'd', {}, read);
    fails('is-directory', () => directory.read(1n, 0n));
    fails('is-directory', () => directory.readViaStream(0n));
    fails('is-directory', () => root.openAt(follow, 'd', {}, { write: true }));
    fails('is-directory', () => root.openAt(follow, '.', {}, { write: true }));
    for (const descriptor of [reader, writer, directory]) {
      descriptor.sync();
      descriptor.syncData();
    }
    reader.advise(0n, 0n, 'sequential');
  });

  it('directories are made, listed and removed', (files) => {
    const { root } = open(files);
    root.createDirectoryAt('a');
    root.createDirectoryAt('a/b/');
    writeFile(root, 'a/f', '');
    root.symlinkAt('f', 'a/link');
    const a = root.openAt(follow, 'a', { directory: true }, read);
    assert.deepEqual(names(a), { b: 'directory', f: 'regular-file', link: 'symbolic-link' });
    fails('exist', () => root.createDirectoryAt('a'));
    fails('exist', () => root.createDirectoryAt('.'));
    fails('no-entry', () => root.createDirectoryAt('x/y'));
    fails('not-empty', () => root.removeDirectoryAt('a'));
    fails('not-directory', () => root.removeDirectoryAt('a/f'));
    fails('is-directory', () => root.unlinkFileAt('a/b'));
    fails('is-directory', () => root.unlinkFileAt('a/b/'));
    fails('not-directory', () => root.unlinkFileAt('a/f/'));
    root.symlinkAt('b', 'a/soft');
    for (const path of ['.', 'a/b/', 'a/b//', 'a/b/.', 'a/soft/', 'a/b/../b/']) {
      fails('invalid', () => root.removeDirectoryAt(path));
    }
    fails('not-directory', () => root.removeDirectoryAt('a/f/'));
    fails('not-directory', () => root.removeDirectoryAt('a/soft'));
    fails('no-entry', () => root.removeDirectoryAt('absent/'));
    a.unlinkFileAt('soft');
    // Through a directory that was opened for reading, as `remove_dir_all` does.
    a.removeDirectoryAt('b');
    a.unlinkFileAt('f');
    a.unlinkFileAt('link');
    root.removeDirectoryAt('a');
    assert.deepEqual(names(root), {});
  });

  it('names may be odd', (files) => {
    const { root } = open(files);
    const odd = [
      '...',
      ' ',
      '-rf',
      'a\\b',
      'C:',
      'é',
      'e\u0301',
      '🚀',
      '\uFEFFx',
      'a\nb',
      '\uFFFD',
    ];
    for (const path of [...odd, '__proto__', 'constructor']) {
      writeFile(root, path, path);
      assert.equal(readFile(root, path), path);
    }
    const expected = new Set([...odd, '__proto__', 'constructor']);
    const stream = root.readDirectory();
    for (let entry; (entry = stream.readDirectoryEntry());) expected.delete(entry.name);
    assert.equal(expected.size, 0);
    fails('no-entry', () => root.openAt(follow, '', {}, read));
    fails('invalid', () => root.openAt(follow, 'a\0b', {}, read));
    fails('name-too-long', () => root.openAt(follow, 'x'.repeat(256), create, readWrite));
  });

  it('renames', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'f');
    writeFile(root, 'g', 'g');
    root.createDirectoryAt('d');
    root.createDirectoryAt('full');
    writeFile(root, 'full/x', 'x');
    const d = root.openAt(follow, 'd', { directory: true }, read);
    root.renameAt('f', d, 'moved');
    assert.equal(readFile(root, 'd/moved'), 'f');
    root.renameAt('g', root, 'd/moved');
    assert.equal(readFile(root, 'd/moved'), 'g');
    fails('no-entry', () => root.renameAt('f', root, 'h'));
    fails('not-empty', () => root.renameAt('d', root, 'full'));
    fails('is-directory', () => root.renameAt('d/moved', root, 'full'));
    fails('not-directory', () => root.renameAt('d/moved', root, 'n/'));
    fails('not-directory', () => root.renameAt('full', root, 'd/moved'));
    fails('invalid', () => root.renameAt('d', root, 'd/inside'));
    fails('busy', () => root.renameAt('.', root, 'x'));
    root.renameAt('full/', root, 'other/');
    assert.equal(readFile(root, 'other/x'), 'x');
  });

  it('hard links share their content', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'f');
    root.createDirectoryAt('d');
    root.symlinkAt('f', 'soft');
    root.linkAt(noFollow, 'f', root, 'd/hard');
    root.linkAt(follow, 'soft', root, 'through');
    writeFile(root, 'd/hard', 'changed');
    assert.equal(readFile(root, 'f'), 'changed');
    assert.equal(root.statAt(noFollow, 'f').linkCount, 3n);
    assert.equal(root.statAt(noFollow, 'through').type, 'regular-file');
    const f = root.openAt(follow, 'f', {}, read);
    assert.ok(f.isSameObject(root.openAt(follow, 'd/hard', {}, read)));
    assert.ok(!f.isSameObject(root));
    fails('exist', () => root.linkAt(noFollow, 'f', root, 'd'));
    fails('not-permitted', () => root.linkAt(noFollow, 'd', root, 'e'));
    fails('no-entry', () => root.linkAt(noFollow, 'absent', root, 'e'));
  });

  it('symbolic links are followed where asked', (files) => {
    const { root } = open(files);
    root.createDirectoryAt('d');
    writeFile(root, 'd/f', 'text');
    root.symlinkAt('d/f', 'file');
    root.symlinkAt('d', 'directory');
    root.symlinkAt('../d/./f', 'd/up');
    root.symlinkAt('absent', 'dangling');
    root.symlinkAt('loop', 'loop');
    assert.equal(root.readlinkAt('d/up'), '../d/./f');
    assert.equal(readFile(root, 'file'), 'text');
    assert.equal(readFile(root, 'directory/f'), 'text');
    assert.equal(readFile(root, 'directory/up'), 'text');
    assert.equal(readFile(root, 'directory/../directory/./f'), 'text');
    assert.equal(root.statAt(noFollow, 'file').type, 'symbolic-link');
    assert.equal(root.statAt(follow, 'file').type, 'regular-file');
    assert.equal(root.statAt(noFollow, 'directory/').type, 'directory');
    assert.equal(
      root.openAt(follow, 'directory', { directory: true }, read).getType(),
      'directory',
    );
    fails('loop', () => root.openAt(noFollow, 'file', {}, read));
    fails('loop', () => root.openAt(follow, 'loop', {}, read));
    fails('loop', () => root.statAt(follow, 'loop/x'));
    fails('no-entry', () => root.openAt(follow, 'dangling', {}, read));
    fails('invalid', () => root.readlinkAt('d'));
    fails('exist', () => root.symlinkAt('x', 'd'));
    fails('exist', () => root.openAt(follow, 'dangling', { create: true, exclusive: true }, read));
    writeFile(root, 'dangling', 'made');
    assert.equal(readFile(root, 'absent'), 'made');
  });

  it('no path leads out of the directory', (files) => {
    const { root } = open(files);
    root.createDirectoryAt('d');
    writeFile(root, 'f', 'f');
    root.symlinkAt('..', 'd/parent');
    root.symlinkAt('../..', 'd/out');
    root.symlinkAt('../../etc/passwd', 'd/file');
    root.symlinkAt('d/../..', 'sideways');
    const escapes = ['..', '../x', 'd/../..', 'd/../../x', '/', '/etc/passwd', '//etc'];
    escapes.push('d/out', 'd/out/etc', 'd/file', 'd/parent/..', 'sideways', 'sideways/x');
    for (const path of escapes) {
      fails('not-permitted', () => root.openAt(follow, path, {}, read));
      fails('not-permitted', () => root.openAt(follow, path, create, readWrite));
      fails('not-permitted', () => root.statAt(follow, path));
      fails('not-permitted', () => root.metadataHashAt(follow, path));
      fails('not-permitted', () =>
        root.setTimesAt(follow, path, { tag: 'now' }, { tag: 'no-change' }),
      );
    }
    for (const path of ['../x', 'd/../../x', '/x', 'd/out/x', 'd/parent/../x']) {
      fails('not-permitted', () => root.createDirectoryAt(path));
      fails('not-permitted', () => root.removeDirectoryAt(path));
      fails('not-permitted', () => root.unlinkFileAt(path));
      fails('not-permitted', () => root.readlinkAt(path));
      fails('not-permitted', () => root.symlinkAt('f', path));
      fails('not-permitted', () => root.renameAt('f', root, path));
      fails('not-permitted', () => root.renameAt(path, root, 'g'));
      fails('not-permitted', () => root.linkAt(noFollow, 'f', root, path));
      fails('not-permitted', () => root.linkAt(noFollow, path, root, 'g'));
    }
    // A dangling link creates no file at its target either.
    root.symlinkAt('../escaped', 'dangling');
    for (const flags of [{}, read, { write: true }, readWrite]) {
      for (const openFlags of [create, { create: true, truncate: true }]) {
        fails('not-permitted', () => root.openAt(follow, 'dangling', openFlags, flags));
        fails('loop', () => root.openAt(noFollow, 'dangling', openFlags, flags));
      }
    }
    assert.ok(!fs.existsSync(join(scratch, 'escaped')));
    // The directory that a call is made on is what holds it, not the preopen.
    const d = root.openAt(follow, 'd', { directory: true }, read);
    fails('not-permitted', () => d.openAt(follow, '../f', {}, read));
    fails('not-permitted', () => d.openAt(follow, 'parent/f', {}, read));
    assert.equal(readFile(root, 'd/parent/f'), 'f');
    fails('not-permitted', () => root.symlinkAt('/etc/passwd', 'absolute'));
  });

  it('a link in the place of an open directory leads nowhere', (files) => {
    const { root } = open(files);
    const outside = newFolder();
    const target = `../${basename(outside)}`;
    fs.mkdirSync(join(outside, 'b/empty'), { recursive: true });
    fs.writeFileSync(join(outside, 'b/secret'), 'secret');
    const before = snapshot(outside);
    const now = { tag: 'now' };
    const uses = [
      (base) => readFile(base, 'secret'),
      (base) => base.statAt(noFollow, 'secret'),
      (base) => base.openAt(follow, 'secret', { truncate: true }, readWrite),
      (base) => base.openAt(follow, 'empty', { directory: true }, read),
      (base) => base.setTimesAt(noFollow, 'secret', now, now),
      (base) => base.unlinkFileAt('secret'),
      (base) => base.removeDirectoryAt('empty'),
      (base) => base.renameAt('secret', root, 'stolen'),
      (base) => base.linkAt(noFollow, 'secret', root, 'stolen'),
    ];
    const additions = [
      (base) => base.openAt(follow, 'planted', create, readWrite),
      (base) => base.createDirectoryAt('directory'),
      (base) => base.symlinkAt('x', 'link'),
      (base) => base.linkAt(noFollow, 'planted', base, 'hard'),
      (base) => root.renameAt('loose', base, 'loose'),
      (base) => base.setTimes(now, now),
      (base) => base.sync(),
    ];
    const replacements = [
      // A directory above it is moved away.
      () => {
        root.renameAt('a', root, 'moved');
        root.symlinkAt(target, 'a');
      },
      // It is moved away itself.
      () => {
        root.renameAt('a/b', root, 'moved');
        root.symlinkAt(`../${target}/b`, 'a/b');
      },
      // It is removed.
      () => {
        root.removeDirectoryAt('a/b');
        root.removeDirectoryAt('a');
        root.symlinkAt(target, 'a');
      },
    ];
    for (const replace of replacements) {
      root.createDirectoryAt('a');
      root.createDirectoryAt('a/b');
      writeFile(root, 'loose', 'loose');
      const b = root.openAt(follow, 'a/b', { directory: true }, read);
      replace();
      for (const use of uses) fails('no-entry', () => use(b));
      for (const add of additions) {
        // Where directories are open objects, a moved one is still itself.
        try {
          add(b);
        } catch (error) {
          assert.equal(error.payload, 'no-entry');
        }
      }
      try {
        assert.ok(!('secret' in names(b)));
      } catch (error) {
        assert.equal(error.payload, 'no-entry');
      }
      assert.equal(snapshot(outside), before);
      clear(root);
    }
  });

  it('nothing changes below a read-only directory', (files) => {
    const { root } = open(files);
    root.createDirectoryAt('d');
    writeFile(root, 'd/f', 'f');
    const { root: readOnly } = open(files, { readOnly: true });
    assert.deepEqual(readOnly.getFlags(), { read: true, mutateDirectory: false });
    const d = readOnly.openAt(follow, 'd', { directory: true }, read);
    const file = d.openAt(follow, 'f', {}, read);
    assert.equal(readFile(readOnly, 'd/f'), 'f');
    assert.deepEqual(names(d), { f: 'regular-file' });
    const now = { tag: 'now' };
    const changes = [
      (base) => base.openAt(follow, 'f', {}, { write: true }),
      (base) => base.openAt(follow, 'f', {}, readWrite),
      (base) => base.openAt(follow, 'f', { truncate: true }, read),
      (base) => base.openAt(follow, 'new', create, read),
      (base) => base.openAt(follow, '.', { directory: true }, { mutateDirectory: true }),
      (base) => base.createDirectoryAt('new'),
      (base) => base.removeDirectoryAt('d'),
      (base) => base.unlinkFileAt('f'),
      (base) => base.renameAt('f', root, 'g'),
      (base) => root.renameAt('d/f', base, 'g'),
      (base) => base.linkAt(noFollow, 'f', root, 'g'),
      (base) => root.linkAt(noFollow, 'd/f', base, 'g'),
      (base) => base.symlinkAt('f', 'g'),
      (base) => base.setTimesAt(noFollow, 'f', now, now),
      (base) => base.setTimes(now, now),
    ];
    for (const change of changes) {
      fails('not-permitted', () => change(readOnly));
      fails('not-permitted', () => change(d));
    }
    for (const change of [
      () => file.setSize(0n),
      () => file.setTimes(now, now),
      () => file.write(encoder.encode('g'), 0n),
      () => file.writeViaStream(0n),
      () => file.appendViaStream(),
    ]) {
      fails('not-permitted', change);
    }
    // Contradictory flags are refused before that.
    const flags = { directory: true, truncate: true };
    fails('invalid', () => readOnly.openAt(follow, 'd', flags, readWrite));
    assert.equal(readFile(root, 'd/f'), 'f');
  });

  it('times are set and kept', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'f');
    root.symlinkAt('f', 'link');
    const at = (seconds) => ({ tag: 'timestamp', val: { seconds, nanoseconds: 500_000_000 } });
    const file = root.openAt(follow, 'f', {}, readWrite);
    file.setTimes(at(1000n), at(2000n));
    assert.deepEqual(file.stat().dataAccessTimestamp, { seconds: 1000n, nanoseconds: 5e8 });
    assert.deepEqual(file.stat().dataModificationTimestamp, { seconds: 2000n, nanoseconds: 5e8 });
    root.setTimesAt(noFollow, 'f', { tag: 'no-change' }, at(3000n));
    assert.equal(file.stat().dataAccessTimestamp.seconds, 1000n);
    assert.equal(file.stat().dataModificationTimestamp.seconds, 3000n);
    root.setTimesAt(noFollow, 'link', at(7n), at(7n));
    assert.equal(root.statAt(noFollow, 'link').dataModificationTimestamp.seconds, 7n);
    assert.equal(file.stat().dataModificationTimestamp.seconds, 3000n);
    root.setTimesAt(follow, 'link', { tag: 'now' }, { tag: 'now' });
    const age = BigInt(Date.now()) / 1000n - file.stat().dataModificationTimestamp.seconds;
    assert.ok(age >= 0n && age < 60n);
    root.setTimesAt(noFollow, '.', at(5n), at(5n));
    assert.equal(root.stat().dataModificationTimestamp.seconds, 5n);
    const fine = { seconds: 1_700_000_000n, nanoseconds: 999_999_999 };
    file.setTimes({ tag: 'timestamp', val: fine }, { tag: 'timestamp', val: fine });
    const set = file.stat().dataModificationTimestamp;
    // A disk may keep microseconds only, which are cut off.
    assert.equal(set.seconds, fine.seconds);
    assert.ok(set.nanoseconds >= 999_999_000 && set.nanoseconds <= 999_999_999);
    const none = { tag: 'no-change' };
    for (let i = 0n; i < 5n; i += 1n) file.setTimes(at(i), none);
    root.setTimesAt(noFollow, 'f', none, none);
    const { dataAccessTimestamp, dataModificationTimestamp } = file.stat();
    assert.equal(dataAccessTimestamp.seconds, 4n);
    assert.equal(dataModificationTimestamp.seconds, set.seconds);
    assert.ok(dataModificationTimestamp.nanoseconds >= 999_999_000);
    fails('overflow', () => file.setTimes(at((1n << 64n) - 1n), at(0n)));
    const broken = { tag: 'timestamp', val: { seconds: 0n, nanoseconds: 1_000_000_000 } };
    fails('invalid', () => file.setTimes(broken, broken));
  });

  it('a hash of metadata follows the object', (files) => {
    const { root } = open(files);
    writeFile(root, 'f', 'f');
    writeFile(root, 'g', 'f');
    const file = root.openAt(follow, 'f', {}, readWrite);
    const before = file.metadataHash();
    assert.deepEqual(root.metadataHashAt(noFollow, 'f'), before);
    assert.notDeepEqual(root.metadataHashAt(noFollow, 'g'), before);
    file.write(encoder.encode('longer'), 0n);
    assert.notDeepEqual(file.metadataHash(), before);
    for (const half of [before.lower, before.upper]) assert.ok(half >= 0n && half < 1n << 64n);
  });

  it('a path that walks in circles comes to an end', (files) => {
    const { root } = open(files);
    let path = '';
    for (let depth = 0; depth < 500; depth += 1) {
      path += 'd/';
      root.createDirectoryAt(path);
    }
    const circle = `${path}${'../d/'.repeat(600)}`;
    const begin = performance.now();
    fails('loop', () => root.statAt(follow, circle));
    assert.ok(performance.now() - begin < 5000);
  });

  it('long and deep paths are walked', (files) => {
    const { root } = open(files);
    let path = '';
    for (let depth = 0; depth < 60; depth += 1) {
      path += 'd/';
      root.createDirectoryAt(path);
    }
    writeFile(root, `${path}f`, 'deep');
    assert.equal(readFile(root, `${path}f`), 'deep');
    assert.equal(readFile(root, `${path}${'../'.repeat(59)}${'d/'.repeat(59)}f`), 'deep');
    assert.equal(readFile(root, `${'./'.repeat(1900)}${path}f`), 'deep');
    fails('name-too-long', () => root.statAt(follow, './'.repeat(2048)));
    fails('name-too-long', () => root.statAt(follow, 'd/'.repeat(1 << 20)));
  });
}

test('disk: times that were there are kept to the microsecond, also those before 1970', () => {
  const folder = newFolder();
  const path = join(folder, 'f');
  fs.writeFileSync(path, '');
  const { root } = open(openDirectory(folder));
  const touch = spawnSync('touch', ['-d', '2024-01-01T00:00:00.123456789Z', path]);
  if (touch.status === 0) {
    root.setTimesAt(noFollow, 'f', { tag: 'no-change' }, { tag: 'no-change' });
    const { mtimeNs: before } = fs.statSync(path, { bigint: true });
    assert.ok(before % 1_000_000_000n === 123_456_789n || process.platform !== 'linux');
    for (let i = 0; i < 5; i += 1) {
      root.setTimesAt(noFollow, 'f', { tag: 'now' }, { tag: 'no-change' });
      const { mtimeNs: after } = fs.statSync(path, { bigint: true });
      assert.equal(after / 1000n, before / 1000n);
    }
  }
  fs.utimesSync(path, new Date(-5500), new Date(-5500));
  root.setTimesAt(noFollow, 'f', { tag: 'now' }, { tag: 'no-change' });
  assert.equal(fs.statSync(path).mtimeMs, -5500);
});

test('disk: what Deno reports without a code has the code of the WIT', () => {
  const { root } = open(openDirectory(newFolder(), 'path'));
  const { symlinkSync } = fs.default;
  try {
    for (const [name, code] of [
      ['NotCapable', 'access'],
      ['NotFound', 'no-entry'],
      ['AlreadyExists', 'exist'],
    ]) {
      fs.default.symlinkSync = () => {
        throw Object.assign(new Error('Requires write access'), { name });
      };
      fails(code, () => root.symlinkAt('a', 'b'));
    }
  } finally {
    fs.default.symlinkSync = symlinkSync;
  }
});

test('disk, by path: no hard link is made of where a symbolic link leads', async () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  const mac = await import('../dist/host/node.js?darwin');
  Object.defineProperty(process, 'platform', platform);
  const outside = newFolder();
  fs.writeFileSync(join(outside, 'secret'), 'secret');
  const { root } = open(mac.openDirectory(newFolder(), 'path'));
  root.symlinkAt(`../${basename(outside)}/secret`, 'link');
  root.createDirectoryAt('d');
  writeFile(root, 'd/f', 'f');
  const { linkSync } = fs.default;
  try {
    // As on macOS.
    fs.default.linkSync = (path, newPath) => linkSync(fs.realpathSync(path), newPath);
    fails('unsupported', () => root.linkAt(noFollow, 'link', root, 'hard'));
    fails('not-permitted', () => root.linkAt(follow, 'link', root, 'hard'));
    root.linkAt(noFollow, 'd/f', root, 'hard');
    assert.equal(readFile(root, 'hard'), 'f');
    // As if another program came between look and use.
    fs.default.linkSync = (path, newPath) => linkSync(join(outside, 'secret'), newPath);
    fails('no-entry', () => root.linkAt(noFollow, 'd/f', root, 'other'));
  } finally {
    fs.default.linkSync = linkSync;
  }
  assert.deepEqual(Object.keys(names(root)).toSorted(), ['d', 'hard', 'link']);
  assert.equal(fs.statSync(join(outside, 'secret')).nlink, 1);
});

test('disk, by path: a directory that was replaced is not taken for the one that was opened', () => {
  const folder = newFolder();
  const { root } = open(openDirectory(folder, false));
  root.createDirectoryAt('d');
  const d = root.openAt(follow, 'd', { directory: true }, read);
  writeFile(d, 'f', 'f');
  root.renameAt('d', root, 'moved');
  fails('no-entry', () => d.stat());
  root.createDirectoryAt('d');
  writeFile(root, 'd/f', 'other');
  fails('no-entry', () => readFile(d, 'f'));
  fails('no-entry', () => d.stat());
  fails('no-entry', () => d.readDirectory());
  fails('no-entry', () => d.openAt(follow, '.', {}, read));
  // Back in its place, it is itself again.
  root.renameAt('d', root, 'other');
  root.renameAt('moved', root, 'd');
  assert.equal(readFile(d, 'f'), 'f');
});

test('disk, by path: a file that is not at its path is not opened', () => {
  const folder = newFolder();
  const outside = newFolder();
  fs.mkdirSync(join(folder, 'd'));
  for (const path of [join(folder, 'd/f'), join(outside, 'f')]) fs.writeFileSync(path, path);
  const { root } = open(openDirectory(folder, false));
  // As if another program came between look and use.
  const { openSync } = fs.default;
  fs.default.openSync = (path, ...rest) => {
    if (!path.endsWith('d/f')) return openSync(path, ...rest);
    fs.renameSync(join(folder, 'd'), join(folder, 'moved'));
    fs.symlinkSync(outside, join(folder, 'd'));
    return openSync(path, ...rest);
  };
  try {
    fails('no-entry', () => root.openAt(follow, 'd/f', {}, read));
  } finally {
    fs.default.openSync = openSync;
  }
  fs.unlinkSync(join(folder, 'd'));
  fs.renameSync(join(folder, 'moved'), join(folder, 'd'));
  assert.equal(readFile(root, 'd/f'), join(folder, 'd/f'));
});

for (const way of ways.filter((way) => way !== 'path')) {
  test(`disk, by ${way}: a directory that was moved and replaced is still itself`, () => {
    const folder = newFolder();
    const outside = newFolder();
    fs.writeFileSync(join(outside, 'secret'), 'secret');
    const { root } = open(openDirectory(folder, way));
    root.createDirectoryAt('d');
    const d = root.openAt(follow, 'd', { directory: true }, read);
    fs.renameSync(join(folder, 'd'), join(folder, 'moved'));
    fs.symlinkSync(outside, join(folder, 'd'));
    fails('no-entry', () => d.openAt(follow, 'secret', {}, read));
    fails('not-permitted', () => root.openAt(follow, 'd/secret', {}, read));
    writeFile(d, 'mine', 'mine');
    assert.equal(fs.readFileSync(join(folder, 'moved', 'mine'), 'utf8'), 'mine');
    assert.deepEqual(fs.readdirSync(outside), ['secret']);
  });
}

test('disk, by addon: a time past the range of the disk is late, and not wrapped around', () => {
  const { root } = open(openDirectory(newFolder(), 'addon'));
  writeFile(root, 'f', 'f');
  const seconds = () => root.statAt(follow, 'f').dataModificationTimestamp.seconds;
  const file = root.openAt(follow, 'f', {}, { write: true });
  // The years 2262 and 3000, and as late as is taken.
  for (const late of [9_223_372_037n, 32_503_680_000n, 1n << 40n]) {
    const time = { tag: 'timestamp', val: { seconds: late, nanoseconds: 0 } };
    for (const setTimes of [
      () => root.setTimesAt(follow, 'f', time, time),
      () => file.setTimes(time, time),
    ]) {
      file.setTimes({ tag: 'now' }, { tag: 'now' });
      setTimes();
      // File systems end in 2038 at the earliest.
      assert.ok(seconds() > 2_147_000_000n, `${late} became ${seconds()}`);
    }
  }
});

/** Links on the way of a long path, and what a walk from the top of it gives. */
for (const way of ways) {
  test(`disk, by ${way}: times of files are kept to the microsecond at least`, () => {
    const { root } = open(openDirectory(newFolder(), way));
    writeFile(root, 'f', 'f');
    const time = { tag: 'timestamp', val: { seconds: 1_700_000_000n, nanoseconds: 123_456_789 } };
    // Node takes seconds as a double, which newer versions do not cut off to the microsecond.
    const precision = way === 'addon' ? 1 : 1000;
    const checkModified = () => {
      const { seconds, nanoseconds } = root.statAt(follow, 'f').dataModificationTimestamp;
      assert.equal(seconds, time.val.seconds);
      const kept = Math.floor(time.val.nanoseconds / precision);
      assert.equal(Math.floor(nanoseconds / precision), kept);
    };
    root.setTimesAt(follow, 'f', time, time);
    checkModified();
    const file = root.openAt(follow, 'f', {}, { write: true });
    file.setTimes({ tag: 'now' }, time);
    checkModified();
  });

  test(`disk, by ${way}: no long path leads out`, () => {
    const [folder, outside] = [newFolder(), newFolder()];
    fs.mkdirSync(join(folder, 'a/b/c/d'), { recursive: true });
    fs.mkdirSync(join(outside, 'c/d'), { recursive: true });
    fs.writeFileSync(join(outside, 'c/d/f'), 'secret');
    fs.writeFileSync(join(folder, 'a/b/c/d/f'), 'inside');
    fs.mkdirSync(join(folder, 'links'));
    const link = (target, name) => fs.symlinkSync(target, join(folder, 'links', name));
    link(outside, 'absolute');
    link(`../../${basename(outside)}`, 'relative');
    link('../a/b', 'inner');
    link('../a/../a/b/.', 'winding');
    link('loop', 'loop');
    link('/proc/self/root', 'magic');
    link('/proc/self/cwd', 'cwd');
    link('..', 'up');
    link('../..', 'out');
    link('nothing', 'dangling');
    const { root } = open(openDirectory(folder, way));
    const size = (path) => Number(root.statAt(follow, path).size);
    for (const path of [
      'a/b/c/d/f',
      'links/inner/c/d/f',
      'links/winding/c/d/f',
      'links/up/links/up/a/b/c/d/f',
      'links/inner/../b/c/d/f',
      './a//b/./c/../c/d/f',
      'a/b/../b/c/d/../d/f',
    ]) {
      assert.equal(size(path), 6, path);
      assert.equal(readFile(root, path), 'inside', path);
    }
    const refused = {
      'links/absolute/c/d/f': 'not-permitted',
      'links/relative/c/d/f': 'not-permitted',
      'links/out/tmp/c/d/f': 'not-permitted',
      'links/magic/etc/ssl/x': 'not-permitted',
      'links/cwd/shims/src/index.ts': 'not-permitted',
      'links/loop/b/c/d': 'loop',
      'links/dangling/b/c': 'no-entry',
      'a/b/c/d/../../../../../etc/passwd': 'not-permitted',
      'a/b/c/d/f/g/h': 'not-directory',
      'a/b/x/d/f': 'no-entry',
      '/a/b/c/d/f': 'not-permitted',
      'a/b/c\0/d/f': 'invalid',
      [`a/b/${'c/d/../../'.repeat(500)}c`]: 'name-too-long',
    };
    for (const [path, code] of Object.entries(refused)) {
      fails(code, () => root.statAt(follow, path));
      fails(code, () => root.openAt(follow, path, {}, read));
      fails(code, () => root.openAt(follow, path, { create: true }, { write: true }));
      fails(code, () => root.createDirectoryAt(`${path}/new`));
    }
    assert.deepEqual(fs.readdirSync(join(outside, 'c/d')), ['f']);
    assert.equal(fs.readFileSync(join(outside, 'c/d/f'), 'utf8'), 'secret');
  });
}

if (process.platform === 'linux') {
  test('no descriptor is left open', () => {
    const count = () => fs.readdirSync('/proc/self/fd').length;
    const { root } = open(openDirectory(newFolder(), 'descriptor'));
    const before = count();
    root.createDirectoryAt('a');
    root.createDirectoryAt('a/b');
    writeFile(root, 'a/b/../b/f', 'text');
    readFile(root, 'a/b/f');
    names(root);
    root.symlinkAt('a/b', 'link');
    fails('no-entry', () => root.openAt(follow, 'a/b/absent', {}, read));
    fails('not-permitted', () => root.openAt(follow, 'link/../../..', {}, read));
    root.openAt(follow, 'link', {}, read)[Symbol.dispose]();
    const file = root.openAt(follow, 'a/b/f', {}, { write: true });
    file.appendViaStream()[Symbol.dispose]();
    const stream = file.appendViaStream();
    stream.blockingWriteAndFlush(encoder.encode('x'));
    stream[Symbol.dispose]();
    file[Symbol.dispose]();
    assert.equal(count(), before);
  });

  // Deno gives names as text only.
  const bytes = 'Deno' in globalThis ? { skip: 'no names as bytes' } : {};
  test('disk: a name that is not Unicode is an error of its own', bytes, () => {
    const folder = newFolder();
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff])]), '');
    fs.writeFileSync(join(folder, 'ok'), '');
    const { root } = open(openDirectory(folder));
    const stream = root.readDirectory();
    const found = [];
    for (let i = 0; i < 2; i += 1) {
      try {
        found.push(stream.readDirectoryEntry().name);
      } catch (error) {
        found.push(error.payload);
      }
    }
    assert.deepEqual(found.toSorted(), ['illegal-byte-sequence', 'ok']);
    assert.equal(stream.readDirectoryEntry(), undefined);
  });
}

test('directories of different kinds do not mix', () => {
  const wasi = createWasi({
    preopens: [
      { guest: '/disk', files: openDirectory(newFolder()) },
      { guest: '/memory', files: { f: 'f' } },
    ],
  });
  const [[disk], [memory]] = wasi['wasi:filesystem/preopens'].getDirectories();
  writeFile(disk, 'g', 'g');
  fails('cross-device', () => memory.renameAt('f', disk, 'f'));
  fails('cross-device', () => disk.renameAt('g', memory, 'g'));
  fails('cross-device', () => memory.linkAt(noFollow, 'f', disk, 'f'));
  assert.ok(!disk.isSameObject(memory));
});

test('a directory that cannot be granted is said at once', () => {
  const absent = join(scratch, 'absent');
  assert.throws(() => createWasi({ preopens: [{ guest: '/', host: absent }] }), {
    name: 'CapabilityError',
    code: 'invalid-capability',
    message: `cannot grant the directory \`${absent}\`: ENOENT`,
    help: 'create it, or grant one that is there',
  });
  const file = join(scratch, 'file');
  fs.writeFileSync(file, '');
  assert.throws(() => createWasi({ preopens: [{ guest: '/', host: file }] }), /ENOTDIR/);
  for (const name of ['', '.', '..', 'a/b']) {
    assert.throws(() => memoryDirectory({ [name]: '' }), /is not a file name/);
    const preopens = [{ guest: '/m', files: { [name]: '' } }];
    assert.throws(() => createWasi({ preopens }), { code: 'invalid-capability' });
  }
});

test('memory: a tree is granted with its files', () => {
  const files = { 'a.txt': 'text', bytes: new Uint8Array([1, 2]), d: { inner: { f: 'deep' } } };
  const { root } = open(files);
  assert.deepEqual(names(root), { 'a.txt': 'regular-file', bytes: 'regular-file', d: 'directory' });
  assert.equal(readFile(root, 'a.txt'), 'text');
  assert.equal(readFile(root, 'd/inner/f'), 'deep');
  const kept = memoryDirectory(files);
  assert.deepEqual(Object.keys(readTree(kept)), ['a.txt', 'bytes', 'd']);
  assert.equal(decoder.decode(readTree(kept).d.inner.f), 'deep');
  writeFile(open(kept).root, 'new', 'kept');
  assert.equal(readFile(open(kept).root, 'new'), 'kept');
});

test('memory: a removed directory takes no more files', () => {
  const { root } = open({ d: {} });
  const d = root.openAt(follow, 'd', { directory: true }, read);
  root.removeDirectoryAt('d');
  fails('no-entry', () => d.openAt(follow, 'f', create, readWrite));
});

test('memory: a tree holds as much as it may', () => {
  const { root } = open(memoryDirectory({}, 20_000));
  const file = root.openAt(follow, 'f', create, readWrite);
  file.write(new Uint8Array(10_000), 0n);
  fails('insufficient-space', () => file.write(new Uint8Array(1), 30_000n));
  fails('insufficient-space', () => file.setSize(1n << 31n));
  assert.equal(file.stat().size, 10_000n);
  fails('insufficient-space', () => {
    for (let i = 0; i < 100; i += 1) root.createDirectoryAt(`d${i}`);
  });
  fails('insufficient-space', () => root.symlinkAt('x', 'y'));
  root.unlinkFileAt('f');
  // A file without a name is there as long as it is open.
  file.write(new Uint8Array(10_000), 0n);
  root.removeDirectoryAt('d0');
  const other = root.openAt(follow, 'g', create, readWrite);
  fails('insufficient-space', () => other.write(new Uint8Array(9000), 0n));
  file[Symbol.dispose]();
  other.write(new Uint8Array(9000), 0n);
});

test('memory: trees do not mix', () => {
  const one = open({ f: '1' }).root;
  const other = open({}).root;
  fails('cross-device', () => one.renameAt('f', other, 'f'));
});
