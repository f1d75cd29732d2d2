// TypeScript accepts every snapshot of `tests/dts.rs`, in a strict project that checks libraries too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const typescript = require.resolve('typescript/package.json');
const tsc = join(dirname(typescript), require(typescript).bin.tsc);

const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.d.ts') || name.endsWith('.check.ts'))
  .sort();

const options = [
  '--noEmit',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--skipLibCheck',
  'false',
  '--target',
  'es2022',
  '--module',
  'nodenext',
  '--lib',
  'es2022,dom',
  // An empty list of type packages: what is installed beside does not count.
  '--typeRoots',
  join(folder, 'no-types'),
];

test(`tsc --strict accepts ${files.length} files`, () => {
  assert.ok(files.length > 0);
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...options, ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});
