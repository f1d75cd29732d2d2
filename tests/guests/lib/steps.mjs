/**
 * The toolchains, each fetched on first use and pinned by a lock file: what a
 * guest's `build.mjs` is written in. Everything made lies below `build/`.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, install, stamped } from '../../lib/setup.mjs';

/** The folder `tests/guests`. */
export const guests = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} name of a guest
 * @returns {string} where its component lies, once it is built
 */
export const guest = (name) => join(guests, `build/${name}.wasm`);

const windows = process.platform === 'win32';

/**
 * Runs a program and gives what it printed; a failure carries all of that.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} options
 * @returns {Promise<string>}
 */
export async function run(program, args, { cwd = guests, env } = {}) {
  const { code, output } = await capture(program, args, { cwd, env });
  if (code !== 0) {
    throw new Error(`${[program, ...args].join(' ')} ended with code ${code}\n${output}`);
  }
  return output;
}

/** Runs cargo, with its output below `build/` whatever the environment says. */
export function runCargo(...args) {
  return run('cargo', args, { env: { CARGO_TARGET_DIR: join(guests, 'build/cargo') } });
}

/**
 * Builds a crate of the workspace for `wasm32-wasip2`.
 *
 * @param {string} name of the package
 * @param {'lib' | 'bin'} kind
 * @returns {Promise<string>} path of the component
 */
export async function cargo(name, kind = 'lib') {
  const flags = ['--release', '--locked', '--target', 'wasm32-wasip2'];
  await runCargo('build', ...flags, '--package', name);
  const stem = kind === 'lib' ? name.replaceAll('-', '_') : name;
  return join(guests, `build/cargo/wasm32-wasip2/release/${stem}.wasm`);
}

/**
 * Runs a command of `tools/`.
 *
 * @param {string[]} args
 */
export async function tools(...args) {
  await once('tools', () => runCargo('build', '--locked', '--package', 'guest-tools'));
  await run(join(guests, `build/cargo/debug/guest-tools${windows ? '.exe' : ''}`), args);
}

/**
 * The source of a crate in `Cargo.lock`, which need not be built.
 *
 * @param {string} name
 * @returns {Promise<string>} path of its `Cargo.toml`
 */
export async function crate(name) {
  // Its notes about downloads go to stderr, which would come in between.
  await runCargo('fetch', '--locked');
  const output = await runCargo(
    'metadata',
    '--locked',
    '--offline',
    '--quiet',
    '--format-version',
    '1',
  );
  return JSON.parse(output).packages.find((found) => found.name === name).manifest_path;
}

/**
 * The folder of programs of a virtual environment with `requirements.txt` in it.
 *
 * @returns {Promise<string>}
 */
export async function python() {
  const folder = join(guests, 'build/python');
  const bin = join(folder, windows ? 'Scripts' : 'bin');
  await once('python', () =>
    stamped(join(folder, '.stamp'), [join(guests, 'requirements.txt')], async () => {
      await run(windows ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]);
      const flags = ['--disable-pip-version-check', '--no-input', '--require-virtualenv'];
      await run(join(bin, 'pip'), ['install', ...flags, '--requirement', 'requirements.txt']);
    }),
  );
  return bin;
}

/** Installs `package.json`, so that guests may `import` what is in it. */
export async function npm() {
  await once('npm', () => install(undefined, guests));
}

/**
 * Compiles C to a core module of WASI 0.1 with `zig cc`.
 *
 * @param {string[]} args
 */
export async function zigCc(...args) {
  const bin = await python();
  // Its caches stay with everything else that is built.
  const env = {
    ZIG_GLOBAL_CACHE_DIR: join(guests, 'build/zig'),
    ZIG_LOCAL_CACHE_DIR: join(guests, 'build/zig'),
  };
  await run(join(bin, 'python'), ['-m', 'ziglang', 'cc', '--target=wasm32-wasi', ...args], { env });
}

/**
 * Compiles a folder of Go to a core module of WASI 0.1.
 *
 * @param {string} folder within `tests/guests`
 * @param {string} out
 */
export async function go(folder, out) {
  const env = {
    GOOS: 'wasip1',
    GOARCH: 'wasm',
    GOCACHE: join(guests, 'build/go'),
    GOFLAGS: '-trimpath',
    // The version that is pinned, whatever `go.mod` would like.
    GOTOOLCHAIN: 'local',
  };
  const program = join(await python(), 'go');
  await run(program, ['build', '-ldflags=-s -w', '-o', out, '.'], {
    cwd: join(guests, folder),
    env,
  });
}

const running = new Map();

/** Does something at most once in a process. */
function once(name, make) {
  if (!running.has(name)) running.set(name, make());
  return running.get(name);
}
