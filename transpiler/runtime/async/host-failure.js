import { cancelTask } from './call.js';

/**
 * Where an error goes of what the host passes to the component as a stream or
 * future: it rejects the call that passed it, if that still runs, or it is
 * reported.
 * @param {boolean} [isFatal] whether the call cannot do without, and is cancelled
 * @returns {(error: unknown) => void}
 */
export function hostFailure(store, isFatal) {
  const reject = store.passing;
  return (error) => {
    const getTask = store.calls.get(reject);
    if (getTask === undefined) return (store.onStreamError ?? console.error)(error);
    reject(error);
    if (isFatal) cancelTask(store, getTask);
  };
}
