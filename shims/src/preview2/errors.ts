/**
 * Failures of shim functions: `WasiError` is the `err` of a WIT `result`,
 * `ExitError` ends the program, `trap` is what the guest must not do, and any other
 * `Error` ends the guest as a mistake of the host.
 */

/**
 * The `err` case of a WIT `result`: `payload` is the value the guest receives.
 *
 * The glue lowers `payload`; message and stack are for people who debug a host.
 */
export class WasiError<Payload = unknown> extends Error {
  override readonly name = 'WasiError';
  /** The value of the `err` case, shaped as the WIT type says. */
  readonly payload: Payload;

  constructor(payload: Payload, message?: string) {
    super(message ?? (typeof payload === 'string' ? payload : 'the call failed'));
    this.payload = payload;
  }
}

/**
 * Ends the program: thrown by `wasi:cli/exit`.
 *
 * It has no `payload`, so it unwinds the guest. Whoever started the guest
 * catches it and ends with `code` (0 to 255).
 */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  /** The exit status, 0 for success. */
  readonly code: number;

  constructor(code: number) {
    super(`the program ended with exit code ${code}`);
    this.code = code;
  }
}

/** Why something is not granted: an option that is unknown or wrong, or what cannot be opened. */
export class CapabilityError extends Error {
  override readonly name = 'CapabilityError';
  /** For programs, always the same. */
  readonly code = 'invalid-capability';
  /** The way out. */
  readonly help: string | undefined;

  constructor(message: string, help?: string, options?: ErrorOptions) {
    super(message, options);
    this.help = help;
  }
}

/** The error that ends a guest which breaks a rule of the WIT or uses something taken from it. */
export function trap(message: string): Error {
  return new WebAssembly.RuntimeError(message);
}

/**
 * A failure of the host in the words of `errno` (`ENOENT`, `EPIPE`, …).
 *
 * Hosts throw it, or any object with such a `code` as `node:fs` does.
 */
export class HostError extends Error {
  override readonly name = 'HostError';
  /** The `errno` name. */
  readonly code: string;

  constructor(code: string, message?: string) {
    super(message ? `${code}: ${message}` : code);
    this.code = code;
  }
}

/** The `errno` name for the classes of Deno's errors, of which some have no `code`. */
const DENO_ERRORS = /* @__PURE__ */ new Map([
  ['AlreadyExists', 'EEXIST'],
  ['BadResource', 'EBADF'],
  ['BrokenPipe', 'EPIPE'],
  ['Busy', 'EBUSY'],
  ['FilesystemLoop', 'ELOOP'],
  ['Interrupted', 'EINTR'],
  ['IsADirectory', 'EISDIR'],
  ['NotADirectory', 'ENOTDIR'],
  ['NotCapable', 'EACCES'],
  ['NotFound', 'ENOENT'],
  ['NotSupported', 'ENOTSUP'],
  ['PermissionDenied', 'EACCES'],
  ['WouldBlock', 'EAGAIN'],
]);

/** The `errno` name of a thrown value, if it carries one. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return code === undefined && typeof name === 'string' ? DENO_ERRORS.get(name) : undefined;
}
