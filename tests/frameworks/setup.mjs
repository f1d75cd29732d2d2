/** Prerequisites of a framework run, and the way to run its programs. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../../npm/release.mjs';
import { capture, installed, root as repository } from '../lib/setup.mjs';
import { node26 } from '../node26/index.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(here, 'node_modules');

/** A folder for applications, where frameworks and packages are found. */
export const scratch = join(here, 'scratch');

/** Installs the frameworks and, as npm would install them, the packages; builds a component. */
export async function prepare() {
  await installed(here, 'next/package.json');
  rmSync(scratch, { recursive: true, force: true });
  const packed = await pack(join(scratch, 'packed'));
  for (const [name, { tarball }] of Object.entries(packed)) {
    const folder = join(modules, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await whole('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  }
  await whole(process.execPath, ['tests/guests/build.mjs', 'hello']);
}

async function whole(program, args) {
  const { code, output } = await capture(program, args);
  if (code !== 0) throw new Error(output);
}

/** A copy of an application, with the components. */
export function application(name, app) {
  const folder = join(scratch, name.replaceAll(' ', '-'));
  cpSync(join(here, 'shared'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  cpSync(join(here, 'apps', app), folder, { recursive: true });
  for (const component of [
    'runtimes/components/add',
    'runtimes/components/calls',
    'guests/build/hello',
  ]) {
    const file = `${component.split('/').at(-1)}.wasm`;
    cpSync(`${repository}tests/${component}.wasm`, join(folder, 'components', file));
  }
  return folder;
}

function programOf({ needsNewNode, env }, command) {
  const paths = command.map((word, i) =>
    i === 0 && !word.startsWith('.') ? join(modules, word) : word,
  );
  return {
    program: needsNewNode ? node26 : process.execPath,
    args: paths,
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, CI: '1', ...env },
  };
}

/**
 * Runs a command of a framework to its end.
 *
 * @param {import('./frameworks.mjs').Framework} framework
 * @throws what it printed, when it failed
 */
export async function run(framework, command, cwd) {
  const { program, args, env } = programOf(framework, command);
  const { code, output } = await capture(program, args, { cwd, env });
  if (code !== 0) throw new Error(output);
  return output;
}

/**
 * Starts a server, and waits until it answers.
 *
 * @param {import('./frameworks.mjs').Framework} framework
 * @param {(port: number) => string[]} command
 * @returns {Promise<{ url: string, stop: () => Promise<unknown> }>}
 */
export async function serve(framework, command, cwd) {
  const port = await freePort();
  const { program, args, env } = programOf(framework, command(port));
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: some are several processes.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  let hasEnded = false;
  const ended = new Promise((resolve) => {
    child.on('close', resolve);
  }).then(() => (hasEnded = true));
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  };
  process.once('exit', kill);
  const stop = () => {
    kill();
    process.off('exit', kill);
    return ended;
  };
  // Not every one listens to one address of two.
  const url = `http://localhost:${port}`;
  while (!(await answers(url))) {
    if (hasEnded) throw new Error(output);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  return { url, stop, output: () => output };
}

async function answers(url) {
  try {
    await ask(url);
    return true;
  } catch {
    return false;
  }
}

/**
 * The answer of a server. What it was asked while it started some leave without one, so it
 * is asked again.
 *
 * @returns {Promise<{ status: number, text: string }>}
 */
export async function ask(url) {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      if (error.name !== 'TimeoutError' || tries === 10) throw error;
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
