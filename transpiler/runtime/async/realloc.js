/** @import { AsyncInstance } from './instance.js' */
import { Thread } from './thread.js';

/**
 * `realloc` of an instance whose code has contexts, on a thread of its own
 * (`LiftLowerContext.reallocate`). It may not leave, so that one thread does for all calls.
 * @param {AsyncInstance} instance
 * @param {Function} realloc
 */
export function onOwnThread({ store }, realloc) {
  const thread = new Thread(store.current.task, false);
  return (old, oldByteLength, alignment, byteLength) => {
    const { current } = store;
    thread.context0 = thread.context1 = 0;
    store.current = thread;
    try {
      return realloc(old, oldByteLength, alignment, byteLength);
    } finally {
      store.current = current;
    }
  };
}
