import { DISPOSED, refuseDispose, releaseHandles, throwFirst } from '../release.js';
/** @import { Store } from './store.js' */

/**
 * Lets go of what the instances of a store hold of the host; what resources threw.
 * @param {Store} store
 */
export function releaseStore(store) {
  return releaseHandles(store.instances.map((instance) => instance.handles));
}

/**
 * `[Symbol.dispose]()` of an instance that takes part in concurrency: calls that are not
 * settled are rejected.
 * @param {Store} store
 */
export function disposeStore(store) {
  if (store.failure !== undefined) return;
  const root = store.instances[0]?.root;
  // While a gap is open no code of the component is on the stack, unless it calls the host.
  if (store.inHost > 0 || (!store.busy && root?.mayEnter === false)) refuseDispose();
  if (root !== undefined) root.failure = { message: DISPOSED };
  throwFirst(store.fail(new WebAssembly.RuntimeError(DISPOSED)));
}
