import { trap } from '../trap.js';
import { hasJspi, JSPI } from './suspending.js';
import { openGap } from './thread.js';

/**
 * `wait_until` in a core function.
 * @returns {any} whether it was cancelled, or a promise of that
 */
export function waitUntil(thread, readyFunc, cancellable) {
  if (thread.task.deliverPendingCancel(cancellable)) return true;
  return readyFunc() ? false : block(thread, readyFunc, cancellable);
}

/** `yield_` */
export function yieldThread(thread, cancellable) {
  const { task } = thread;
  if (task.deliverPendingCancel(cancellable)) return true;
  // With nobody else to run, a synchronous task goes on at once.
  if (!task.mayBlock() && !hasReadySibling(task)) return false;
  return block(thread, () => true, cancellable);
}

/** Whether a thread may run while a synchronous task of its instance blocks. */
function hasReadySibling(task) {
  return task.lifted.instance?.live.some((thread) => thread.isReady()) ?? false;
}

/** `block_internal`, after `start_waiting_internal` if there is something to wait for. */
export function block(thread, readyFunc, cancellable, switchTo) {
  const { task } = thread;
  thread.cancellable = cancellable;
  if (readyFunc !== undefined) thread.startWaiting(readyFunc);
  if (switchTo === undefined && !task.mayBlock() && !hasReadySibling(task)) {
    trap('cannot block a synchronous task before returning');
  }
  if (!thread.canSuspend) needsJspi();
  thread.switchTo = switchTo;
  return new Promise((resolve) => {
    thread.cont = (cancelled) => {
      const gap = openGap(thread);
      resolve(cancelled);
      return gap;
    };
    thread.handBack();
  });
}

/** A trap that says why core code cannot be suspended here. */
export function needsJspi() {
  trap(
    hasJspi
      ? 'cannot block a synchronous task before returning'
      : `the component blocks in core WebAssembly, which needs ${JSPI}`,
  );
}
