/**
 * Guests are kept apart where a directory is no descriptor in `/proc`: by the addon, and
 * without it by a lease. `/proc` is hidden from the programs that show it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const OPERATIONS = 100_000;

const scratch = mkdtempSync(join(tmpdir(), 'windlass-apart-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const namespace = ['--map-root-user', '--mount', '/bin/sh', '-c'];
const hiding = 'mount -t tmpfs none /proc && exec "$0" "$@"';
const canHide =
  process.platform === 'linux' &&
  spawnSync('unshare', [...namespace, hiding, '/bin/sh', '-c', 'test ! -e /proc/self']).status ===
    0;
const skip = !canHide && 'this system lets nobody hide /proc';

/** Runs a program of `apart/` and gives what it prints. */
function run(hidden, name, args, env = {}) {
  const program = [process.execPath, fileURLToPath(new URL(`apart/${name}`, import.meta.url))];
  const argv = hidden ? ['unshare', ...namespace, hiding, ...program] : program;
  const { stdout, stderr, status } = spawnSync(argv[0], [...argv.slice(1), ...args], {
    encoding: 'utf8',
    env: { ...process.env, WINDLASS_WASI_NATIVE: undefined, ...env },
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Two guests do not lead each other out of their folder, in as many operations. */
function race(hidden, expected, { below = '.', env = {} } = {}) {
  const folder = mkdtempSync(join(scratch, 'race-'));
  const text = run(hidden, 'race.mjs', [folder, String(OPERATIONS), below], env);
  const { way, counts, left, kept } = JSON.parse(text);
  assert.equal(way, expected);
  // Nothing was read, made or removed where the link leads.
  assert.equal(counts['a secret'], undefined);
  assert.equal(counts['8'], undefined, 'its size was seen');
  assert.deepEqual([left, kept], [['f'], 'a secret']);
  // They did meet: the directory was seen, and the link.
  assert.ok(counts['inside'] > 0 && counts['not-permitted'] > 0, text);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`${2 * total} operations of two guests by ${way}: ${JSON.stringify(counts)}`);
}

test('two guests by the addon, with /proc hidden', { skip }, () => race(true, 'NativeDirectory'));

test(
  'two guests by descriptors',
  { skip: process.platform !== 'linux' && 'only Linux has them' },
  () => race(false, 'NodeDirectory', { env: { WINDLASS_WASI_NATIVE: 'off' } }),
);

test('two guests on long paths', () => race(false, 'NativeDirectory', { below: 'p/q' }));

test('without the addon only one guest may write at a time', { skip }, () => {
  const folder = mkdtempSync(join(scratch, 'lease-'));
  const printed = run(true, 'lease.mjs', [folder], { WINDLASS_WASI_NATIVE: 'off' });
  assert.equal(printed, 'all as it should be');
});
