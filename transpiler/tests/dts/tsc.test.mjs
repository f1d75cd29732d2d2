// TypeScript accepts every snapshot of `tests/dts.rs`, in a strict project that checks libraries too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const typescript = require.resolve('typescript/package.json');
const tsc = join(dirname(typescript), require(typescript).bin.tsc);

test('tsc --strict accepts all declarations', () => {
  const args = [tsc, '--project', folder, '--listFiles'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  const checked = stdout.split('\n').filter((line) => line.includes('tests/dts/'));
  assert.ok(checked.length > 50, `only ${checked.length} files were checked`);
});
