import { causeOf, trap } from '../trap.js';
import { Task } from './task.js';
import { Thread } from './thread.js';

/** The number of threads that run before the event loop gets a turn. */
const BATCH = 1000;

/**
 * The scheduler of one instantiation (`Store`, CanonicalABI.md).
 *
 * Functions that run a thread return `undefined` when control is back, or a promise of
 * that, where the thread runs on a stack that JSPI switches ("a gap").
 */
export class Store {
  instances = [];
  /** Handles and threads of all instances. */
  held = { count: 0, max: Infinity };
  /** The running thread, or during instantiation one that cannot block. */
  current = new Thread(Task.ofStart(), false);
  /** Whether a gap is open: nothing else may run. */
  busy = false;
  /** The number of host functions on the stack. */
  inHost = 0;
  /** Promises and streams of the host that can make something ready. */
  hostWork = 0;
  /** Calls from the host that began and are not settled. */
  calls = [];
  /** The streams and futures that the host reads or writes, which are told of the end. */
  readers = new Set();
  /** The call from the host whose arguments are lowered. */
  passing = undefined;
  /**
   * The trap that ended it.
   * @type {{ cause: unknown } | undefined}
   */
  failure = undefined;
  /** Whether the gap is one where core code waits for a promise of the host. */
  isHeld = false;
  /**
   * Lets go of what the instances hold of the host, where they can; what resources threw.
   * @type {(() => unknown[]) | undefined}
   */
  release = undefined;
  /** Outcomes to tell the host once it can enter again. */
  outcomes = [];
  /** @type {((error: unknown) => void) | undefined} what is told of streams and futures that failed */
  onStreamError = undefined;
  /** The queue: each thread names the next. */
  #first = undefined;
  #last = undefined;
  #length = 0;
  #entries = [];
  #isScheduled = false;
  /** Whether the event loop has a turn first. */
  #isYielding = false;
  #isChecking = false;
  #turns = 0;

  /** Takes note of a thread that may be ready. */
  enqueue(thread) {
    if (this.#first === undefined) this.#first = thread;
    else this.#last.nextQueued = thread;
    this.#last = thread;
    this.#schedule();
    // Microtasks of the host that call again and again keep the event loop from its turn.
    if (++this.#length > BATCH && this.#isYielding) {
      this.#isYielding = false;
      queueMicrotask(() => this.#tick());
    }
  }

  /** Takes the first thread out of the queue. */
  #dequeue() {
    const thread = this.#first;
    if (thread === undefined) return undefined;
    this.#first = thread.nextQueued;
    this.#length--;
    thread.nextQueued = undefined;
    thread.isQueued = false;
    return thread;
  }

  /** Runs `f` as soon as no gap is open, and then what it made ready. */
  enter(f) {
    if (this.busy) this.#entries.push(f);
    else this.#run(f);
  }

  #run(f) {
    const gap = this.attempt(f);
    if (gap === undefined) {
      if (this.#first !== undefined || this.#mayBeDeadlock()) this.#schedule();
      return;
    }
    this.busy = true;
    gap.then(
      () => this.#free(),
      (error) => {
        this.fail(error);
        this.#free();
      },
    );
  }

  /** Calls `f`; what it throws is a trap. */
  attempt(f) {
    try {
      return f();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Calls `f`, which tells the host that a call ended, as soon as it can call again. */
  tell(f) {
    if (this.busy && !this.isHeld) this.outcomes.push(f);
    else f();
  }

  #free() {
    this.busy = false;
    tellOutcomes(this);
    while (this.#entries.length > 0 && !this.busy) this.#run(this.#entries.shift());
    this.#schedule();
  }

  #schedule() {
    if (this.#isScheduled || this.busy) return;
    this.#isScheduled = true;
    this.#isYielding = ++this.#turns % BATCH === 0;
    if (this.#isYielding) afterEventLoop(() => this.#tick());
    else queueMicrotask(() => this.#tick());
  }

  // `tick`, until nothing is ready
  #tick() {
    this.#isScheduled = false;
    if (this.busy) return;
    let thread;
    while ((thread = this.#dequeue()) !== undefined) {
      const { instance } = thread.task.lifted;
      if (!thread.isReady()) {
        instance.gate(thread);
        continue;
      }
      if (!instance.mayEnterFrom()) continue;
      return this.#run(() => this.within(instance, () => thread.resume()));
    }
    this.checkDeadlock();
  }

  /** Runs `f` in an instance that the host can enter. */
  within(instance, f) {
    if (!instance.mayEnterFrom()) return;
    instance.enterFrom();
    return after(f(), () => instance.leaveTo());
  }

  #mayBeDeadlock() {
    return this.calls.length > 0 && this.hostWork === 0;
  }

  /** Rejects what can never be settled, unless the turn of the event loop brings something. */
  checkDeadlock() {
    // A scheduled run checks at its end.
    if (this.#isChecking || this.#isScheduled || this.busy || !this.#mayBeDeadlock()) return;
    this.#isChecking = true;
    const turns = this.#turns;
    afterEventLoop(() => {
      this.#isChecking = false;
      if (turns !== this.#turns) return this.checkDeadlock();
      if (this.busy || !this.#mayBeDeadlock()) return;
      this.attempt(() => trap('deadlock detected: event loop cannot make further progress'));
    });
  }

  /** A trap: poisons all instances and rejects all calls. */
  fail(error) {
    this.failure ??= { cause: causeOf(error) };
    for (const instance of this.instances) {
      instance.mayEnter = false;
      instance.failure ??= this.failure;
    }
    this.#first = undefined;
    this.#length = 0;
    for (const call of this.calls.slice()) call.fail(this.failure.cause);
    for (const reject of this.readers) reject(this.failure.cause);
    return this.release?.();
  }
}

/** Tells the host of the calls that ended by now. */
export function tellOutcomes(store) {
  for (const f of store.outcomes.splice(0)) f();
}

/** Calls `f` as soon as no gap is open, for what the host had promised: after a trap nothing runs any more. */
export function enterUnlessTrapped(store, f) {
  store.enter(() => (store.failure === undefined ? f() : undefined));
}

/** Calls `next` once control is back. */
export function after(gap, next) {
  return gap === undefined ? next() : gap.then(next);
}

/** Calls `f` in a later turn of the event loop, without a timer; where that cannot be, in this one. */
export function afterEventLoop(f) {
  if (typeof MessageChannel === 'undefined') return queueMicrotask(f);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    f();
  };
  port2.postMessage(0);
}
