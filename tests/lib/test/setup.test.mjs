import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { capture, install, installed } from '../setup.mjs';

// Paths of users have spaces.
const scratch = mkdtempSync(join(tmpdir(), 'windlass lib '));
after(() => rmSync(scratch, { recursive: true, force: true }));

const json = (path, value) => writeFileSync(path, JSON.stringify(value));

/** A folder that wants a package, which lies beside it in two versions. */
function project(name) {
  const folder = join(scratch, name);
  for (const version of ['1.0.0', '2.0.0']) {
    const own = join(folder, `dep-${version}`);
    mkdirSync(own, { recursive: true });
    json(join(own, 'package.json'), { name: 'dep', version });
    writeFileSync(join(own, 'program'), version);
  }
  const want = (version) => {
    const dependencies = { dep: `file:./dep-${version}` };
    const link = { resolved: `dep-${version}`, link: true };
    json(join(folder, 'package.json'), { private: true, dependencies });
    json(join(folder, 'package-lock.json'), {
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { dependencies },
        [`dep-${version}`]: { name: 'dep', version },
        'node_modules/dep': link,
      },
    });
  };
  want('1.0.0');
  return { folder, want };
}

test('what is installed is what the lock file says, also after it changed', async () => {
  const { folder, want } = project('changes');
  const notes = [];
  const program = () => readFileSync(join(folder, 'node_modules/dep/program'), 'utf8');
  const again = () => install((text) => notes.push(text), folder);
  await again();
  assert.equal(program(), '1.0.0');
  await again();
  assert.equal(notes.length, 1, 'nothing had changed');
  want('2.0.0');
  await again();
  assert.equal(program(), '2.0.0');
  assert.equal(notes.length, 2);
});

test('a file that is asked for is installed, in its newest version, and once more if it is gone', async () => {
  const { folder, want } = project('asked');
  const path = await installed(folder, 'dep/program');
  assert.equal(path, join(folder, 'node_modules/dep/program'));
  want('2.0.0');
  assert.equal(readFileSync(await installed(folder, 'dep/program'), 'utf8'), '2.0.0');
  rmSync(join(folder, 'node_modules/dep'), { recursive: true });
  assert.ok(existsSync(await installed(folder, 'dep/program')));
  await assert.rejects(installed(folder, 'dep/other'), /dep\/other is not on npm/);
});

test('programs get arguments with spaces as they are', async () => {
  const script = join(scratch, 'say arguments.mjs');
  writeFileSync(script, 'console.log(JSON.stringify(process.argv.slice(2)));\n');
  const args = ['a b', '', '"quoted"', 'c:\\d e\\'];
  const { code, output } = await capture(process.execPath, [script, ...args], { cwd: scratch });
  assert.equal(code, 0, output);
  assert.deepEqual(JSON.parse(output), args);
});
