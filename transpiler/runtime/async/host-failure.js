/**
 * Handles an error of a value that the host passes to the component as a stream or
 * future: it rejects the call that passed it, if that still runs, or it is
 * reported.
 * @param {boolean} [isFatal] whether the call cannot do without, and is cancelled
 * @returns {(error: unknown) => void}
 */
export function hostFailure(store, isFatal) {
  const call = store.passing;
  return (error) => {
    if (call?.isDone ?? true) return (store.onStreamError ?? console.error)(error);
    call.fail(error);
    if (isFatal) call.requestCancellation();
  };
}
