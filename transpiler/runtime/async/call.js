/**
 * @import { Lifted } from './lift.js'
 * @import { Task } from './task.js'
 */
import { ComponentError } from '../error.js';
import { cannotEnter } from '../trap.js';
import { requestCancellation } from './cancel.js';
import { callLifted } from './lift.js';

/**
 * A call from the host.
 * @param {Lifted} lifted
 * @param {(task: Task) => unknown[]} lowerArgs
 * @param {(flat: unknown[], call: HostCall) => unknown} liftResult
 * @param {(error: unknown) => unknown} explain what to throw for an error
 * @param {{ signal?: AbortSignal }} [options] for an `async` function, what cancels the call
 */
export function callFromHost(lifted, lowerArgs, liftResult, explain, options) {
  const { store } = lifted.instance;
  const isAsync = lifted.isAsync || lifted.returnsPromise;
  if (!isAsync && store.busy) cannotEnter(lifted.instance.root);
  const call = new HostCall(lifted, lowerArgs, liftResult, explain);
  if (options?.signal) call.endBy(options.signal);
  if (store.inHost > 0) call.enter(isAsync);
  else store.enter(() => call.enter(isAsync));
  return call.give(isAsync);
}

/** A call from the host, and how it ended. */
export class HostCall {
  task = undefined;
  /** Its index in `calls` of the store, while it is there. */
  place = -1;
  isDone = false;
  isThrown = false;
  /** Its result, or the value that it throws. */
  outcome = undefined;
  /** Settles the promise, if there is one before the call is done. */
  onDone = undefined;
  /** Forgets the signal that may end the call. */
  forget = undefined;

  constructor(lifted, lowerArgs, liftResult, explain) {
    this.lifted = lifted;
    this.lowerArgs = lowerArgs;
    this.liftResult = liftResult;
    this.explain = explain;
  }

  /** Lets a signal end the call. */
  endBy(signal) {
    // The promise does not wait for the guest, which may take its time or ignore it.
    const abort = () => {
      this.#end(signal.reason, true);
      this.requestCancellation();
    };
    if (signal.aborted) return abort();
    try {
      signal.addEventListener('abort', abort);
      this.forget = () => signal.removeEventListener('abort', abort);
    } catch (error) {
      this.#end(error, true);
    }
  }

  /** Enters the component, where the caller has not given up by now. */
  enter(maySuspend) {
    const { lifted, isDone } = this;
    const { instance } = lifted;
    const { store } = instance;
    if (isDone) return undefined;
    this.place = store.calls.push(this) - 1;
    // The signal may still end what nothing else does.
    if (this.forget) store.hostWork++;
    const mayEnter = instance.mayEnterFrom();
    try {
      this.task = callLifted(lifted, undefined, maySuspend, this);
    } catch (error) {
      if (mayEnter && !instance.mayEnterFrom()) throw error;
      this.fail(error);
    }
    return this.task?.gap;
  }

  onStart(task) {
    const { store } = this.lifted.instance;
    store.passing = this;
    try {
      return this.lowerArgs(task);
    } finally {
      store.passing = undefined;
    }
  }

  onResolve(flat) {
    if (flat === undefined) return;
    const value = this.liftResult(flat, this);
    if (this.isDone) {
      // Nobody will read what a call gives that its caller gave up.
      if (value instanceof ReadableStream) value.cancel();
      return;
    }
    this.outcome = value;
    // A function that returns by itself still runs `post-return`, which may trap.
    if (this.lifted.isAsyncAbi) this.onExit();
  }

  onExit() {
    this.#end(this.outcome, this.isThrown);
  }

  /** Ends it with an error that is no result. */
  fail(error) {
    this.#end(this.explain(error), true);
  }

  #end(outcome, isThrown) {
    if (this.isDone) return;
    this.isDone = true;
    this.isThrown = isThrown;
    this.outcome = outcome;
    if (this.place >= 0) {
      const { store } = this.lifted.instance;
      const last = store.calls.pop();
      // The last one takes the place.
      if (last !== this) {
        store.calls[this.place] = last;
        last.place = this.place;
      }
      if (this.forget) store.hostWork--;
    }
    this.forget?.();
    if (this.onDone) this.lifted.instance.store.tell(this.onDone);
  }

  /** Returns or throws how it ended, or a promise of that. */
  give(isAsync) {
    const { isDone, isThrown, outcome } = this;
    const { store } = this.lifted.instance;
    if (!isAsync) {
      if (isThrown) throw outcome;
      return outcome;
    }
    if (isDone && !store.busy) return isThrown ? Promise.reject(outcome) : Promise.resolve(outcome);
    return new Promise((settle, reject) => {
      this.onDone = () => (this.isThrown ? reject : settle)(this.outcome);
      if (isDone) store.tell(this.onDone);
    });
  }

  /** Cancels the task, for which nobody waits, once control is back. */
  requestCancellation() {
    const { store } = this.lifted.instance;
    queueMicrotask(() =>
      store.enter(() => {
        const { task } = this;
        if (task !== undefined && !task.isResolved())
          return store.within(task.lifted.instance, () => requestCancellation(task));
      }),
    );
  }
}

/** The error of a call that ends with an `err`. */
export function failWithPayload(call, payload) {
  call.isThrown = true;
  return payload instanceof Error ? payload : new ComponentError(payload);
}
