import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { transpile } from 'windlass';
import { names } from '../lib/builder.mjs';
import { guest, guests } from '../lib/steps.mjs';

const tsc = join(guests, '../../node_modules/typescript/bin/tsc');
const flags =
  '--ignoreConfig --noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --target es2022 --lib es2023,esnext.disposable,dom --module nodenext --types'.split(
    ' ',
  );

test('the declarations of all guests, and a program that uses some', () => {
  const files = [join(guests, 'types/use.ts')];
  for (const name of names) {
    const out = join(guests, 'build/types', name);
    mkdirSync(out, { recursive: true });
    for (const [file, contents] of transpile(readFileSync(guest(name)), {
      name,
      instantiateOnly: true,
    }).files) {
      if (!file.endsWith('.d.ts')) continue;
      writeFileSync(join(out, file), contents);
      files.push(join(out, file));
    }
  }
  assert.equal(files.length, 1 + 2 * names.length);
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags, '', ...files]);
  assert.equal(String(stdout), '');
  assert.equal(status, 0);
});
