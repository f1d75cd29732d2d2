/** @import { AsyncInstance } from './instance.js' */
import { trap } from '../trap.js';
import { callLifted, Lifted } from './lift.js';
import { hasJspi } from './suspending.js';

/**
 * Runs the destructor of a resource type as a call of the instance that defines it
 * (`canon_resource_drop`): with a task and a thread of its own, which cannot block.
 * @param {AsyncInstance} instance
 * @param {Function} core
 */
export function destructor(instance, core) {
  const options = { isAsync: false, isAsyncAbi: false, signature: -1 };
  const lifted = new Lifted(instance, options, core);
  return (rep) => {
    try {
      callLifted(lifted, instance, false, { onStart: () => [rep], onResolve() {}, onExit() {} });
    } catch (error) {
      // The engine refuses to call what can block before that decides whether it would.
      if (hasJspi && error instanceof WebAssembly.SuspendError)
        trap('cannot block a synchronous task before returning');
      throw error;
    }
  };
}
