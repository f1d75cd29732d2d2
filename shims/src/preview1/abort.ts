/** Ends of a core module. */

/** `(module (func (export "f") unreachable))` */
const UNREACHABLE =
  '\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x05\x01\x03\0\0\x0b';

let unreachable: (() => void) | undefined;

/**
 * Ends the guest with `error`, which is the `cause` of a trap: a guest's `catch_all` catches
 * whatever JavaScript throws, but no real trap.
 */
export function abort(error: unknown): never {
  try {
    raise();
    throw error;
  } catch (thrown) {
    // At the end of the stack, or where nothing can be compiled, it is another error.
    if (!(thrown instanceof WebAssembly.RuntimeError)) throw error;
    thrown.message = error instanceof Error ? error.message : String(error);
    thrown.cause = error;
    throw thrown;
  }
}

/** The error that a host function ended the guest with, for what a call of the guest threw. */
export function causeOf(thrown: unknown): unknown {
  return thrown instanceof WebAssembly.RuntimeError ? (thrown.cause ?? thrown) : thrown;
}

function raise(): void {
  if (unreachable === undefined) {
    const module = new WebAssembly.Module(Uint8Array.from(UNREACHABLE, (c) => c.charCodeAt(0)));
    unreachable = new WebAssembly.Instance(module).exports['f'] as () => void;
  }
  unreachable();
}
