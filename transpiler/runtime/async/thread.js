/** @import { Task } from './task.js' */
/** A thread of a task (`Thread`, CanonicalABI.md). */
export class Thread {
  /**
   * The function that resuming calls, with whether it is cancelled and the thread; `undefined`
   * while it runs.
   */
  cont = undefined;
  /** Whether it may run, while it waits. */
  readyFunc = undefined;
  cancellable = false;
  index = undefined;
  /** `storage` */
  context0 = 0;
  context1 = 0;
  isQueued = false;
  /** The one behind it in the queue of the store. */
  nextQueued = undefined;
  /** Its index in `live` of its instance. */
  place = 0;
  /** The thread to resume when this one blocks. */
  switchTo = undefined;
  /** Settle the gaps that are open while JSPI runs this thread. */
  gaps = undefined;

  /**
   * @param {Task} task
   * @param {boolean} canSuspend whether its core functions run on a stack that JSPI switches
   */
  constructor(task, canSuspend) {
    this.task = task;
    this.canSuspend = canSuspend;
  }

  isReady() {
    return this.readyFunc !== undefined && this.readyFunc();
  }

  /** Tells the scheduler that the thread may be ready. */
  wake() {
    if (this.isQueued || this.readyFunc === undefined) return;
    this.isQueued = true;
    this.task.lifted.instance.store.enqueue(this);
  }

  /** `start_waiting_internal` */
  startWaiting(readyFunc) {
    this.readyFunc = readyFunc;
    if (readyFunc()) this.wake();
  }

  /** `resume` */
  resume(cancelled = false) {
    const { store } = this.task.lifted.instance;
    const { cont } = this;
    const previous = store.current;
    this.cont = this.readyFunc = undefined;
    store.current = this;
    let gap;
    try {
      gap = cont(cancelled, this);
    } finally {
      if (gap === undefined) store.current = previous;
    }
    if (gap === undefined) return this.#goOn();
    return gap.then(() => {
      store.current = previous;
      return this.#goOn();
    });
  }

  #goOn() {
    const other = this.switchTo;
    this.switchTo = undefined;
    return other?.resume();
  }

  /** `wait_until` where no core function is on the stack. */
  waitThen(readyFunc, cancellable, next) {
    if (this.task.deliverPendingCancel(cancellable)) return next(true);
    this.cancellable = cancellable;
    this.cont = next;
    this.startWaiting(readyFunc);
    this.handBack();
  }

  /** Calls a core function, and then `next(thread, result)`. */
  call(core, args, next) {
    return this.canSuspend
      ? this.task.lifted.call(this, core, args, next)
      : next(this, core(...args));
  }

  /** Control is back: the thread blocked, or it ended. */
  handBack() {
    for (const { settle } of this.takeGaps()) settle();
  }

  takeGaps() {
    const gaps = this.gaps ?? [];
    this.gaps = undefined;
    return gaps;
  }
}

/** A promise of when control is back from a thread that JSPI runs. */
export function openGap(thread) {
  return new Promise((settle, fail) => {
    (thread.gaps ??= []).push({ settle, fail });
  });
}
