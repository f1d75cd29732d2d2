// The transpiler as tests reach it: through the example program `transpile` of
// the crate, kept running and asked by lines on its stdin.

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder that Cargo builds into. */
export const targetDir = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** The path of a program that `buildTranspiler` made. */
export const builtProgram = (name) =>
  join(targetDir, 'release', process.platform === 'win32' ? `${name}.exe` : name);

/** A build of the example program to use instead of making one; nothing else is built, either. */
const prebuilt = process.env.WINDLASS_TRANSPILE;
const TRANSPILE = prebuilt ?? builtProgram('examples/transpile');

/** Runs `cargo build --release` with `args`, its progress on stderr; throws where it fails. */
export function build(...args) {
  if (prebuilt) return;
  const { status, error } = spawnSync('cargo', ['build', '--release', '--quiet', ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw new Error(`cargo does not start: ${error.message}`);
  if (status !== 0) throw new Error(`cargo build ${args.join(' ')} failed`);
}

/**
 * Builds the example program and `wast2json`. Packages are named as the Rust
 * tests name them, so that Cargo builds their dependencies once for both.
 */
export const buildTranspiler = () =>
  build(
    '--workspace',
    '--exclude',
    'windlass-wasm',
    '--example',
    'transpile',
    '--bin',
    'wast2json',
  );

/** A component was refused: `code` and the whole text that a user would read. */
export class TranspileError extends Error {
  constructor(text) {
    super(text);
    this.code = /^error\[([\w-]+)\]/.exec(text)?.[1];
  }
}

/**
 * A running transpiler. `transpile` resolves when the files are written, and
 * rejects with a `TranspileError`, or with an error whose `crash` is true when
 * the process died.
 */
export class Transpiler {
  #child;
  #pending = [];
  #stderr = '';

  /** `args`: as the example program documents them. */
  transpile(...args) {
    if (args.some((arg) => /[\t\n]/.test(arg))) {
      throw new TypeError('an argument has a tab or a newline');
    }
    this.#child ??= this.#start();
    keepsAlive(this.#child, true);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#child.stdin.write(`${args.join('\t')}\n`);
    });
  }

  close() {
    this.#child?.kill();
    this.#child = undefined;
  }

  #start() {
    const child = spawn(TRANSPILE, ['--serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-8000);
    });
    child.stdin.on('error', () => {}); // the process died; `close` tells
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { resolve, reject } = this.#pending.shift();
      if (line === 'ok') resolve();
      else {
        const text = line.slice('error\t'.length);
        reject(new TranspileError(text.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))));
      }
      if (this.#pending.length === 0) keepsAlive(child, false);
    });
    const failed = (why) => {
      if (this.#child === child) this.#child = undefined;
      for (const { reject } of this.#pending.splice(0)) {
        reject(Object.assign(new Error(why), { crash: true }));
      }
    };
    child.on('error', (error) => failed(`the transpiler does not start: ${error.message}`));
    child.on('close', (code, signal) =>
      failed(`the transpiler ended with ${signal ?? code}: ${this.#stderr.trim()}`),
    );
    return child;
  }
}

/** Whether waiting for `child` keeps our event loop from being empty. */
function keepsAlive(child, yes) {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    if (yes) handle.ref();
    else handle.unref();
  }
}
