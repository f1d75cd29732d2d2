/// <reference lib="esnext.disposable" preserve="true" />
/**
 * WASI 0.1 for core modules. Nothing is granted unless it is named.
 *
 * ```js
 * import { createPreview1 } from '@windlass/wasi/preview1';
 *
 * const wasi = createPreview1({ args: ['thing'], stdout: 'inherit' });
 * const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
 * const code = wasi.start(instance);
 * ```
 */

import { host as platform } from '#host';
import type { Host } from './host/host.js';
import { abort, causeOf } from './preview1/abort.js';
import { errnoNumberOf } from './preview1/errno.js';
import { createFiles } from './preview1/files.js';
import { Guest } from './preview1/guest.js';
import { createPaths } from './preview1/paths.js';
import { createPoll } from './preview1/poll.js';
import { createProcess } from './preview1/process.js';
import type { Capabilities } from './preview2/capabilities.js';
import { Context } from './preview2/context.js';
import { ExitError } from './preview2/errors.js';

export { CapabilityError, ExitError } from './preview2/errors.js';

/** WASI 0.1 for one core module. */
export interface Preview1 {
  /** The functions by their names, for an imports object. */
  readonly wasi_snapshot_preview1: Readonly<Record<string, (...args: never[]) => number>>;
  /** An imports object that has them alone. */
  getImportObject(): WebAssembly.Imports;
  /**
   * Runs a command: calls its `_start` and gives its exit code.
   *
   * Throws what ends the program otherwise, such as the `WebAssembly.RuntimeError` of a trap.
   */
  start(instance: WebAssembly.Instance): number;
  /**
   * Prepares a reactor: calls its `_initialize`, if it has one. An exit code that ends a later
   * call of its exports is the `ExitError` that the thrown error has as its `cause`.
   */
  initialize(instance: WebAssembly.Instance): void;
  /** Closes what the guest left open, and the granted directories. */
  [Symbol.dispose](): void;
}

/**
 * WASI 0.1 for one guest.
 *
 * Throws a `CapabilityError` for a capability that does not exist or has a wrong value, and when
 * a directory to be granted cannot be opened. `host` is the platform, that of this process
 * unless given.
 */
export function createPreview1(capabilities: Capabilities = {}, host: Host = platform): Preview1 {
  const cx = new Context(host);
  cx.grant(capabilities);
  const guest = new Guest(cx);
  const functions = functionsOf(guest);
  let isBound = false;
  const bind = (instance: WebAssembly.Instance): WebAssembly.Exports => {
    if (isBound)
      throw new TypeError('a guest is one instance: make another one with `createPreview1`');
    const { exports } = instance;
    guest.memory.bind(exports['memory']);
    isBound = true;
    return exports;
  };
  return {
    wasi_snapshot_preview1: functions,
    getImportObject: () => withoutPrototype({ wasi_snapshot_preview1: functions }),
    start(instance) {
      const { _start: run, _initialize: initialize } = instance.exports;
      if (typeof run !== 'function') {
        throw new TypeError('the module is not a command: it does not export `_start`');
      }
      if (initialize !== undefined) {
        throw new TypeError('the module exports `_start` and `_initialize`: it can only be one');
      }
      bind(instance);
      return exitCode(run);
    },
    initialize(instance) {
      const { _start: run, _initialize: initialize } = instance.exports;
      if (run !== undefined) {
        throw new TypeError('the module is a command, which `start` runs: it exports `_start`');
      }
      bind(instance);
      if (typeof initialize !== 'function') return;
      try {
        initialize();
      } catch (error) {
        throw causeOf(error);
      }
    },
    [Symbol.dispose]: () => guest.end(),
  };
}

function exitCode(run: Function): number {
  try {
    run();
    return 0;
  } catch (error) {
    const cause = causeOf(error);
    if (cause instanceof ExitError) return cause.code;
    throw cause;
  }
}

/** The functions, which give an `errno`, and trap where the guest has no way to go on. */
function functionsOf(guest: Guest): Preview1['wasi_snapshot_preview1'] {
  const all = {
    ...createProcess(guest),
    ...createFiles(guest),
    ...createPaths(guest),
    ...createPoll(guest),
  };
  const entries = Object.entries(all) as [string, (...args: never[]) => void][];
  return withoutPrototype(
    Object.fromEntries(
      entries.map(([name, call]) => [
        name,
        (...args: never[]): number => {
          try {
            call(...args);
            return 0;
          } catch (error) {
            return errnoNumberOf(error) ?? abort(error);
          }
        },
      ]),
    ),
  );
}

/** An object has functions of its own, which an import could name otherwise. */
function withoutPrototype<T extends object>(object: T): T {
  return Object.freeze(Object.assign(Object.create(null) as T, object));
}
