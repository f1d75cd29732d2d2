/** @import { Store } from './store.js' */

/** Lets go of what the host forgot; some hosts, as workerd at older compatibility dates, have none. */
const forgotten = globalThis.FinalizationRegistry && new FinalizationRegistry((end) => end.drop());

/**
 * A readable end that the host holds, as long as it may read from it. It refers to no
 * object of the host's, so that one that nobody has any more can be collected.
 */
export class HostEnd {
  isOpen = true;

  /**
   * @param {Store} store
   * @param {any} shared what the ends of the stream or future have in common
   */
  constructor(store, shared) {
    this.store = store;
    this.shared = shared;
    store.hostWork++;
  }

  /** Drops the end once the host forgot the object that it got for it. */
  watch(object) {
    forgotten?.register(object, this, this);
  }

  /** The host reads no more: all was read, it gave the end back, or reading failed. */
  end() {
    if (!this.isOpen) return;
    this.isOpen = false;
    forgotten?.unregister(this);
    this.store.hostWork--;
    this.store.checkDeadlock();
  }

  /** The host wants no more. */
  drop() {
    // End first: the host has closed its stream, so nothing may close it again.
    this.end();
    this.store.enter(() => this.letGo());
  }

  /** Tells the other end. */
  letGo() {
    this.shared.drop(true);
  }
}
