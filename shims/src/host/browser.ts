/** The platform where there is no disk and no process: browsers, workerd, and others. */

import { HostError } from '../preview2/errors.js';
import type { ByteSink, ByteSource, Host, HostDirectory } from './host.js';

/** `crypto.getRandomValues` takes no more at a time. */
const MOST_RANDOM_BYTES = 65_536;

/** A line that is longer is printed in parts, since a guest may never end it. */
const LONGEST_LINE = 65_536;

/** Prints whole lines, as a console can do no less. */
class ConsoleSink implements ByteSink {
  readonly isTerminal = false;
  readonly #print: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #line = '';
  #isScheduled = false;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#print(line);
    if (this.#line.length > LONGEST_LINE) this.#printRest();
    // The end of a program is not announced, so that a last line without an end comes late.
    if (this.#line === '' || this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#printRest();
    });
  }

  #printRest(): void {
    if (this.#line === '') return;
    this.#print(this.#line);
    this.#line = '';
  }
}

const noInput: ByteSource = { isTerminal: false, read: () => -1, ready: () => true };
const waitCell = /* @__PURE__ */ createWaitCell();

/** The platform of a browser. */
export const host: Host = {
  monotonicNow: () => BigInt(Math.round(performance.now() * 1e6)),
  // Browsers coarsen their clocks to 5 µs where pages are isolated, to 100 µs elsewhere.
  monotonicResolution: 100_000n,
  wallNow: () => BigInt(Date.now()) * 1_000_000n,
  wallResolution: 1_000_000n,
  sleep(nanoseconds) {
    const milliseconds = Number(nanoseconds) / 1e6;
    try {
      if (waitCell === undefined) throw new TypeError('no shared memory');
      Atomics.wait(waitCell, 0, 0, milliseconds);
    } catch (cause) {
      throw new Error('this thread may not block: run the component in a Worker', { cause });
    }
  },
  fillRandom(bytes) {
    for (let begin = 0; begin < bytes.length; begin += MOST_RANDOM_BYTES) {
      const part = bytes.subarray(begin, begin + MOST_RANDOM_BYTES);
      crypto.getRandomValues(part as Uint8Array<ArrayBuffer>);
    }
  },
  environment: () => ({}),
  stdin: () => noInput,
  stdout: () => new ConsoleSink((line) => console.log(line)),
  stderr: () => new ConsoleSink((line) => console.error(line)),
  openDirectory(path): HostDirectory {
    throw new HostError('ENOTSUP', `there is no disk to open \`${path}\` on: grant \`files\``);
  },
};

/** Memory to wait on. Pages that are not isolated still get it from WebAssembly. */
function createWaitCell(): Int32Array | undefined {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return new Int32Array(memory.buffer, 0, 1);
  } catch {
    return undefined;
  }
}
