/** `(module (func (export "f") unreachable))` */
const UNREACHABLE =
  '\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x05\x01\x03\0\0\x0b';

/**
 * The function of the module above, made when the first trap needs it.
 * @type {{ unreachable: () => never }}
 */
const trapper = { unreachable: /** @type {any} */ (undefined) };

/**
 * Uses a module compiled beforehand, for hosts that forbid compiling bytes.
 * @param {WebAssembly.Module} module the module above
 */
export function useTrapModule(module) {
  const { f } = new WebAssembly.Instance(module).exports;
  trapper.unreachable = /** @type {() => never} */ (f);
}

/**
 * Ends the current call as a trap. The error is raised by core Wasm, since a
 * guest's `catch_all` catches whatever JavaScript throws, but no real trap.
 * @param {string} message the text of the `WebAssembly.RuntimeError`
 * @returns {never}
 */
export function trap(message) {
  try {
    if (trapper.unreachable === undefined) {
      useTrapModule(new WebAssembly.Module(Uint8Array.from(UNREACHABLE, (c) => c.charCodeAt(0))));
    }
    trapper.unreachable();
  } catch (/** @type {any} */ error) {
    // At the end of the stack it is another error, which no guest catches as long as it is the same.
    error.message = message;
    throw error;
  }
}

/**
 * Ends the guest's current call because the host threw: a trap for the guest,
 * whose `cause` the outermost export throws in its place.
 * @param {unknown} cause
 * @returns {never}
 */
export function abort(cause) {
  try {
    trap('the host threw');
  } catch (/** @type {any} */ error) {
    error.cause = cause;
    error.isAbort = true;
    throw error;
  }
}

const UNHANDLED = 'unhandled exception in the component';

/** What a call from the host throws: what the host threw, where that ended the guest; a trap for an exception. */
export function causeOf(error) {
  if (error instanceof WebAssembly.Exception)
    // @ts-expect-error The declarations know no second argument.
    return new WebAssembly.RuntimeError(UNHANDLED, { cause: error });
  return error !== null && typeof error === 'object' && error.isAbort ? error.cause : error;
}

/** An exception that leaves a component instance is a trap (`call_and_trap_on_throw`). */
export function escaped(error) {
  if (error instanceof WebAssembly.Exception) trap(UNHANDLED);
  throw error;
}

/**
 * Takes note of what a call from the host throws: where it ended the component, it is the
 * cause of what later calls throw.
 * @param {any} root the state of the outermost instance
 */
export function failWith(root, cause) {
  // As the options of an error.
  if (!root.mayEnter) root.failure ??= { cause };
  return cause;
}

const CANNOT_ENTER = 'cannot enter component instance';

/**
 * Refuses a call into a component instance that runs, or that trapped.
 * @param {any} root the state of the outermost instance
 * @returns {never}
 */
export function cannotEnter(root) {
  try {
    trap(CANNOT_ENTER);
  } catch (/** @type {any} */ error) {
    throw Object.assign(error, root.failure);
  }
}

/**
 * Like {@link cannotEnter}, for components that no guest can call through.
 * @returns {never}
 */
export function refuseEntry(root) {
  // @ts-expect-error The declarations know no second argument.
  throw new WebAssembly.RuntimeError(CANNOT_ENTER, root.failure);
}
