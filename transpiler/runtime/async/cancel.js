import { TASK_CANCEL_DELIVERED, TASK_INITIAL, TASK_PENDING_CANCEL } from './task.js';

/** `request_cancellation` */
export function requestCancellation(task) {
  const { instance, needsExclusive } = task.lifted;
  if (task.state === TASK_INITIAL) {
    task.state = TASK_CANCEL_DELIVERED;
    return task.implicitThread.resume(true);
  }
  const exclusive = instance.exclusiveThread;
  const isBarred = needsExclusive && exclusive !== undefined && exclusive !== task.implicitThread;
  for (const thread of task.threads) {
    if (
      thread.cont === undefined ||
      !thread.cancellable ||
      (isBarred && thread === task.implicitThread)
    )
      continue;
    task.state = TASK_CANCEL_DELIVERED;
    return thread.resume(true);
  }
  task.state = TASK_PENDING_CANCEL;
  for (const thread of task.threads) thread.wake();
  // A thread that stands in the way of the delivery gets a chance to end.
  return task.readySibling()?.resume();
}
