import { abort, causeOf } from './trap.js';
import { isOfPromise, ValueError } from './value.js';

/** The error of a function whose result is an `err`. */
export class ComponentError extends Error {
  /** @param {unknown} payload the `err` value */
  constructor(payload) {
    super(typeof payload === 'string' ? payload : summary(payload));
    this.name = 'ComponentError';
    this.payload = payload;
  }
}

function summary(payload) {
  try {
    return (
      JSON.stringify(payload, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ??
      'error'
    );
  } catch {
    return 'error';
  }
}

/** Throws the payload of an `err`: an `Error` as it is, anything else in a `ComponentError`. */
export function throwPayload(payload) {
  throw payload instanceof Error ? payload : new ComponentError(payload);
}

/** The payload of what an imported function threw; an `Error` without one is no `err` and goes on. */
export function payloadOf(thrown) {
  if (thrown !== null && typeof thrown === 'object' && 'payload' in thrown) return thrown.payload;
  if (thrown instanceof Error || thrown instanceof WebAssembly.RuntimeError) throw thrown;
  return thrown;
}

/**
 * The error that an export throws: `TypeError` for a wrong argument, with the export and
 * the path to the value; the error of the host, when that ended the guest.
 * @param {unknown} error
 * @param {string} name the export
 * @param {string[]} params names of its parameters
 * @param {unknown[]} args
 */
export function outward(error, name, params, args) {
  if (error instanceof ValueError) {
    return new TypeError(
      `\`${name}\`: parameter \`${pathOf(error, params, args)}\`: ${error.message}`,
    );
  }
  return causeOf(error);
}

function pathOf(error, params, args) {
  if (error.holder === undefined) return error.key;
  const seen = new Set();
  for (const [i, param] of params.entries()) {
    try {
      const path = find(args[i], error, param, seen);
      if (path !== undefined) return path;
    } catch {
      // A getter of the caller's threw, or there is more depth than stack.
    }
  }
  return params.join('` or `');
}

function find(value, error, path, seen) {
  const { holder, key } = error;
  if (value === holder) return path + segment(value, key);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return undefined;
  // A value of the host may hold much more than its type, and itself.
  if (seen.size > 1e6 || seen.has(value)) return undefined;
  seen.add(value);
  for (const [name, item] of value instanceof Map ? value : Object.entries(value)) {
    const at = path + segment(value, name);
    // The entries of a map are copies.
    if (holder.length === 2 && holder[0] === name && holder[1] === item) return at;
    const found = find(item, error, at, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

const segment = (holder, key) =>
  Array.isArray(holder) || ArrayBuffer.isView(holder) ? `[${key}]` : `.${key}`;

/**
 * Ends the guest's call because an import threw, or gave what its type is not.
 * @param {unknown} error
 * @param {...string} path the import, and what of it
 * @returns {never}
 */
export function importFailed(error, ...path) {
  if (!(error instanceof ValueError)) abort(error);
  const help = isOfPromise(error)
    ? ': name the import in `asyncImports` when transpiling, and what calls it waits for the promise'
    : '';
  abort(new TypeError(`\`${path.join('#')}\`: result: ${error.message}${help}`));
}
