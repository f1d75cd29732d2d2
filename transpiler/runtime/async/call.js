import { ComponentError } from '../error.js';
import { cannotEnter } from '../trap.js';
import { callLifted } from './lift.js';

/**
 * A call from the host.
 * @param {() => Lifted} lifted
 * @param {(task: Task) => unknown[]} start lowers the arguments
 * @param {(flat: unknown[], settle: Function, fail: Function) => void} resolve lifts the result
 * @param {(error: unknown) => unknown} explain what to throw for an error
 */
export function callFromHost(lifted, start, resolve, explain) {
  const { store } = lifted.instance;
  if (lifted.isAsync || lifted.suspends) {
    return new Promise((settle, reject) => {
      enterFromHost(store, lifted, true, start, resolve, explain, settle, reject);
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

function enterFromHost(store, lifted, maySuspend, start, resolve, explain, settle, reject) {
  const fail = (error) => reject(explain(error));
  const begin = () => {
    if (!lifted.instance.mayEnterFrom(undefined)) {
      try {
        cannotEnter();
      } catch (error) {
        reject(error);
      }
      return undefined;
    }
    store.calls.add(fail);
    const end = (f) => (value) => {
      store.calls.delete(fail);
      f(value);
    };
    // What returns by itself still runs `post-return`, which may trap.
    let outcome;
    const keep = (f) => (value) => {
      outcome = () => f(value);
    };
    const then = lifted.isAsyncAbi ? end : (f) => keep(end(f));
    let task;
    try {
      task = callLifted(
        lifted,
        undefined,
        maySuspend,
        start,
        (flat) => resolve(flat, then(settle), then(reject)),
        () => outcome?.(),
      );
    } catch (error) {
      if (!lifted.instance.mayEnterFrom(undefined)) throw error;
      end(fail)(error);
    }
    return task?.gap;
  };
  if (store.inHost > 0) begin();
  else store.enter(begin);
}

/** Ends a call with an `err`. */
export function failWithPayload(fail, payload) {
  fail(payload instanceof Error ? payload : new ComponentError(payload));
}
