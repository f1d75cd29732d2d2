import { ComponentError } from '../error.js';
import { cannotEnter } from '../trap.js';
import { requestCancellation } from './cancel.js';
import { callLifted } from './lift.js';

/**
 * A call from the host.
 * @param {() => Lifted} lifted
 * @param {(task: Task) => unknown[]} start lowers the arguments
 * @param {(flat: unknown[], settle: Function, fail: Function) => void} resolve lifts the result
 * @param {(error: unknown) => unknown} explain what to throw for an error
 * @param {{ signal?: AbortSignal }} [options] for an `async` function, what cancels the call
 */
export function callFromHost(lifted, start, resolve, explain, options) {
  const { store } = lifted.instance;
  if (lifted.isAsync || lifted.returnsPromise) {
    return new Promise((settle, reject) => {
      enterFromHost(store, lifted, true, start, resolve, explain, settle, reject, options?.signal);
    });
  }
  let result;
  let failure;
  const fail = (error) => {
    failure = { error };
  };
  if (store.busy) cannotEnter();
  enterFromHost(store, lifted, false, start, resolve, explain, (value) => (result = value), fail);
  if (failure !== undefined) throw failure.error;
  return result;
}

function enterFromHost(store, lifted, maySuspend, start, resolve, explain, settle, reject, signal) {
  let task;
  const end = (f) => (value) => {
    // Nobody will read what a call gives that its caller gave up.
    if (store.calls.delete(fail)) {
      if (signal) store.hostWork--;
    } else if (value instanceof ReadableStream) value.cancel();
    signal?.removeEventListener('abort', abort);
    f(value);
  };
  const fail = end((error) => reject(explain(error)));
  // The promise does not wait for the guest, which may take its time or ignore it.
  const abort = () => {
    end(reject)(signal.reason);
    cancelTask(store, () => task);
  };
  if (signal?.aborted) {
    reject(signal.reason);
    return;
  }
  signal?.addEventListener('abort', abort);
  const begin = () => {
    if (signal?.aborted) return undefined;
    if (!lifted.instance.mayEnterFrom(undefined)) {
      try {
        cannotEnter();
      } catch (error) {
        end(reject)(error);
      }
      return undefined;
    }
    store.calls.set(fail, () => task);
    // The signal may still end what nothing else does.
    if (signal) store.hostWork++;
    // What returns by itself still runs `post-return`, which may trap.
    let outcome;
    const keep = (f) => (value) => {
      outcome = () => f(value);
    };
    const then = lifted.isAsyncAbi ? end : (f) => keep(end(f));
    try {
      task = callLifted(
        lifted,
        undefined,
        maySuspend,
        (task) => {
          store.passing = fail;
          try {
            return start(task);
          } finally {
            store.passing = undefined;
          }
        },
        (flat) => flat && resolve(flat, then(settle), then(reject)),
        () => outcome?.(),
      );
    } catch (error) {
      if (!lifted.instance.mayEnterFrom(undefined)) throw error;
      fail(error);
    }
    return task?.gap;
  };
  if (store.inHost > 0) begin();
  else store.enter(begin);
}

/** Cancels the task of a call whose caller no longer waits for it, once control is back. */
export function cancelTask(store, getTask) {
  queueMicrotask(() =>
    store.enter(() => {
      const task = getTask();
      if (task !== undefined && !task.isResolved())
        return store.within(task.lifted.instance, () => requestCancellation(task));
    }),
  );
}

/** Ends a call with an `err`. */
export function failWithPayload(fail, payload) {
  fail(payload instanceof Error ? payload : new ComponentError(payload));
}
