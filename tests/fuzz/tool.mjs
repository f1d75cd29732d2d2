/** The Rust side of the fuzz drivers: a child process that answers one request at a time. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { build, builtProgram } from '../conformance/transpiler.mjs';

/** The path of the tool. */
export const TOOL = builtProgram('windlass-fuzz');

/** Builds the tool. */
export const buildTool = () => build('--package', 'windlass-fuzz');

/** Why a request has no answer. */
export class NoAnswer extends Error {}

/** A running tool. It is started again after a request that ended it. */
export class Tool {
  #path;
  #child;
  #lines;
  #waiting;

  constructor(path = TOOL) {
    this.#path = path;
  }

  /**
   * The answer to `request`.
   *
   * @throws {NoAnswer} when the tool died or took longer than `timeout` milliseconds
   */
  request(request, timeout = 10_000) {
    if (!this.#child) this.#start();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(`no answer within ${timeout / 1000} s`), timeout);
      this.#waiting = { resolve, reject, timer };
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  close() {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start() {
    const child = spawn(this.#path, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#child === child && this.#fail(error.message));
    child.on(
      'exit',
      (code, signal) =>
        this.#child === child && this.#fail(`the tool ended with ${signal ?? code}`),
    );
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => {
      const { resolve, timer } = this.#waiting;
      clearTimeout(timer);
      this.#waiting = undefined;
      resolve(JSON.parse(line));
    });
  }

  #fail(message) {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(new NoAnswer(message));
  }
}
