// Random operations on the file systems: each must answer alike, and nothing
// outside may change.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { memoryDirectory } from '@windlass/wasi';

import { openDirectory } from '../dist/host/node.js';
import { scratch, ways } from './disks.mjs';
import { createWasi } from './lib.mjs';

const steps = Number(process.env.WINDLASS_MODEL_STEPS ?? 4000);
const seeds = [1, 2, 3];

/** Numbers from 0 up to `below`, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function rootOf(files) {
  const wasi = createWasi({ preopens: [{ guest: '/', files }] });
  return wasi['wasi:filesystem/preopens'].getDirectories()[0][0];
}

/** The result of an operation, without the parts that differ between systems. */
function outcome(action) {
  try {
    return action() ?? 'done';
  } catch (error) {
    assert.ok('payload' in error, error.stack);
    // Which of two reasons is given differs between systems.
    return process.platform === 'linux' ? `error ${error.payload}` : 'error';
  }
}

function describe({ type, linkCount, size }) {
  // A directory's size and links differ from one file system to the next.
  return type === 'directory' ? type : `${type} ${linkCount} ${size}`;
}

function list(directory) {
  const entries = [];
  const stream = directory.readDirectory();
  for (let entry; (entry = stream.readDirectoryEntry());) entries.push(entry.name + entry.type);
  return entries.toSorted().join();
}

/** Opens, uses and closes. */
function using(descriptor, use) {
  try {
    return use(descriptor);
  } finally {
    descriptor[Symbol.dispose]();
  }
}

/** A random operation, as a function of the directory it works on. */
function nextOperation(random) {
  const pick = (...choices) => choices[random(choices.length)];
  const name = () => pick('a', 'b', 'c', 'd', '..', '.', '');
  const path = () => Array.from({ length: 1 + random(4) }, name).join('/');
  const [one, other] = [path(), path()];
  const follow = { symlinkFollow: pick(true, false) };
  const data = new Uint8Array(random(20)).fill(65 + random(26));
  const offset = BigInt(random(30));
  const openFlags = {
    create: pick(true, false),
    exclusive: random(4) === 0,
    truncate: random(4) === 0,
    directory: random(4) === 0,
  };
  const flags = { read: pick(true, false), write: pick(true, false) };
  const operations = {
    open: (root) =>
      using(root.openAt(follow, one, openFlags, flags), (descriptor) => {
        const isDirectory = descriptor.getType() === 'directory';
        return isDirectory ? list(descriptor) : describe(descriptor.stat());
      }),
    write: (root) =>
      using(root.openAt(follow, one, { create: true }, { write: true }), (file) => {
        file.write(data, offset);
        file.appendViaStream().blockingWriteAndFlush(data.subarray(0, 3));
      }),
    read: (root) =>
      using(root.openAt(follow, one, {}, { read: true }), (file) => file.read(50n, offset).join()),
    resize: (root) =>
      using(root.openAt(follow, one, {}, flags), (file) => {
        file.setSize(offset);
      }),
    stat: (root) => describe(root.statAt(follow, one)),
    createDirectory: (root) => root.createDirectoryAt(one),
    removeDirectory: (root) => root.removeDirectoryAt(one),
    unlink: (root) => root.unlinkFileAt(one),
    rename: (root) => root.renameAt(one, root, other),
    link: (root) => root.linkAt(follow, one, root, other),
    symlink: (root) => root.symlinkAt(one, other),
    readlink: (root) => root.readlinkAt(one),
    within: (root) =>
      using(root.openAt(follow, one, { directory: true }, {}), (directory) =>
        describe(directory.statAt(follow, other)),
      ),
  };
  const kind = pick(...Object.keys(operations));
  return { run: operations[kind], text: `${kind} ${JSON.stringify([one, other, follow])}` };
}

for (const seed of seeds) {
  test(`${steps} operations from seed ${seed}`, () => {
    const outside = fs.mkdtempSync(join(scratch, 'outside-'));
    const folder = (name) => {
      fs.mkdirSync(join(outside, name));
      return join(outside, name);
    };
    const systems = [['memory', rootOf(memoryDirectory())]];
    for (const way of ways) systems.push([`by ${way}`, rootOf(openDirectory(folder(way), way))]);
    const random = generator(seed);
    const history = [];
    for (let step = 0; step < steps; step += 1) {
      const { run, text } = nextOperation(random);
      const outcomes = systems.map(([, root]) => outcome(() => run(root)));
      history.push(`${text} -> ${outcomes[0]}`);
      for (const [index, [name]] of systems.entries()) {
        const said = `step ${step}, ${name}, after\n${history.slice(-15).join('\n')}`;
        assert.equal(outcomes[index], outcomes[0], said);
      }
    }
    const kinds = new Set(history.map((line) => line.slice(line.indexOf('->'))));
    assert.ok(kinds.size > 20, `only ${kinds.size} different outcomes`);
    assert.deepEqual(fs.readdirSync(outside).toSorted(), ways.toSorted());
  });
}
