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

/**
 * `(module (type (func (param i32))) (func (export "f") (param funcref) (result i32)
 * (ref.test (ref 0) (local.get 0))))`, without the byte of `i32`: 0x7f.
 */
const TEST_BEGIN = '\0asm\x01\0\0\0\x01\x0a\x02\x60\x01';
const TEST_END =
  '\0\x60\x01\x70\x01\x7f\x03\x02\x01\x01\x07\x05\x01\x01f\0\0\x0a\x09\x01\x07\0\x20\0\xfb\x14\0\x0b';

/** By the type of the parameter, what tells whether a function starts a thread. */
const startTests = {};

/** Whether a function takes one `i32`, or `i64` if `kind` is `bigint`, and returns nothing. */
function hasStartType(callee, kind) {
  if (startTests[kind] === undefined) {
    const text = TEST_BEGIN + (kind === 'bigint' ? '\x7e' : '\x7f') + TEST_END;
    try {
      const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
      startTests[kind] = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f;
    } catch {
      // Without `ref.test`, or where nothing is compiled at run time, the count has to do.
      startTests[kind] = (callee) => callee.length === 1;
    }
  }
  return Boolean(startTests[kind](callee));
}

/** `canon thread.new-indirect` */
export function threadNewIndirect(instance, table, index, context) {
  const { task } = instance.store.current;
  const at = typeof index === 'bigint' ? BigInt.asUintN(64, index) : index >>> 0;
  if (at >= table.length) trap('undefined element: out of bounds table access');
  const callee = table.get(typeof table.length === 'bigint' ? BigInt(at) : Number(at));
  if (callee === null) trap('uninitialized element');
  if (!hasStartType(callee, typeof context)) trap('indirect call type mismatch');
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
