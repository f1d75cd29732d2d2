import { BorrowScope } from '../handle.js';
import { trap } from '../trap.js';

/** `Task.State` */
export const TASK_INITIAL = 1;
const TASK_STARTED = 2;
export const TASK_PENDING_CANCEL = 3;
export const TASK_CANCEL_DELIVERED = 4;
const TASK_RESOLVED = 5;

/** A call of a lifted function (`Task`, CanonicalABI.md). */
export class Task extends BorrowScope {
  state = TASK_INITIAL;
  implicitThread = undefined;
  threads = [];
  /** Called when the implicit thread ends. */
  onExit = undefined;
  /** A promise of when the call is back, while it is not. */
  gap = undefined;

  /**
   * @param {Lifted} lifted
   * @param {(task: Task) => unknown[]} onStart gives the core arguments
   * @param {(flat: unknown[] | undefined) => void} onResolve takes the core results; nothing when it was cancelled
   */
  constructor(lifted, onStart, onResolve) {
    super();
    this.lifted = lifted;
    this.onStart = onStart;
    this.onResolve = onResolve;
  }

  /** What runs while core modules are instantiated: synchronous, of no instance. */
  static ofStart() {
    return new Task({ isAsync: false, instance: undefined });
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

  /** `enter_implicit_thread`; `next(entered)` */
  enterImplicitThread(thread, next) {
    const { isAsync, needsExclusive, instance } = this.lifted;
    this.implicitThread = thread;
    const enter = () => {
      if (isAsync && needsExclusive) instance.exclusiveThread = thread;
      this.registerThread(thread);
      return next(true);
    };
    if (!isAsync || (!this.#hasBackpressure() && instance.numWaitingToEnter === 0)) return enter();
    instance.numWaitingToEnter++;
    instance.gated.add(thread);
    return thread.waitThen(
      () => !this.#hasBackpressure(),
      true,
      (cancelled) => {
        instance.numWaitingToEnter--;
        instance.gated.delete(thread);
        if (!cancelled) return enter();
        this.cancel();
        return next(false);
      },
    );
  }

  #hasBackpressure() {
    const { needsExclusive, instance } = this.lifted;
    return instance.backpressure > 0 || (needsExclusive && instance.exclusiveThread !== undefined);
  }

  registerThread(thread) {
    const { instance } = this.lifted;
    this.threads.push(thread);
    thread.place = instance.live.push(thread) - 1;
    thread.index = instance.threads.add(thread);
  }

  exitImplicitThread() {
    const { isAsync, needsExclusive, instance } = this.lifted;
    this.unregisterThread(this.implicitThread);
    if (isAsync && needsExclusive) instance.releaseExclusive();
    this.onExit?.();
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
  abandon() {
    this.state = TASK_RESOLVED;
    if (this.implicitThread?.index !== undefined) this.exitImplicitThread();
  }

  isCancelPending() {
    return this.state === TASK_PENDING_CANCEL;
  }

  deliverPendingCancel(cancellable) {
    if (!cancellable || this.state !== TASK_PENDING_CANCEL) return false;
    this.state = TASK_CANCEL_DELIVERED;
    return true;
  }

  start() {
    this.state = TASK_STARTED;
    return this.onStart(this);
  }

  /** `return_` */
  return(flat) {
    this.#checkResolve();
    this.onResolve(flat);
    this.state = TASK_RESOLVED;
  }

  cancel() {
    if (this.state !== TASK_CANCEL_DELIVERED)
      trap('`task.cancel` called by task which has not been cancelled');
    this.#checkResolve();
    this.onResolve(undefined);
    this.state = TASK_RESOLVED;
  }

  #checkResolve() {
    if (this.state === TASK_RESOLVED)
      trap('`task.return` or `task.cancel` called more than once for current task');
    this.end();
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
  return instance.store.current.storage[slot];
}

/** `canon context.set` */
export function contextSet(instance, slot, value) {
  instance.store.current.storage[slot] = value;
}
