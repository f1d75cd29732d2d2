import { Lifted } from './lift.js';
import { openGap } from './thread.js';

/** The name of JSPI in messages. */
export const JSPI = 'JSPI (JavaScript Promise Integration; Node 25 has it)';

/** Whether JSPI is there. */
export const hasJspi = typeof WebAssembly.Suspending === 'function';

/** An import that can block; without JSPI it throws when it would have to. */
export function suspending(f) {
  return hasJspi ? new WebAssembly.Suspending(f) : f;
}

/**
 * Refuses to instantiate what is meant to block where nothing can be suspended.
 * @param {string} what the export that blocks, and why
 */
export function requireJspi(what) {
  if (!hasJspi) {
    throw new WebAssembly.LinkError(`${what}, which needs ${JSPI}; this engine has none`);
  }
}

/** The error to throw for the engine's, where code that was called synchronously may block. */
export function explainSuspension(error, what) {
  if (!hasJspi || !(error instanceof WebAssembly.SuspendError)) return error;
  const message = `${what} calls what can block, and nothing can suspend it there`;
  // @ts-expect-error The declarations know no second argument.
  return new WebAssembly.RuntimeError(message, { cause: error });
}

const promisingOf = new WeakMap();

/** `WebAssembly.promising`, made once for each function. */
function promising(core) {
  let made = promisingOf.get(core);
  if (made === undefined) {
    try {
      made = WebAssembly.promising(core);
    } catch {
      // A function of the glue that is lifted as it is: where it would block it gives a promise.
      made = async (...args) => core(...args);
    }
    promisingOf.set(core, made);
  }
  return made;
}

/** A lifted function whose core code can block. */
export class SuspendingLifted extends Lifted {
  suspends = hasJspi;
  returnsPromise = true;

  /** Calls a core function on a stack that JSPI switches, and then `next(thread, result)`. */
  call(thread, core, args, next) {
    promising(core)(...args)
      .then((result) => {
        if (next(thread, result) === undefined) thread.handBack();
      })
      .catch((error) => {
        for (const { fail } of thread.takeGaps()) fail(error);
      });
    return thread.cont === undefined ? openGap(thread) : undefined;
  }
}
