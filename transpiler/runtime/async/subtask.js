import { giveBack } from '../handle.js';
import { trap } from '../trap.js';
import { waitUntil } from './block.js';
import { after } from './store.js';
import { Waitable } from './waitable.js';

/** `Subtask.State` */
export const STARTING = 0;
export const STARTED = 1;
export const RETURNED = 2;
const CANCELLED_BEFORE_STARTED = 3;
const CANCELLED_BEFORE_RETURNED = 4;
/** `EventCode.SUBTASK` */
const SUBTASK = 1;
/** The result of a built-in that goes on in the background. */
export const BLOCKED = -1;

/** A call out of an instance (`Subtask`, CanonicalABI.md). */
export class Subtask extends Waitable {
  state = STARTING;
  /** Handles that it was lent; `undefined` once the caller was told that it is resolved. */
  lenders = [];
  cancellationRequested = false;
  flatResult = undefined;
  /** Its handle, once it has one. */
  index = undefined;
  /** `request_cancellation` of the callee */
  onCancel = undefined;

  isResolved() {
    return this.state >= RETURNED;
  }

  started() {
    this.#progress();
    this.state = STARTED;
  }

  /** Resolves it with what lowering the result gave. */
  returned(flatResult) {
    this.state = RETURNED;
    this.flatResult = flatResult;
    this.#progress();
  }

  cancelled() {
    this.state = this.state === STARTING ? CANCELLED_BEFORE_STARTED : CANCELLED_BEFORE_RETURNED;
    this.#progress();
  }

  #progress() {
    if (this.index !== undefined) {
      this.setPendingEvent(() => {
        if (this.isResolved()) this.deliverResolve();
        return [SUBTASK, this.index, this.state];
      });
    } else this.syncWaiter?.wake();
  }

  deliverResolve() {
    giveBack(this.lenders);
    this.lenders = undefined;
  }

  isResolveDelivered() {
    return this.lenders === undefined;
  }

  drop() {
    if (!this.isResolveDelivered()) trap('cannot drop a subtask which has not yet resolved');
    super.drop();
  }

  static get(instance, index) {
    const subtask = instance.handles.get(index);
    if (!(subtask instanceof Subtask)) trap(`handle index ${index} used with the wrong type`);
    return subtask;
  }
}

/** `canon subtask.cancel` */
export function subtaskCancel(instance, isAsync, index) {
  const subtask = Subtask.get(instance, index);
  if (subtask.isResolveDelivered()) trap('`subtask.cancel` called after terminal status delivered');
  if (subtask.cancellationRequested)
    trap('`subtask.cancel` called more than once for this subtask');
  subtask.checkSync();
  const finish = () => subtask.getPendingEvent()[2];
  if (subtask.isResolved()) return finish();
  subtask.cancellationRequested = true;
  const thread = instance.store.current;
  // Threads that run meanwhile may not take it into a set.
  subtask.syncWaiter = thread;
  return after(subtask.onCancel(), () => {
    subtask.syncWaiter = undefined;
    if (subtask.isResolved()) return finish();
    if (isAsync) return BLOCKED;
    const waited = waitForResolved(subtask, thread);
    return after(waited, finish);
  });
}

/** Waits in a core function until the subtask is resolved: nothing, or a promise. */
export function waitForResolved(subtask, thread) {
  subtask.syncWaiter = thread;
  const waited = waitUntil(thread, () => subtask.isResolved(), false);
  if (waited === false) subtask.syncWaiter = undefined;
  else {
    return waited.then(() => {
      subtask.syncWaiter = undefined;
    });
  }
}

/** `canon subtask.drop` */
export function subtaskDrop(instance, index) {
  Subtask.get(instance, index).drop();
  instance.handles.remove(index);
}
