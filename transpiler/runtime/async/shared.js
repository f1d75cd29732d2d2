import { CANCELLED, DROPPED } from './copy-end.js';

/** The state that the two ends of a stream or future share (`SharedBase`, CanonicalABI.md). */
export class SharedBase {
  isDropped = false;
  pendingInstance = undefined;
  pendingBuffer = undefined;
  pendingOnCopy = undefined;
  pendingOnCopyDone = undefined;
  /** The ends that guests hold, to tell them when the other one goes. */
  readable = undefined;
  writable = undefined;
  /** The state that replaced this one. */
  #forwardedTo = undefined;

  /** @param {number} type stands for the type of the stream or future */
  constructor(type) {
    this.type = type;
  }

  /** This one, or what took its place. */
  last() {
    if (this.#forwardedTo === undefined) return this;
    /** @type {any} */
    let last = this;
    while (last.#forwardedTo !== undefined) last = last.#forwardedTo;
    // The next one to ask has one step.
    /** @type {SharedBase} */
    let shared = this;
    while (shared.#forwardedTo !== undefined) {
      const next = shared.#forwardedTo;
      shared.#forwardedTo = last;
      shared = next;
    }
    return last;
  }

  setPending(instance, buffer, onCopy, onCopyDone) {
    this.pendingInstance = instance;
    this.pendingBuffer = buffer;
    this.pendingOnCopy = onCopy;
    this.pendingOnCopyDone = onCopyDone;
  }

  resetPending() {
    this.setPending(undefined, undefined, undefined, undefined);
  }

  resetAndNotifyPending(result) {
    const { pendingOnCopyDone } = this;
    this.resetPending();
    pendingOnCopyDone(result);
  }

  cancel() {
    this.last().resetAndNotifyPending(CANCELLED);
  }

  /** One end goes: `byReader` says which. */
  drop(byReader) {
    const last = this.last();
    if (last.isDropped) return;
    last.isDropped = true;
    if (last.pendingBuffer !== undefined) last.resetAndNotifyPending(DROPPED);
    else (byReader ? last.writable : last.readable)?.notifyDropped();
  }

  /** `read` and `write` */
  copy(isRead, instance, buffer, onCopy, onCopyDone) {
    const last = this.last();
    if (last.isDropped) onCopyDone(DROPPED);
    else if (last.pendingBuffer === undefined)
      last.setPending(instance, buffer, onCopy, onCopyDone);
    else last.rendezvous(isRead, instance, buffer, onCopy, onCopyDone);
  }

  /** Lets `source` take the place; a read that is pending goes over. */
  forward(source) {
    const {
      isDropped,
      readable,
      pendingInstance,
      pendingBuffer,
      pendingOnCopy,
      pendingOnCopyDone,
    } = this;
    this.resetPending();
    this.#forwardedTo = source;
    source.readable = readable;
    if (isDropped) source.drop(true);
    else if (pendingBuffer !== undefined) {
      source.copy(true, pendingInstance, pendingBuffer, pendingOnCopy, pendingOnCopyDone);
    } else if (source.isDropped) readable?.notifyDropped();
  }
}
