/** Helpers that the tests of guests share. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createWasi } from '@windlass/wasi';
import { compile } from 'windlass';
import { guest, guests, run as runProgram } from './steps.mjs';

const cli = fileURLToPath(new URL('../../../npm/windlass/bin/windlass.cjs', import.meta.url));

const compiled = new Map();

/**
 * A new instance of a guest.
 *
 * @param {string} name
 * @param {Record<string, unknown>} imports besides WASI
 * @param {import('@windlass/wasi').Capabilities} capabilities
 * @param {import('windlass').InstantiateOptions} options
 */
export async function instantiate(name, imports = {}, capabilities = {}, options = {}) {
  if (!compiled.has(name)) compiled.set(name, compile(readFileSync(guest(name))));
  const component = await compiled.get(name);
  return component.instantiate({ ...createWasi(capabilities), ...imports }, options);
}

/**
 * Runs a guest that is a program, by `windlass run` in a process of its own.
 *
 * @param {string} name
 * @param {string[]} args of the program
 * @param {{ flags?: string[], stdin?: string | Uint8Array | AsyncIterable<string>, env?: Record<string, string>, enough?: number }} options
 *   `flags` of `windlass run`, `env` of its process, characters of output that are
 *   `enough`, after which nobody reads any more
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function run(name, args, { flags = [], stdin = '', env = {}, enough = Infinity } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'run', ...flags, guest(name), '--', ...args], {
      env: { ...process.env, ...env },
      timeout: 120_000,
    });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => (texts[stream] += text));
    }
    child.stdout.on('data', () => texts.stdout.length >= enough && child.stdout.destroy());
    // A program need not read its input to the end.
    child.stdin.on('error', () => {});
    child.on('error', reject).on('close', (code) => resolve({ code, ...texts }));
    if (typeof stdin === 'string' || stdin instanceof Uint8Array) child.stdin.end(stdin);
    else feed(child, stdin);
  });
}

async function feed(child, chunks) {
  for await (const chunk of chunks) child.stdin.write(chunk);
  child.stdin.end();
}

/**
 * A new folder, which is gone after the test.
 *
 * @param {import('node:test').TestContext} t
 * @returns {string} its path
 */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'windlass-guest-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * Turns a guest into an ES module by `windlass transpile`.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} name
 * @param {string[]} flags of the command
 * @returns {Promise<string>} URL of the entry, which is gone after the test
 */
export async function transpile(t, name, ...flags) {
  // Within the repository, where the module finds `@windlass/wasi`.
  const out = mkdtempSync(join(guests, 'build/module-'));
  t.after(() => rmSync(out, { recursive: true, force: true }));
  await runProgram(process.execPath, [cli, 'transpile', guest(name), '-o', out, ...flags]);
  return pathToFileURL(join(out, `${name}.js`)).href;
}
