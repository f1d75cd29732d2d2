/**
 * @import { Lifted } from './lift.js'
 * @import { Thread } from './thread.js'
 */
import { BorrowScope } from '../handle.js';
import { trap } from '../trap.js';
import { HostCall } from './call.js';

/** `Task.State` */
export const TASK_INITIAL = 1;
const TASK_STARTED = 2;
export const TASK_PENDING_CANCEL = 3;
export const TASK_CANCEL_DELIVERED = 4;
const TASK_RESOLVED = 5;

/** The threads of a task that has not begun. */
const NONE = [];

/**
 * The caller of a function, which is told the outcome.
 * @typedef {object} Call
 * @property {(task: Task) => unknown[]} onStart gives the core arguments
 * @property {(flat: unknown[] | undefined) => void} onResolve takes the core results; nothing when it was cancelled
 * @property {(error: unknown) => void} [fail] told that the arguments are wrong, if they are the host's
 * @property {() => void} onExit called when the core function ended, which may be after `onResolve`
 */

/** A call of a lifted function (`Task`, CanonicalABI.md). */
export class Task extends BorrowScope {
  state = TASK_INITIAL;
  implicitThread = undefined;
  /** @type {Thread[]} */
  threads = NONE;
  /** A promise of when the call is back, while it is not. */
  gap = undefined;

  /**
   * @param {Partial<Lifted>} lifted
   * @param {Call} call
   */
  constructor(lifted, call) {
    super();
    this.lifted = lifted;
    this.call = call;
  }

  /**
   * The task that runs while core modules are instantiated: synchronous, of no instance. It
   * lives as long as the store, and with it the shapes that engines compile code for.
   */
  static ofStart() {
    return new Task({ isAsync: false, instance: undefined }, new HostCall());
  }

  isResolved() {
    return this.state === TASK_RESOLVED;
  }

  /** Whether it is asynchronous, or has returned. */
  mayBlock() {
    return this.lifted.isAsync || this.state === TASK_RESOLVED;
  }

  /** A thread that may run while a synchronous task of its instance blocks. */
  readySibling() {
    const { instance } = this.lifted;
    const length = instance?.live.length ?? 0;
    for (let i = 0; i < length; i++) {
      // Each has its turn.
      instance.turn = (instance.turn + 1) % length;
      const thread = instance.live[instance.turn];
      if (thread.isReady()) return thread;
    }
  }

  /** Whether its thread may enter at once. */
  mayEnter() {
    const { isAsync, instance } = this.lifted;
    return !isAsync || (!this.#hasBackpressure() && instance.numWaitingToEnter === 0);
  }

  /** The wait in `enter_implicit_thread`; `next(thread)` if it was not cancelled */
  waitToEnter(thread, next) {
    const { instance } = this.lifted;
    instance.numWaitingToEnter++;
    instance.gated.add(thread);
    return thread.waitThen(
      () => !this.#hasBackpressure(),
      true,
      (cancelled) => {
        instance.numWaitingToEnter--;
        instance.gated.delete(thread);
        return cancelled ? this.cancel() : next(thread);
      },
    );
  }

  enterImplicitThread(thread) {
    const { isAsync, needsExclusive, instance } = this.lifted;
    if (isAsync && needsExclusive) instance.exclusiveThread = thread;
    this.registerThread(thread);
  }

  #hasBackpressure() {
    const { needsExclusive, instance } = this.lifted;
    return instance.backpressure > 0 || (needsExclusive && instance.exclusiveThread !== undefined);
  }

  registerThread(thread) {
    const { instance } = this.lifted;
    // Most have one, and an array that grew is larger.
    if (this.threads === NONE) this.threads = [thread];
    else this.threads.push(thread);
    thread.place = instance.live.push(thread) - 1;
    thread.index = instance.threads.add(thread);
  }

  exitImplicitThread() {
    const { isAsync, needsExclusive, instance } = this.lifted;
    this.unregisterThread(this.implicitThread);
    if (isAsync && needsExclusive) instance.releaseExclusive();
  }

  unregisterThread(thread) {
    const { threads } = this;
    const { instance } = this.lifted;
    if (threads.length === 1) threads.pop();
    else threads.splice(threads.indexOf(thread), 1);
    if (threads.length === 0 && this.state !== TASK_RESOLVED)
      trap('async-lifted export failed to produce a result');
    // The last one takes the place.
    const last = instance.live.pop();
    if (last !== thread) {
      instance.live[thread.place] = last;
      last.place = thread.place;
    }
    instance.threads.remove(thread.index);
  }

  /** Undoes the entry, where the host's arguments were wrong. */
  abandon(error) {
    this.state = TASK_RESOLVED;
    this.exitImplicitThread();
    this.call.fail?.(error);
  }

  deliverPendingCancel(cancellable) {
    if (!cancellable || this.state !== TASK_PENDING_CANCEL) return false;
    this.state = TASK_CANCEL_DELIVERED;
    return true;
  }

  start() {
    this.state = TASK_STARTED;
    return this.call.onStart(this);
  }

  /** `return_`, and the end of `cancel` without a result */
  return(flat) {
    if (this.state === TASK_RESOLVED)
      trap('`task.return` or `task.cancel` called more than once for current task');
    this.end();
    this.call.onResolve(flat);
    this.state = TASK_RESOLVED;
  }

  cancel() {
    if (this.state !== TASK_CANCEL_DELIVERED)
      trap('`task.cancel` called by task which has not been cancelled');
    this.return(undefined);
  }
}

/**
 * `canon task.return`
 * @param {number} signature what stands for the result's type and the lift options
 */
export function taskReturn(instance, signature, flat) {
  const { task } = instance.store.current;
  if (!task.lifted.isAsyncAbi)
    trap('`task.return` called by a task that was not lifted as `async`');
  if (task.lifted.signature !== signature)
    trap('invalid `task.return` signature and/or options for current task');
  task.return(flat);
}

/** `canon task.cancel` */
export function taskCancel(instance) {
  const { task } = instance.store.current;
  if (!task.lifted.isAsyncAbi)
    trap('`task.cancel` called by a task that was not lifted as `async`');
  task.cancel();
}

/** `canon context.get` */
export function contextGet(instance, slot) {
  const { current } = instance.store;
  return slot === 0 ? current.context0 : current.context1;
}

/** `canon context.set` */
export function contextSet(instance, slot, value) {
  const { current } = instance.store;
  if (slot === 0) current.context0 = value;
  else current.context1 = value;
}
