/** Members of lifted functions besides those that their class declares. */
import './lift.js';

declare module './lift.js' {
  // The options that the constructor is given.
  interface Lifted {
    /** Whether the type is `async func`. */
    isAsync: boolean;
    /** Whether it is lifted as `async`. */
    isAsyncAbi: boolean;
    /** Stands for the result's type and the lift options. */
    signature: number;
    /** Calls a core function that can block: see `SuspendingLifted`. */
    call?(thread: unknown, core: Function, args: unknown[], next: Function): unknown;
  }
}
