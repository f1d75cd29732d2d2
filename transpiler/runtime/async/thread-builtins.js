import { trap } from '../trap.js';
import { block, yieldThread } from './block.js';
import { Thread } from './thread.js';

const toInt = (cancelled) => (cancelled ? 1 : 0);
const settle = (cancelled) =>
  typeof cancelled === 'boolean' ? toInt(cancelled) : cancelled.then(toInt);

/** A thread that stands still and waits for nothing. */
function suspendedThread(instance, index) {
  const thread = instance.threads.get(index);
  if (thread.cont === undefined || thread.readyFunc !== undefined)
    trap('cannot resume thread which is not suspended');
  return thread;
}

/** `canon thread.index` */
export function threadIndex(instance) {
  return instance.store.current.index;
}

/** `canon thread.new-indirect` */
export function threadNewIndirect(instance, table, index, context) {
  const { task } = instance.store.current;
  const callee = table.get(
    typeof table.length === 'bigint' ? BigInt.asUintN(32, BigInt(index)) : index >>> 0,
  );
  if (callee === null) trap('uninitialized element');
  const thread = new Thread(task, task.lifted.suspends);
  thread.cont = () => thread.call(callee, [context], () => task.unregisterThread(thread));
  task.registerThread(thread);
  return thread.index;
}

/** `canon thread.resume-later` */
export function threadResumeLater(instance, index) {
  suspendedThread(instance, index).startWaiting(() => true);
}

/** `canon thread.suspend` */
export function threadSuspend(instance) {
  const thread = instance.store.current;
  if (thread.task.deliverPendingCancel(false)) return 1;
  return settle(block(thread, undefined, false));
}

/** `canon thread.yield` */
export function threadYield(instance) {
  return settle(yieldThread(instance.store.current, false));
}

/** `canon thread.{suspend,yield}-then-resume` */
export function threadThenResume(instance, doesYield, index) {
  const other = suspendedThread(instance, index);
  return settle(block(instance.store.current, doesYield ? () => true : undefined, false, other));
}

/** `canon thread.{suspend,yield}-then-promote` */
export function threadThenPromote(instance, doesYield, index) {
  const thread = instance.store.current;
  const other = instance.threads.get(index);
  if (other === thread) trap('cannot resume thread which is not suspended');
  const readyFunc = doesYield ? () => true : undefined;
  if (!other.isReady())
    return settle(doesYield ? yieldThread(thread, false) : block(thread, undefined, false));
  return settle(block(thread, readyFunc, false, other));
}

/** Built-ins of shared-everything threads, which no engine runs yet. */
export function threadUnsupported() {
  trap('shared-everything threads are not supported');
}
