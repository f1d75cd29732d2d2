/**
 * The guests that may have directories at one time where directories are paths: any number of guests
 * that only read, or one that writes. A guest that writes could put a link in place of a
 * directory between the look and the use of another one, on another thread.
 *
 * Threads share the count through the environment data of workers, which a worker has
 * when the thread that started it had directories granted before.
 */
import { CapabilityError } from '../preview2/errors.js';

const KEY = '@windlass/wasi: guests with directories';
const HELP =
  'install the addon `@windlass/wasi-native-<platform>`, which `@windlass/wasi` has among its optional packages; or dispose of the other WASI first';

/** -1 while one guest may write, else how many may read. */
let guests: Int32Array | undefined;

function count(): Int32Array {
  if (guests !== undefined) return guests;
  const { getEnvironmentData, isMainThread, setEnvironmentData } =
    process.getBuiltinModule('node:worker_threads');
  let shared = getEnvironmentData(KEY) as SharedArrayBuffer | undefined;
  if (shared === undefined) {
    if (!isMainThread) {
      throw new CapabilityError(
        'directories cannot be granted in a worker that was started before its parent granted one: guests of several threads could lead each other out of them',
        HELP,
      );
    }
    shared = new SharedArrayBuffer(4) as SharedArrayBuffer;
    setEnvironmentData(KEY, shared);
  }
  return (guests = new Int32Array(shared));
}

/**
 * Takes part, and gives the function that ends it.
 *
 * @throws {CapabilityError} which names the addon, when it would be unsafe
 */
export function leaseDirectories(writable: boolean): () => void {
  const cell = count();
  for (;;) {
    const now = Atomics.load(cell, 0);
    if (now < 0 || (writable && now > 0)) {
      const who = now < 0 ? 'may write to a directory' : 'has directories';
      throw new CapabilityError(
        `another instance ${who}, and without an addon nothing keeps the two from leading each other out of theirs`,
        HELP,
      );
    }
    const next = writable ? -1 : now + 1;
    if (Atomics.compareExchange(cell, 0, now, next) === now) break;
  }
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if (writable) Atomics.store(cell, 0, 0);
    else Atomics.sub(cell, 0, 1);
  };
}
