/** The command line and the components that tests use. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Path of the program. */
export const cli = `${root}npm/windlass/bin/windlass.cjs`;

/** Paths of guests, built if need be. */
export const hello = guest('hello');
export const command = guest('rust-command');
export const helloBytes = readFileSync(hello);

/** A program that ends with code 42, written in bytes since no toolchain says so yet. */
export const exits = `${root}npm/windlass/test/exits.wasm`;

/** A program that recurses without end. */
export const stack = `${root}npm/windlass/test/stack.wasm`;

/** A program that imports a function that its interface does not have. */
export const noFunction = `${root}npm/windlass/test/no-function.wasm`;

/** A program of WASI 0.2 and 0.3. */
export const runs = `${root}npm/windlass/test/runs.wasm`;

/** A program of WASI 0.3 that blocks, which takes JSPI. */
export const blocks = `${root}npm/windlass/test/blocks.wasm`;

/** A program that imports an interface of WASI 0.3 that nothing provides. */
export const wasi03 = `${root}npm/windlass/test/wasi-0.3.wasm`;

/** A program that imports `wasi:config`, `wasi:logging` and `wasi:keyvalue`. */
export const drafts = `${root}npm/windlass/test/drafts.wasm`;

/** A folder that is gone after the tests. */
export const scratch = mkdtempSync(join(tmpdir(), 'windlass-test-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * Runs `windlass` and gives its code and what it wrote.
 *
 * @param {string[]} args
 * @param {{ input?: string, env?: Record<string, string>, cwd?: string }} options
 */
export function windlass(args, { input = '', env = {}, cwd = scratch } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    input,
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout, stderr };
}

function guest(name) {
  execFileSync(process.execPath, ['tests/guests/build.mjs', name], { cwd: root, stdio: 'pipe' });
  return `${root}tests/guests/build/${name}.wasm`;
}
