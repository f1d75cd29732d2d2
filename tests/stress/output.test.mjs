/** Output is whole or not there: processes that are killed while they write, and two at once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Chance, seeds } from './lib.mjs';
import { binding } from '../../npm/windlass/dist/binding.js';
import { replaceFile, replaceFiles } from '../../npm/windlass/dist/replace.js';

const { exchange } = binding();
const scratch = mkdtempSync(join(tmpdir(), 'windlass-output-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** The files that each write replaces; their contents name their generation. */
const names = ['thing.js', 'thing.instantiate.js', 'thing.core.wasm', 'thing.d.ts'];
const filesOf = (generation) =>
  new Map(names.map((name, i) => [name, Buffer.alloc(1 + i * 60_000, String(generation % 10))]));

/** The program of a process that is killed. */
const writer = join(scratch, 'writer.mjs');
const dist = new URL('../../npm/windlass/dist/', import.meta.url);
writeFileSync(
  writer,
  `import { binding } from '${new URL('binding.js', dist)}';
import { replaceFile, replaceFiles } from '${new URL('replace.js', dist)}';
import { rmSync } from 'node:fs';
const [, , way, path, first, step, last] = process.argv;
const names = ${JSON.stringify(names)};
const { exchange } = binding();
process.send('ready');
for (let n = Number(first); n < Number(last); n += Number(step)) {
  const files = new Map(
    names.map((name, i) => [name, Buffer.alloc(1 + i * 60_000, String(n % 10))]),
  );
  if (way === 'anew') rmSync(path, { recursive: true, force: true });
  if (way === 'file') replaceFile(path, files.get('thing.core.wasm'));
  else replaceFiles(path, files, way === 'exchanged' ? exchange : undefined);
}
process.disconnect();
`,
);

/** Starts a process that writes, and waits until it begins. */
async function start(...args) {
  const child = spawn(process.execPath, [writer, ...args.map(String)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code)),
  );
  await new Promise((resolve) => child.once('message', resolve));
  return { child, ended };
}

/** The generation of a file, which has one from its first byte to its last. */
function generationOf(path, name) {
  const bytes = readFileSync(path);
  const expected = filesOf(bytes[0] - 0x30).get(name);
  assert.ok(bytes.equals(expected), `${path} is no whole file`);
  return bytes[0] - 0x30;
}

/** The generations that are in a folder: one, unless it is half moved. */
function generationsOf(folder) {
  return new Set(names.map((name) => generationOf(join(folder, name), name)));
}

/** Kills a process at a moment that is drawn. */
async function killed(chance, ...args) {
  const { child, ended } = await start(...args);
  await new Promise((resolve) => setTimeout(resolve, chance.below(25)));
  // A millisecond is long here.
  for (let spin = chance.below(200_000); spin > 0; spin--);
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
}

const left = (folder) => readdirSync(folder).filter((name) => name.startsWith('.windlass'));

for (const seed of seeds(1)) {
  describe(`killed while it writes, seed ${seed}`, () => {
    const rounds = 25;

    test('one file', async () => {
      const chance = new Chance(seed);
      const folder = join(scratch, 'file');
      const path = join(folder, 'thing.wasm');
      replaceFile(path, filesOf(0).get('thing.core.wasm'));
      let stages = 0;
      for (let round = 0; round < rounds; round++) {
        await killed(chance, 'file', path, 0, 1, 1e9);
        generationOf(path, 'thing.core.wasm');
        stages = left(folder).length;
      }
      console.log(`${rounds} killed, ${stages} in the middle; each file whole`);
    });

    test('a folder that is exchanged', { skip: exchange === undefined }, async () => {
      const chance = new Chance(seed);
      const above = join(scratch, 'exchanged');
      const folder = join(above, 'out');
      replaceFiles(folder, filesOf(0), exchange);
      for (let round = 0; round < rounds; round++) {
        await killed(chance, 'exchanged', folder, 0, 1, 1e9);
        assert.equal(generationsOf(folder).size, 1);
        assert.deepEqual(readdirSync(folder).toSorted(), names.toSorted());
      }
      console.log(`${rounds} killed, ${left(above).length} in the middle; each folder old or new`);
    });

    test('a folder that appears', async () => {
      const chance = new Chance(seed);
      const above = join(scratch, 'anew');
      const folder = join(above, 'out');
      let absent = 0;
      for (let round = 0; round < rounds; round++) {
        mkdirSync(above);
        await killed(chance, 'anew', folder, 0, 1, 1e9);
        // The process itself removes it, file by file, before it writes it again.
        const there = readdirSync(above).includes('out') ? readdirSync(folder) : [];
        if (there.length < names.length) absent += 1;
        else assert.equal(generationsOf(folder).size, 1);
        rmSync(above, { recursive: true, force: true });
      }
      console.log(`${rounds} killed, ${absent} while the folder was not there`);
    });

    test('a folder with files of somebody else', async () => {
      const chance = new Chance(seed);
      const folder = join(scratch, 'shared/out');
      mkdirSync(join(folder, 'own'), { recursive: true });
      writeFileSync(join(folder, 'own/notes.txt'), 'mine');
      writeFileSync(join(folder, 'notes.txt'), 'mine');
      replaceFiles(folder, filesOf(0), exchange);
      let half = 0;
      let middle = 0;
      for (let round = 0; round < rounds; round++) {
        await killed(chance, 'exchanged', folder, 0, 1, 1e9);
        middle += left(folder).length > 0 ? 1 : 0;
        half += generationsOf(folder).size > 1 ? 1 : 0;
        replaceFiles(folder, filesOf(round), exchange);
        assert.deepEqual([...generationsOf(folder)], [round % 10]);
        assert.equal(readFileSync(join(folder, 'own/notes.txt'), 'utf8'), 'mine');
        assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'mine');
        for (const name of left(folder)) rmSync(join(folder, name), { recursive: true });
      }
      console.log(`${rounds} killed, ${middle} in the middle, ${half} half moved; all completed`);
    });
  });
}

describe('two at once', () => {
  for (const way of ['exchanged', 'moved']) {
    test(way, { skip: way === 'exchanged' && exchange === undefined }, async () => {
      const folder = join(scratch, `two-${way}`, 'out');
      const rounds = 6;
      const each = 60;
      for (let round = 0; round < rounds; round++) {
        if (round % 2 === 0) rmSync(folder, { recursive: true, force: true });
        const writers = [
          await start(way, folder, 0, 2, 2 * each),
          await start(way, folder, 1, 2, 2 * each),
        ];
        assert.deepEqual(await Promise.all(writers.map(({ ended }) => ended)), [0, 0]);
        assert.equal(generationsOf(folder).size, 1);
        assert.deepEqual(readdirSync(folder).toSorted(), names.toSorted());
      }
      assert.deepEqual(left(join(folder, '..')), []);
      console.log(`${2 * rounds * each} outputs by two processes, none mixed`);
    });
  }
});
