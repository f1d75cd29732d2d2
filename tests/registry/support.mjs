/** The command line, and components small enough to be made by each run. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { component, embed } from '../../npm/windlass/dist/tools.js';
import { root } from '../lib/setup.mjs';

/** A folder that is gone after the tests. */
export const scratch = mkdtempSync(join(tmpdir(), 'windlass-registry-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder with nothing in it but a `package.json`, as projects have. */
export function project(name) {
  const folder = join(scratch, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}\n');
  return folder;
}

/** A folder with a configuration of Docker. */
export function dockerConfig(name, config) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

const noConfig = dockerConfig('no-docker', {});

/**
 * Runs `windlass` without standing in the way of servers in this process.
 *
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} options
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function windlass(args, { cwd = scratch, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${root}npm/windlass/bin/windlass.cjs`, ...args], {
      cwd,
      env: { ...process.env, DOCKER_CONFIG: noConfig, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
    }
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

export function sha256(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Makes a core module out of its text. */
export function core(text) {
  const path = join(scratch, `${createHash('sha256').update(text).digest('hex')}.wasm`);
  const assemble = `${root}node_modules/binaryen/bin/wasm-as`;
  execFileSync(process.execPath, [assemble, '-all', '-', '-o', path], { input: text });
  return readFileSync(path);
}

/** A component that exports `answer: func() -> u32`. */
export function answering(number) {
  const wit = 'package acme:answers; world answers { export answer: func() -> u32; }';
  const module = core(`(module (func (export "answer") (result i32) (i32.const ${number})))`);
  const named = { name: 'answer.wasm', bytes: module };
  const embedded = embed(named, [{ name: 'a.wit', bytes: new TextEncoder().encode(wit) }]);
  return component({ name: 'answer.wasm', bytes: embedded });
}

/** A component with custom sections at its end. */
export function withSections(bytes, sections) {
  const parts = Object.entries(sections).map(([name, content]) => {
    const label = Buffer.from(name);
    const contents = Buffer.concat([leb(label.length), label, Buffer.from(content)]);
    return Buffer.concat([Buffer.of(0), leb(contents.length), contents]);
  });
  return Buffer.concat([bytes, ...parts]);
}

function leb(number) {
  const bytes = [];
  do {
    bytes.push((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
    number >>>= 7;
  } while (number > 0);
  return Buffer.from(bytes);
}
