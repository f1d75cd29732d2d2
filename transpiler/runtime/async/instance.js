/**
 * @import { Store } from './store.js'
 * @import { Thread } from './thread.js'
 */
import { HandleTable } from '../handle.js';
import { ComponentInstance } from '../instance.js';
import { trap } from '../trap.js';

/** The state of a component instance that takes part in concurrency (`ComponentInstance`, CanonicalABI.md). */
export class AsyncInstance extends ComponentInstance {
  live = [];
  /** The index in `live` at which the next search for a ready thread begins. */
  turn = 0;
  backpressure = 0;
  numWaitingToEnter = 0;
  /** @type {Thread | undefined} */
  exclusiveThread = undefined;
  /** Waiting threads that backpressure or `exclusiveThread` kept from running. */
  gated = new Set();

  /**
   * @param {Store} store
   * @param {AsyncInstance} [parent] the instance that instantiated it
   */
  constructor(store, parent) {
    super(parent?.root);
    this.handles = new HandleTable(store.held);
    /** Indices of threads, and the threads. */
    this.threads = new HandleTable(store.held);
    this.store = store;
    store.instances.push(this);
  }

  /** `may_enter_from`: calls between components may come back, only the host has to wait. */
  mayEnterFrom(caller) {
    return !!caller || this.root.mayEnter;
  }

  /** `enter_from` */
  enterFrom(caller) {
    if (!caller) this.root.mayEnter = false;
  }

  /** `leave_to` */
  leaveTo(caller) {
    if (!caller) this.root.mayEnter = true;
  }

  /** Gives up exclusivity. */
  releaseExclusive() {
    this.exclusiveThread = undefined;
    this.wakeGated();
  }

  /** Takes note of a thread that was woken and may not run. */
  gate(thread) {
    if (this.exclusiveThread !== undefined || this.backpressure > 0) this.gated.add(thread);
  }

  wakeGated() {
    if (this.gated.size === 0) return;
    const threads = [...this.gated];
    this.gated.clear();
    for (const thread of threads) thread.wake();
  }
}

/** `canon backpressure.inc` */
export function backpressureInc(instance) {
  if (++instance.backpressure === 2 ** 16) trap('backpressure counter overflow');
}

/** `canon backpressure.dec` */
export function backpressureDec(instance) {
  if (--instance.backpressure < 0) trap('backpressure counter underflow');
  instance.wakeGated();
}
