// WASI 0.1 answers as wasmtime does: `preview1/wasmtime.json`, written by `preview1/record.py`.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { createPreview1 } from '@windlass/wasi/preview1';

import { CASES } from './preview1/cases.mjs';
import { createGuest } from './preview1/guest.mjs';

const isLinux = process.platform === 'linux';
const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-preview1-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const recorded = JSON.parse(
  fs.readFileSync(new URL('preview1/wasmtime.json', import.meta.url), 'utf8'),
);

/** A directory as `record.py` makes it. */
function newFolder() {
  const folder = fs.mkdtempSync(join(scratch, 'dir-'));
  fs.writeFileSync(join(folder, 'hello.txt'), 'hello world');
  fs.mkdirSync(join(folder, 'sub'));
  fs.writeFileSync(join(folder, 'sub/inner.txt'), 'inner');
  fs.symlinkSync('hello.txt', join(folder, 'link'));
  fs.symlinkSync('..', join(folder, 'out'));
  fs.symlinkSync('loop', join(folder, 'loop'));
  return folder;
}

test('the cases and what is recorded are the same', () => {
  const lengths = (all) => Object.entries(all).map(([name, steps]) => [name, steps.length]);
  assert.deepEqual(lengths(recorded), lengths(CASES));
});

for (const [name, steps] of Object.entries(CASES)) {
  test(`as wasmtime: ${name}`, { skip: !isLinux }, () => {
    const { wasi, step } = createGuest({
      args: ['prog', 'ä'],
      env: { KEY: 'value' },
      stdin: { text: 'input' },
      preopens: [{ guest: '/dir', host: newFolder() }],
    });
    const outcomes = steps.map(step);
    wasi[Symbol.dispose]();
    const differences = steps.flatMap((each, i) => {
      const [ours, theirs] = [outcomes[i], recorded[name][i]].map((value) => JSON.stringify(value));
      return ours === theirs
        ? []
        : [`${i} ${JSON.stringify(each)}\n ours ${ours}\n them ${theirs}`];
    });
    assert.equal(differences.join('\n'), '');
  });
}

test('as wasmtime: a program of wasi-libc', { skip: !isLinux }, () => {
  const url = (name) => new URL(`preview1/${name}`, import.meta.url);
  const folder = fs.mkdtempSync(join(scratch, 'program-'));
  let output = '';
  const wasi = createPreview1({
    args: ['program', 'x', 'ä'],
    env: { KEY: 'value' },
    stdin: { text: 'a\nb\n' },
    stdout: (bytes) => {
      output += Buffer.from(bytes).toString();
    },
    preopens: [{ guest: '/data', host: folder }],
  });
  const module = new WebAssembly.Module(fs.readFileSync(url('program.wasm')));
  const code = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
  wasi[Symbol.dispose]();
  assert.equal(`${output}code ${code}\n`, fs.readFileSync(url('program.txt'), 'utf8'));
  assert.equal(fs.readFileSync(join(folder, 'd/moved.txt'), 'utf8'), 'line xyz');
});
