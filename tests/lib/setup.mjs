/**
 * Prerequisites of every suite: programs, npm packages, builds.
 * Uses nothing but Node, since it also runs on a fresh clone.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const windows = process.platform === 'win32';

/** The one line to run where Rust is missing. */
const rustup = windows
  ? 'winget install Rustlang.Rustup'
  : "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/**
 * Ends the process with one line that says what is missing, if anything is.
 * The version of Node is the business of `tests/begin.cjs`.
 *
 * @param {string[]} programs names out of `cargo`, `npm`
 */
export function need(programs = ['npm', 'cargo']) {
  const ways = {
    npm: 'npm is missing; it comes with Node: https://nodejs.org',
    cargo: `Rust is missing; install it, then open a new terminal: ${rustup}`,
  };
  const missing = programs.filter((program) => !starts(program)).map((program) => ways[program]);
  if (missing.length > 0) end(missing.join('; '));
}

/** Whether a program is there. One that is there and fails says why itself, when it is used. */
function starts(program) {
  const probe = spawnSync(program, ['--version'], { cwd: root, stdio: 'ignore', shell: windows });
  return windows ? probe.status === 0 : !probe.error;
}

function end(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/**
 * Brings the toolchain to what `rust-toolchain.toml` says. rustup does so by itself
 * only where nobody has set `RUSTUP_AUTO_INSTALL=0`, and never for a linked toolchain.
 * Ends the process with the line to run where it cannot be done.
 *
 * @param {(text: string) => void} note told what happens, if it takes time
 * @param {string[]} components names out of `clippy`, `rustfmt`
 */
export async function toolchain(note = () => {}, components = []) {
  const { channel, targets } = wantedToolchain();
  if ((await rustc(['--version'])).code !== 0) {
    await rustupRuns(note, ['toolchain', 'install', channel, '--profile', 'minimal']);
  }
  const { code, output } = await rustc(['--print', 'sysroot']);
  if (code !== 0) end(`rustc does not start: ${output.trim().split('\n').at(-1)}`);
  const sysroot = output.trim().split('\n').at(-1);
  const lacks = (path) => !existsSync(join(sysroot, path));
  const program = { clippy: 'cargo-clippy', rustfmt: 'rustfmt' };
  const suffix = windows ? '.exe' : '';
  const absent = {
    target: targets.filter((target) => lacks(`lib/rustlib/${target}/lib`)),
    component: components.filter((component) => lacks(`bin/${program[component]}${suffix}`)),
  };
  for (const [kind, names] of Object.entries(absent)) {
    if (names.length > 0) await rustupRuns(note, [kind, 'add', ...names]);
  }
}

function rustc(args) {
  return capture('rustc', args);
}

/** Runs rustup, which Rust of a distribution comes without. */
async function rustupRuns(note, args) {
  const line = `rustup ${args.join(' ')}`;
  if (!starts('rustup'))
    end(`Rust lacks what this needs: install rustup (${rustup}), then ${line}`);
  note(line);
  const { code, output } = await capture('rustup', args);
  const reason = output.trim().split('\n').at(-1);
  if (code !== 0) end(`\`${line}\` failed, run it by hand: ${reason}`);
}

/** The channel and targets of `rust-toolchain.toml`, which holds strings and lists of them only. */
function wantedToolchain() {
  const text = readFileSync(join(root, 'rust-toolchain.toml'), 'utf8');
  const [, channel] = /^channel = "(.*)"$/m.exec(text);
  const [, targets] = /^targets = \[(.*)\]$/m.exec(text);
  return { channel, targets: [...targets.matchAll(/"(.*?)"/g)].map(([, name]) => name) };
}

/**
 * The arguments by which npm installs the versions of the lock file, which stays as it is.
 * `ci` would refuse a registry that lacks an addon for a platform that nobody here has.
 *
 * The lock files name no addons for other systems than Linux, and npm before 11
 * installs none that a lock file does not name; there the ranges have to do.
 */
export const npmInstall = [
  'install',
  '--no-save',
  '--no-audit',
  '--no-fund',
  ...(process.platform === 'linux' ? [] : ['--no-package-lock']),
];

/**
 * Brings `node_modules` to what `package.json` and the lock file say; does nothing when
 * it was made from the same two.
 *
 * @param {(text: string) => void} note told what happens, if it takes time
 * @param {string} folder where the two are
 * @param {string[]} flags of npm, besides those of all
 */
export async function install(note = () => {}, folder = root, flags = []) {
  const files = ['package.json', 'package-lock.json'].map((name) => join(folder, name));
  await stamped(stampOf(folder), files, async () => {
    note('npm packages');
    const { code, output } = await capture('npm', [...npmInstall, ...flags], { cwd: folder });
    if (code !== 0) throw new Error(`npm install failed; is the registry reachable?\n${output}`);
  });
}

/**
 * The path of a file in the `node_modules` of a folder, which are brought to what its
 * `package.json` and lock file say. No package of these needs its install script.
 *
 * @param {string} folder
 * @param {string} path below `node_modules`
 * @throws when it is not there even so: npm leaves away what is for other platforms
 */
export async function installed(folder, path) {
  const whole = join(folder, 'node_modules', path);
  if (!existsSync(whole)) rmSync(stampOf(folder), { force: true });
  await install(undefined, folder, ['--ignore-scripts']);
  if (!existsSync(whole)) throw new Error(`${path} is not on npm, or was not installed`);
  return whole;
}

function stampOf(folder) {
  return join(folder, 'node_modules/.stamp');
}

/**
 * Makes something, unless it was made from the same files before.
 *
 * @param {string} stamp a file beside it that tells from what it was made
 * @param {string[]} files
 * @param {() => unknown} make
 */
export async function stamped(stamp, files, make) {
  const digest = () => {
    const hash = createHash('sha256');
    for (const file of files) hash.update(readFileSync(file));
    return hash.digest('hex');
  };
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest()) return;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  // Once more: npm may write a lock file anew.
  writeFileSync(stamp, digest());
}

/**
 * Builds the addon, the Wasm build and the TypeScript packages.
 *
 * @param {(text: string) => void} note told about each step
 * @param {string[]} parts what to build, all if empty: see `npm/build.mjs`
 */
export async function build(note = () => {}, parts = []) {
  const { build: run } = await import('../../npm/build.mjs');
  await run(note, parts);
}

/**
 * Runs a program and keeps what it prints, both streams in the order of arrival.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, seconds?: number, onLine?: (line: string) => void }} options
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>}
 */
export function capture(program, args, { cwd = root, env, seconds = 1800, onLine } = {}) {
  return new Promise((resolve) => {
    // On Windows npm and what it installs are scripts, which only a shell starts, and
    // to which it passes on what has no quotes around it word by word.
    const shell = windows && !/\.exe$/i.test(program);
    const quoted = (text) => (shell && /[^\w.:/\\=@-]/.test(text) ? `"${text}"` : text);
    // A group of its own, so that a timeout also ends what the program started.
    const child = spawn(quoted(program), args.map(quoted), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      shell,
    });
    let output = '';
    let rest = '';
    let timedOut = false;
    const stop = () => {
      try {
        if (windows) child.kill('SIGKILL');
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, seconds * 1000);
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    const take = (chunk) => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const done = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve({ code, output, timedOut });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      done(127);
    });
    child.on('close', (code) => done(code ?? 1));
  });
}
