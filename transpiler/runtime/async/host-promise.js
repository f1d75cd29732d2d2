import { cannotEnter } from '../trap.js';
import { needsJspi } from './block.js';
import { isThenable, lowerHost } from './lower.js';
import { tellOutcomes } from './store.js';

/**
 * `canon_lower` of a synchronous function that the host passes in and that may
 * return a promise: no step of the component model, so while the core code is
 * suspended nothing else of the component runs. Parameters as of `lowerHost`.
 */
export function lowerPromising(instance, facts, lent, expire, call, resolve, path) {
  const { store } = instance;
  const lower = (call) => lowerHost(instance, facts, lent, expire, call, resolve, path);
  let value;
  store.inHost++;
  try {
    value = call();
  } catch (error) {
    return lower(() => {
      throw error;
    });
  } finally {
    store.inHost--;
  }
  if (!isThenable(value)) return lower(() => value);
  if (!store.current.canSuspend) needsJspi();
  store.hostWork++;
  // The promise may wait for them.
  tellOutcomes(store);
  store.isHeld = true;
  const done = (call) => {
    store.hostWork--;
    store.isHeld = false;
    // After a trap no code of the guest goes on.
    if (store.failure !== undefined) cannotEnter(instance.root);
    return lower(call);
  };
  return value.then(
    (value) => done(() => value),
    (error) =>
      done(() => {
        throw error;
      }),
  );
}
