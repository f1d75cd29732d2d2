/**
 * @import { AsyncInstance } from './instance.js'
 * @import { Call } from './task.js'
 */
import { cannotEnter, trap } from '../trap.js';
import { Task } from './task.js';
import { Thread } from './thread.js';

/** `CallbackCode` */
const EXIT = 0;
const YIELD = 1;
const WAIT = 2;
/** `EventCode.TASK_CANCELLED` */
export const TASK_CANCELLED = 6;

/** A function defined by a canonical lift. */
export class Lifted {
  /** Whether its core code runs on a stack that JSPI switches. */
  suspends = false;
  /** Whether calls from the host do, whatever the type. */
  returnsPromise = false;

  /**
   * @param {AsyncInstance} instance
   * @param {object} options
   * @param {boolean} options.isAsync whether the type is `async func`
   * @param {boolean} options.isAsyncAbi whether it is lifted as `async`
   * @param {number} options.signature what stands for the result's type and the lift options
   * @param {Function} core
   * @param {Function} [callback]
   * @param {Function} [postReturn]
   */
  constructor(instance, options, core, callback, postReturn) {
    Object.assign(this, options);
    this.instance = instance;
    this.core = core;
    this.callback = callback;
    this.postReturn = postReturn;
    this.needsExclusive = !this.isAsyncAbi || callback !== undefined;
  }
}

/**
 * A call of a lifted function, from an instance or from the host (`Store.lift`, `canon_lift`).
 * @param {Call} call what makes it
 */
export function callLifted(lifted, caller, mayCallerSuspend, call) {
  const { instance } = lifted;
  if (!instance.mayEnterFrom(caller)) cannotEnter(instance.root);
  instance.enterFrom(caller);
  const task = new Task(lifted, call);
  const thread = new Thread(task, lifted.suspends && mayCallerSuspend);
  thread.cont = runImplicitThread;
  let gap = thread.resume();
  gap = gap === undefined ? finishSync(task) : gap.then(() => finishSync(task));
  if (gap === undefined) instance.leaveTo(caller);
  else task.gap = gap.then(() => instance.leaveTo(caller));
  return task;
}

// The end of `canon_lift`: a synchronous task returns before its caller goes on.
function finishSync(task) {
  while (!task.mayBlock()) {
    const thread = task.readySibling();
    if (thread === undefined) trap('cannot block a synchronous task before returning');
    const gap = thread.resume();
    if (gap !== undefined) return gap.then(() => finishSync(task));
  }
}

function runImplicitThread(_, thread) {
  const { task } = thread;
  task.implicitThread = thread;
  return task.mayEnter()
    ? enterImplicitThread(thread)
    : task.waitToEnter(thread, enterImplicitThread);
}

/** `enter_implicit_thread`, where nothing is in the way */
function enterImplicitThread(thread) {
  const { task } = thread;
  const { lifted } = task;
  task.enterImplicitThread(thread);
  let args;
  try {
    args = task.start();
  } catch (error) {
    // The host's arguments are wrong, unless `realloc` trapped, or is the reason for a trap.
    if (task.call.fail === undefined || !lifted.instance.mayLeave) throw error;
    return task.abandon(error);
  }
  return thread.call(lifted.core, args, lifted.callback === undefined ? runToEnd : runCallbacks);
}

function runToEnd({ task }, result) {
  if (!task.lifted.isAsyncAbi) returnSync(task, result);
  task.exitImplicitThread();
  task.call.onExit();
}

function returnSync(task, result) {
  const { postReturn, instance } = task.lifted;
  const flat = result === undefined ? [] : [result];
  task.return(flat);
  if (postReturn === undefined) return;
  instance.mayLeave = false;
  postReturn(...flat);
  instance.mayLeave = true;
}

function runCallbacks(thread, packed) {
  const { task } = thread;
  const { instance, callback } = task.lifted;
  const code = packed & 0xf;
  if (code === EXIT) return task.exitImplicitThread();
  const next = (code, p1, p2) => {
    instance.exclusiveThread = thread;
    return thread.call(callback, [code, p1, p2], runCallbacks);
  };
  if (code !== YIELD && code !== WAIT) trap('unsupported callback code');
  const set = code === WAIT ? waitableSet(instance, packed >>> 4) : undefined;
  instance.releaseExclusive();
  const isFree = () => instance.exclusiveThread === undefined;
  if (set !== undefined) return set.waitThen(thread, isFree, next);
  return thread.waitThen(isFree, true, (cancelled) =>
    next(cancelled || task.deliverPendingCancel(true) ? TASK_CANCELLED : 0, 0, 0),
  );
}

// Without naming the class, which few components need that wait for nothing.
function waitableSet(instance, index) {
  const set = instance.handles.get(index);
  if (set.numElems === undefined) trap(`handle index ${index} used with the wrong type`);
  return set;
}
