/** Features of engines that TypeScript's declarations lack: JavaScript Promise Integration. */
declare namespace WebAssembly {
  /** An import that may give a promise, for which the calling core code waits. */
  const Suspending: new (f: Function) => Function;
  /** A function that gives a promise of what the core function gives. */
  const promising: (f: Function) => (...args: unknown[]) => Promise<unknown>;
  const SuspendError: ErrorConstructor;
}
