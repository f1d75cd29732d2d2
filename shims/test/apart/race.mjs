/**
 * Two guests, each on a thread of its own, that share a folder: one puts a link that leads
 * outside in place of a directory, again and again, the other goes through it. Prints what
 * came of it as JSON. `node race.mjs FOLDER OPERATIONS BELOW`, where what it goes to is in `BELOW`
 * of the directory.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { createWasi } from '../lib.mjs';
import { host } from '../../dist/host/node.js';

const follow = { symlinkFollow: true };
const create = { create: true };
const write = { write: true };

/** The directory that a guest is granted. */
function guestOf(folder) {
  const wasi = createWasi({ preopens: [{ guest: '/', host: folder }] });
  return wasi['wasi:filesystem/preopens'].getDirectories()[0][0];
}

/** Runs an operation and says what the guest gets, a value or a code. */
function outcome(operation) {
  try {
    return operation() ?? 'done';
  } catch (error) {
    if (typeof error.payload !== 'string') throw error;
    return error.payload;
  }
}

function swaps(folder, operations, isOver) {
  const root = guestOf(folder);
  for (let n = 0; n < operations; n += 4) {
    outcome(() => root.renameAt('d', root, 'e'));
    outcome(() => root.symlinkAt('../outside', 'd'));
    outcome(() => root.unlinkFileAt('d'));
    outcome(() => root.renameAt('e', root, 'd'));
  }
  Atomics.store(isOver, 0, 1);
}

function goesThrough(folder, operations, below, isOver) {
  const root = guestOf(folder);
  const counts = {};
  const used = (descriptor, use) => {
    try {
      return use(descriptor);
    } finally {
      descriptor[Symbol.dispose]();
    }
  };
  const d = join('d', below);
  const attempts = [
    () => {
      const file = root.openAt(follow, `${d}/f`, {}, { read: true });
      return used(file, () => new TextDecoder().decode(file.read(64n, 0n)[0]));
    },
    () => used(root.openAt(follow, `${d}/made`, create, write), () => 'made'),
    () => root.createDirectoryAt(`${d}/folder`),
    () => root.unlinkFileAt(`${d}/made`),
    () => root.removeDirectoryAt(`${d}/folder`),
    () => root.linkAt({}, `${d}/f`, root, `${d}/linked`),
    () => root.unlinkFileAt(`${d}/linked`),
    () => root.renameAt(`${d}/f`, root, `${d}/g`),
    () => root.renameAt(`${d}/g`, root, `${d}/f`),
    () => String(root.statAt(follow, `${d}/f`).size),
  ];
  for (let n = 0; n < operations || Atomics.load(isOver, 0) === 0; n += 1) {
    const result = outcome(attempts[n % attempts.length]);
    counts[result] = (counts[result] ?? 0) + 1;
  }
  return counts;
}

if (isMainThread) {
  const [, , folder, operations, below] = process.argv;
  const inside = join(folder, 'inside');
  const outside = join(folder, 'outside');
  const [real, secret] = [join(inside, 'd', below), join(outside, below)];
  for (const path of [real, secret]) mkdirSync(path, { recursive: true });
  writeFileSync(join(real, 'f'), 'inside');
  writeFileSync(join(secret, 'f'), 'a secret');
  const isOver = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { folder: inside, operations: Number(operations), isOver },
  });
  const counts = goesThrough(inside, Number(operations), below, isOver);
  await new Promise((resolve) => worker.once('exit', resolve));
  const left = readdirSync(secret);
  const kept = readFileSync(join(secret, 'f'), 'utf8');
  const way = host.openDirectory(inside).constructor.name;
  console.log(JSON.stringify({ way, counts, left, kept }));
} else {
  swaps(workerData.folder, workerData.operations, workerData.isOver);
}
