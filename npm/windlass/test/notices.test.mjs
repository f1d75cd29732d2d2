/** Notices, which report no error, by the API, the command line and the hooks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transpile } from 'windlass';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'windlass-notices-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** `tests/fixtures/names-colliding-interfaces` */
const bytes = Buffer.from(
  [
    'AGFzbQ0AAQABNwBhc20BAAAAAQUBYAABfwMDAgAABwkCAWEAAAFiAAEKCwIEAEEBCwQAQQILAAkEbmFt',
    'ZQACAW0CBAEAAAAHBQFAAAB5BgcBAAABAAFhCAYBAAAAAAAHBQFAAAB5BgcBAAABAAFiCAYBAAABAAEF',
    'EwIBAQADZ2V0AQABAQADZ2V0AQELLwIAEmRlbW86b25lL2FwaUAxLjAuMAUAAAASZGVtbzp0d28vYXBp',
    'QDEuMC4wBQEAADMOY29tcG9uZW50LW5hbWUBBgARAQABbQEGABIBAAFpAQgBAgABYQEBYgEIBQIAAXgB',
    'AXk=',
  ].join(''),
  'base64',
);
writeFileSync(join(scratch, 'two.wasm'), bytes);

const message =
  'the export `demo:two/api@1.0.0` is called `twoApi`, since `demo:one/api@1.0.0` is called `api`';

function run(...args) {
  // Notices come from transpiling; a cache hit has none.
  const env = { ...process.env, WINDLASS_CACHE: 'off' };
  return spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8', env });
}

test('the API', () => {
  const { notices, exports } = transpile(bytes);
  assert.deepEqual(notices, [{ code: 'colliding-exports', message }]);
  assert.deepEqual(exports, ['api', 'twoApi']);
});

test('the command line', () => {
  const cli = join(root, 'npm/windlass/bin/windlass.cjs');
  const { status, stdout, stderr } = run(cli, 'transpile', 'two.wasm', '-o', 'out');
  assert.equal(status, 0, stderr);
  assert.equal(stderr, `notice[colliding-exports]: ${message}\n`);
  assert.doesNotMatch(stdout, /notice/);
  const asked = run(cli, 'transpile', 'two.wasm', '-o', 'out', '--json');
  assert.equal(asked.stderr, '');
  assert.deepEqual(JSON.parse(asked.stdout).notices, [{ code: 'colliding-exports', message }]);
});

test('the hooks', () => {
  const register = join(root, 'npm/windlass/dist/hooks/bundle.js');
  writeFileSync(
    join(scratch, 'app.mjs'),
    "import { api, twoApi } from './two.wasm';\nconsole.log(api.get(), twoApi.get());\n",
  );
  const { stdout, stderr } = run('--import', register, 'app.mjs');
  assert.equal(stdout, '1 2\n', stderr);
  assert.ok(stderr.includes(`[colliding-exports] WindlassNotice: ${message}`), stderr);
});
