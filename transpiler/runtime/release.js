import { failWith } from './trap.js';
/** @import { HandleTable } from './handle.js' */

/**
 * Lets go of what tables hold of the host: each resource is told that no handle is left.
 * Destructors of the component's own do not run, as its instances are at their end.
 * @param {HandleTable[]} tables
 * @returns {unknown[]} what resources threw
 */
export function releaseHandles(tables) {
  const errors = [];
  for (const entry of tables.flatMap((table) => table.clear())) {
    // Only a resource of the host has it.
    if (entry?.type?.release === undefined || entry.scope !== undefined) continue;
    try {
      entry.type.release(entry.rep);
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}

/**
 * Like {@link failWith}, for a component that holds resources of the host.
 * @param {any} root the state of the outermost instance
 */
export function failAndRelease(root, cause) {
  // Further errors of resources are ignored: the caller gets the cause.
  if (!root.mayEnter) root.release();
  return failWith(root, cause);
}

export const DISPOSED = 'the component instance was disposed of';

/**
 * `[Symbol.dispose]()` of an instance; nothing happens where it ended before.
 * @param {any} root the state of the outermost instance
 */
export function dispose(root) {
  if (root.failure !== undefined) return;
  if (!root.mayEnter) refuseDispose();
  root.mayEnter = false;
  root.failure = { message: DISPOSED };
  throwFirst(root.release());
}

export function refuseDispose() {
  throw new Error('a component instance that runs cannot be disposed of');
}

/** Throws what the first of the resources threw, once all are told. */
export function throwFirst(errors) {
  if (errors.length > 0) throw errors[0];
}
