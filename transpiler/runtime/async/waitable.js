import { trap } from '../trap.js';
import { waitUntil } from './block.js';
import { TASK_CANCELLED } from './lift.js';
import { TASK_PENDING_CANCEL } from './task.js';

/** A source of events (`Waitable`, CanonicalABI.md). */
export class Waitable {
  /** @type {(() => [number, number, number]) | undefined} */
  pendingEvent = undefined;
  /** @type {WaitableSet | undefined} */
  wset = undefined;
  /** The thread that waits for it in a synchronous call. */
  syncWaiter = undefined;

  setPendingEvent(pendingEvent) {
    this.pendingEvent = pendingEvent;
    this.wset?.notify(this);
    this.syncWaiter?.wake();
  }

  hasPendingEvent() {
    return this.pendingEvent !== undefined;
  }

  /** `wait_for_pending_event`: nothing, or a promise. */
  waitForPendingEvent(thread) {
    this.syncWaiter = thread;
    const waited = waitUntil(thread, () => this.hasPendingEvent(), false);
    if (waited === false) this.syncWaiter = undefined;
    else {
      return waited.then(() => {
        this.syncWaiter = undefined;
      });
    }
  }

  getPendingEvent() {
    const { pendingEvent } = this;
    this.pendingEvent = undefined;
    this.wset?.ready.delete(this);
    return pendingEvent();
  }

  join(wset) {
    this.#leave();
    this.wset = wset;
    if (wset === undefined) return;
    wset.numElems++;
    if (this.hasPendingEvent()) wset.notify(this);
  }

  #leave() {
    if (this.wset === undefined) return;
    this.wset.numElems--;
    this.wset.ready.delete(this);
  }

  drop() {
    this.join(undefined);
  }

  /** `trap_if(e.in_waitable_set() and not async_)` */
  checkSync() {
    if (this.wset !== undefined)
      trap('waitable cannot be used synchronously while added to a waitable set');
  }

  static get(instance, index) {
    const waitable = instance.handles.get(index);
    if (!(waitable instanceof Waitable)) trap(`handle index ${index} used with the wrong type`);
    return waitable;
  }
}

/** The members of a set that was not used yet; a guest may have very many of these. */
const UNUSED = new Set();

/** `WaitableSet` */
export class WaitableSet {
  numElems = 0;
  /** The elements that have an event. */
  ready = UNUSED;
  waiters = UNUSED;

  static get(instance, index) {
    const set = instance.handles.get(index);
    if (!(set instanceof WaitableSet)) trap(`handle index ${index} used with the wrong type`);
    return set;
  }

  notify(waitable) {
    if (this.ready === UNUSED) this.ready = new Set();
    this.ready.add(waitable);
    for (const thread of this.waiters) thread.wake();
  }

  #addWaiter(thread) {
    if (this.waiters === UNUSED) this.waiters = new Set();
    this.waiters.add(thread);
  }

  hasPendingEvent() {
    return this.ready.size > 0;
  }

  getPendingEvent() {
    for (const waitable of this.ready) return waitable.getPendingEvent();
  }

  /** `wait_for_event_and` where no core function is on the stack; `next(code, p1, p2)`. */
  waitThen(thread, isFree, next) {
    this.#addWaiter(thread);
    return thread.waitThen(
      () => isFree() && (this.hasPendingEvent() || thread.task.state === TASK_PENDING_CANCEL),
      true,
      (cancelled) => {
        this.waiters.delete(thread);
        return cancelled || thread.task.deliverPendingCancel(true)
          ? next(TASK_CANCELLED, 0, 0)
          : next(...this.getPendingEvent());
      },
    );
  }

  /**
   * `wait_for_event`
   * @returns {any} the event, or a promise of it
   */
  wait(thread, cancellable) {
    this.#addWaiter(thread);
    const cancelled = waitUntil(thread, () => this.hasPendingEvent(), cancellable);
    const finish = (cancelled) => {
      this.waiters.delete(thread);
      return cancelled ? [TASK_CANCELLED, 0, 0] : this.getPendingEvent();
    };
    return typeof cancelled === 'boolean' ? finish(cancelled) : cancelled.then(finish);
  }

  poll(task, cancellable) {
    if (task.deliverPendingCancel(cancellable)) return [TASK_CANCELLED, 0, 0];
    return this.hasPendingEvent() ? this.getPendingEvent() : [0, 0, 0];
  }

  drop() {
    if (this.numElems > 0) trap('cannot drop waitable set with elements');
    if (this.waiters.size > 0) trap('cannot drop waitable set with waiters');
  }
}

/** `canon waitable-set.new` */
export function waitableSetNew(instance) {
  return instance.handles.add(new WaitableSet());
}

/** `canon waitable-set.wait` */
export function waitableSetWait(instance, cx, index, ptr) {
  const event = WaitableSet.get(instance, index).wait(instance.store.current, false);
  return Array.isArray(event)
    ? unpackEvent(cx, ptr, event)
    : event.then((event) => unpackEvent(cx, ptr, event));
}

/** `canon waitable-set.poll` */
export function waitableSetPoll(instance, cx, index, ptr) {
  return unpackEvent(
    cx,
    ptr,
    WaitableSet.get(instance, index).poll(instance.store.current.task, false),
  );
}

/**
 * @param {any} cx
 * @param {number | bigint} ptr
 * @param {number[]} event
 */
function unpackEvent(cx, ptr, [code, p1, p2]) {
  const at = typeof ptr === 'bigint' ? Number(BigInt.asUintN(64, ptr)) : ptr >>> 0;
  if (cx.u8.byteLength !== cx.memory.buffer.byteLength) cx.refresh();
  if (at % 4 !== 0) trap('unaligned pointer');
  if (at + 8 > cx.u8.length) trap('pointer out of bounds of memory');
  cx.view.setInt32(at, p1, true);
  cx.view.setInt32(at + 4, p2, true);
  return code;
}

/** `canon waitable-set.drop` */
export function waitableSetDrop(instance, index) {
  WaitableSet.get(instance, index).drop();
  instance.handles.remove(index);
}

/** `canon waitable.join` */
export function waitableJoin(instance, index, set) {
  const waitable = Waitable.get(instance, index);
  if (waitable.syncWaiter !== undefined)
    trap('waitable cannot be used synchronously while added to a waitable set');
  waitable.join(set === 0 ? undefined : WaitableSet.get(instance, set));
}
