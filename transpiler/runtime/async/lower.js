/**
 * @import { AsyncInstance } from './instance.js'
 * @import { Lifted } from './lift.js'
 * @import { Task } from './task.js'
 */
import { importFailed, payloadOf } from '../error.js';
import { requestCancellation } from './cancel.js';
import { hostFailure } from './host-failure.js';
import { callLifted } from './lift.js';
import { after, enterUnlessTrapped } from './store.js';
import { RETURNED, Subtask, waitForResolved } from './subtask.js';

/**
 * `canon_lower` of a function that another instance lifts.
 * @param {AsyncInstance} instance
 * @param {Lifted} lifted
 * @param {boolean} isAsync whether it is lowered as `async`
 * @param {(task: Task, lent: unknown[]) => unknown[]} start takes the arguments from the caller to the callee
 * @param {(flat: unknown[]) => unknown} resolve takes the result from the callee to the caller
 */
export function lowerComponent(instance, lifted, isAsync, start, resolve) {
  const subtask = new Subtask();
  const task = callLifted(lifted, instance, instance.store.current.canSuspend, {
    onStart(task) {
      subtask.started();
      return start(task, subtask.lenders);
    },
    onResolve(flat) {
      if (flat === undefined) subtask.cancelled();
      else subtask.returned(resolve(flat));
    },
    onExit() {},
  });
  subtask.onCancel = () => requestCancellation(task);
  return after(task.gap, () => finishLower(instance, subtask, isAsync));
}

function finishLower(instance, subtask, isAsync) {
  if (isAsync) {
    if (!subtask.isResolved()) {
      subtask.index = instance.handles.add(subtask);
      return subtask.state | (subtask.index << 4);
    }
    subtask.deliverResolve();
    return RETURNED;
  }
  const finish = () => {
    subtask.deliverResolve();
    return subtask.flatResult;
  };
  return subtask.isResolved()
    ? finish()
    : after(waitForResolved(subtask, instance.store.current), finish);
}

/**
 * `canon_lower` of a function that the host passes in.
 * @param {AsyncInstance} instance
 * @param {{ isAsync: boolean, mayPromise: boolean, hasErr: boolean }} options whether it is lowered as `async`, has an
 *   `async` type, and has a `result`
 * @param {unknown[]} lent what the call was lent
 * @param {((lent: unknown[]) => unknown[]) | undefined} expire ends it for the host; the handles
 * @param {() => unknown} call
 * @param {(value: unknown, isErr: number) => unknown} resolve lowers the result
 * @param {string[]} path names of the import, for messages
 */
export function lowerHost(
  instance,
  { isAsync, mayPromise, hasErr },
  lent,
  expire,
  call,
  resolve,
  path,
) {
  const { store } = instance;
  const subtask = new Subtask();
  subtask.started();
  const settle = (value, isErr) => {
    try {
      if (expire !== undefined) subtask.lenders = expire(lent);
      subtask.returned(resolve(value, isErr));
    } catch (error) {
      importFailed(error, ...path);
    }
  };
  const fail = (error) => {
    let payload = error;
    try {
      if (!hasErr) throw error;
      payload = payloadOf(error);
    } catch {
      importFailed(error, ...path);
    }
    settle(payload, 1);
  };
  let value;
  let thrown;
  store.inHost++;
  try {
    value = call();
  } catch (error) {
    thrown = { error };
  }
  store.inHost--;
  if (thrown !== undefined) fail(thrown.error);
  else if (mayPromise && isThenable(value)) {
    store.hostWork++;
    const giveUp = givingUp(store, value);
    let isForgotten = false;
    const done = (f) => (value) => {
      if (isForgotten) return;
      store.hostWork--;
      store.readers.delete(giveUp);
      enterUnlessTrapped(store, () => {
        if (subtask.isResolved()) store.held.count--;
        else f(value, 0);
      });
      store.checkDeadlock();
    };
    value.then(done(settle), done(fail));
    // The function of the host goes on without what it was lent, unless it can be told.
    subtask.onCancel = () => {
      if (expire !== undefined) subtask.lenders = expire(lent);
      subtask.cancelled();
      if (giveUp) {
        // Nothing refers to a promise that was disposed of.
        isForgotten = true;
        store.hostWork--;
        giveUp();
      } else {
        // The promise stays until it settles. It counts as the handle of the call did.
        store.held.count++;
      }
    };
  } else settle(value, 0);
  return finishLower(instance, subtask, isAsync);
}

/** The function that disposes of a promise of the host, if it is disposable. */
function givingUp(store, promise) {
  if (typeof promise[Symbol.dispose] !== 'function') return undefined;
  const report = hostFailure(store);
  const giveUp = () => {
    store.readers.delete(giveUp);
    store.inHost++;
    try {
      promise[Symbol.dispose]();
    } catch (error) {
      // The guest goes on.
      Promise.reject(error).catch(report);
    }
    store.inHost--;
  };
  // A trap gives up all calls.
  store.readers.add(giveUp);
  return giveUp;
}

/** Whether the host gave a promise. */
export function isThenable(value) {
  return value !== null && typeof value === 'object' && typeof value.then === 'function';
}
