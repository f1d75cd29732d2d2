/**
 * `node tests/bare/run.mjs [--build]`: the commands of the README on machines that lack
 * something: Rust itself, or a recent Node. With `--build` they lack Rust's targets, a writable
 * home and the network instead, which takes a quarter of an hour. Builds run in a clone whose
 * path has spaces, from empty caches.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finish, skip, test } from '../lib/report.mjs';
import { capture, root } from '../lib/setup.mjs';
import { oldNodes } from './nodes.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'windlass bare '));
const clone = join(scratch, 'a clone');

/** Builds in a third of the time: what is tested is whether they build. */
const quick = {};
for (const profile of ['ADDON', 'WASM', 'RELEASE']) {
  quick[`CARGO_PROFILE_${profile}_LTO`] = 'off';
  quick[`CARGO_PROFILE_${profile}_CODEGEN_UNITS`] = '16';
  quick[`CARGO_PROFILE_${profile}_OPT_LEVEL`] = '1';
}

/** Runs a command, which must succeed, and returns its output. */
async function ok(program, args, options) {
  const { code, output, timedOut } = await capture(program, args, options);
  assert.ok(code === 0 && !timedOut, `${program} ${args.join(' ')} ended with ${code}\n${output}`);
  return output;
}

await clones();
if (!process.argv.includes('--build')) {
  for (const [version, node] of Object.entries(oldNodes)) await tooOld(version, node);
  await withoutRust();
} else if (process.platform === 'linux') await withoutTargets();
else skip('toolchains without the Wasm targets', 'they are linked as Linux links them');
rmSync(scratch, { recursive: true, force: true });
finish();

/** Copies what git knows of and the changes to it, as a clone would have them after a commit. */
async function clones() {
  const listed = await ok('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of listed.split('\0').filter((path) => path && existsSync(root + path))) {
    mkdirSync(join(clone, dirname(path)), { recursive: true });
    cpSync(root + path, join(clone, path), { verbatimSymlinks: true });
  }
}

/** One line that names the versions, from each door that this Node can open. */
async function tooOld(version, node) {
  const script = (name, text) => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  };
  const url = (path) => pathToFileURL(`${root}npm/windlass/${path}`).href;
  const doors = {
    'the command line': [`${root}npm/windlass/bin/windlass.cjs`, '--version'],
    'the API': [script('api.mjs', `import { transpile } from '${url('dist/index.js')}';\n`)],
    'npm start': [join(root, 'tests/begin.cjs'), join(root, 'tests/start.mjs')],
  };
  if (Number(version) >= 18) {
    const shims = pathToFileURL(`${root}shims/dist/index.js`).href;
    doors['the shims'] = [script('shims.mjs', `import '${shims}';\n`)];
    doors['the hooks'] = ['--import', url('dist/hooks/bundle.js'), script('empty.mjs', '')];
  }
  for (const [door, args] of Object.entries(doors)) {
    await test(`Node ${version}: ${door} names the versions that are needed`, async () => {
      const { code, output } = await capture(node, args);
      assert.equal(code, 1);
      assert.equal(output.match(/20\.16, 22\.3 or later/g)?.length, 1, output);
      assert.doesNotMatch(output, /^\s+at |SyntaxError|TypeError/m);
    });
  }
}

/** A `PATH` with Node and npm, and without what Rust brings. */
async function withoutRust() {
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  const { PATH = '' } = process.env;
  for (const name of ['node', 'npm', 'sh', 'env']) {
    const found = PATH.split(delimiter).find((folder) => existsSync(join(folder, name)));
    symlinkSync(join(found, name), join(bin, name));
  }
  for (const command of ['start', 'test']) {
    await test(`npm ${command} without Rust ends in the line that installs it`, async () => {
      const { code, output } = await capture(join(bin, 'npm'), [command], {
        cwd: clone,
        env: { PATH: bin },
      });
      assert.notEqual(code, 0);
      assert.match(output, /^error: Rust is missing; .*: curl .*sh\.rustup\.rs \| sh$/m);
      assert.doesNotMatch(output, /^\s+at /m);
    });
  }
}

/** The README's commands, from a toolchain without the Wasm targets and from empty caches. */
async function withoutTargets() {
  const home = await toolchainWithout(['wasm32-unknown-unknown', 'wasm32-wasip2']);
  if (home === undefined) {
    skip('a toolchain without the Wasm targets', 'rustup is not installed');
    return;
  }
  const env = {
    RUSTUP_HOME: home,
    RUSTUP_AUTO_INSTALL: '0',
    RUSTUP_TOOLCHAIN: undefined,
    CARGO_HOME: join(scratch, 'cargo'),
    npm_config_cache: join(scratch, 'npm'),
    // Not even root can write there.
    HOME: '/proc',
    XDG_CACHE_HOME: undefined,
    CARGO_TARGET_DIR: undefined,
    CI: '1',
    ...quick,
  };
  const start = ['npm', 'start'];
  const some = (suites) => ['npm', 'test', '--', '--only', suites];
  const runs = async ([program, ...args]) => ok(program, args, { cwd: clone, env });
  await test('npm start adds the targets that the toolchain lacks', async () => {
    const output = await runs(start);
    assert.match(output, /rustup target add wasm32-unknown-unknown wasm32-wasip2/);
    assert.match(output, /That took/);
  });
  await test('npm test runs there too', async () => {
    assert.match(await runs(some('lib,fixtures')), /^[1-9]\d* passed, 0 failed, \d+ skipped$/m);
  });
  const apart = ['unshare', '--map-root-user', '--net'];
  if (spawnSync(apart[0], [...apart.slice(1), 'true']).status !== 0) {
    skip('without a network', 'this machine allows no network namespace');
    return;
  }
  await test('npm start needs no network the second time', async () => {
    assert.match(await runs([...apart, ...start]), /That took/);
  });
  await test('npm test needs no network the second time', async () => {
    assert.match(
      await runs([...apart, ...some('fixtures')]),
      /^[1-9]\d* passed, 0 failed, \d+ skipped$/m,
    );
  });
}

/**
 * A `RUSTUP_HOME` with a copy, by hard links, of the toolchain that is in use, from which
 * rustup itself removes targets.
 *
 * @returns {Promise<string | undefined>} its path; nothing without rustup
 */
async function toolchainWithout(targets) {
  const found = await capture('rustup', ['show', 'home']);
  if (found.code !== 0) return undefined;
  const ours = found.output.trim().split('\n').at(-1);
  const sysroot = (await ok('rustc', ['--print', 'sysroot'])).trim().split('\n').at(-1);
  const active = (await ok('rustup', ['show', 'active-toolchain'])).trim().split(/\s/)[0];
  const home = join(scratch, 'rustup');
  const copy = join(home, 'toolchains', active);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(ours, 'settings.toml'), join(home, 'settings.toml'));
  await ok('cp', ['-al', `${realpathSync(sysroot)}/.`, copy]).catch(() =>
    ok('cp', ['-a', `${realpathSync(sysroot)}/.`, copy]),
  );
  // rustup writes into these files, which are not to be those of the machine.
  const notes = join(copy, 'lib/rustlib');
  for (const name of readdirSync(notes)) {
    const path = join(notes, name);
    if (!statSync(path).isFile()) continue;
    copyFileSync(path, `${path}.own`);
    rmSync(path);
    cpSync(`${path}.own`, path);
    rmSync(`${path}.own`);
  }
  const options = { env: { RUSTUP_HOME: home, RUSTUP_TOOLCHAIN: undefined } };
  await ok('rustup', ['target', 'remove', ...targets], options);
  for (const target of targets) {
    assert.ok(!existsSync(join(notes, target)), `${basename(target)} is still there`);
  }
  return home;
}
