/** The instances of a service: one for each request, made ahead in idle time, or reused. */
import { Instance, type Program } from './program.js';

/** Instances that are made before there is a request for them. */
const AHEAD = 4;
/** Milliseconds after which an instance that is reused and not used is given up. */
const IDLE = 60_000;

/** The instances of a program. */
export class Instances {
  readonly #program: Program;
  readonly #reuse: number;
  readonly #idle: Instance[] = [];
  #sweep: ReturnType<typeof setTimeout> | undefined;
  #isFilling = false;
  #isClosed = false;

  /** `reuse` is how many requests an instance gets. */
  constructor(program: Program, reuse: number) {
    this.#program = program;
    this.#reuse = reuse;
    // What cannot be instantiated is to be known at once.
    this.#idle.push(new Instance(program));
  }

  /** An instance that has nothing else to do. */
  take(): Instance {
    const instance = this.#idle.pop() ?? new Instance(this.#program);
    if (this.#reuse === 1) this.#fillSoon();
    return instance;
  }

  /** Takes an instance back, which may have trapped. */
  give(instance: Instance, hasTrapped: boolean): void {
    if (hasTrapped || instance.used >= this.#reuse || this.#isClosed) {
      instance[Symbol.dispose]();
      return;
    }
    this.#idle.push(instance);
    this.#sweep ??= unref(setTimeout(() => this.#dropIdle(), IDLE));
  }

  /** Ends all that are idle. */
  close(): void {
    this.#isClosed = true;
    this.#dropIdle();
  }

  #dropIdle(): void {
    if (this.#sweep !== undefined) clearTimeout(this.#sweep);
    this.#sweep = undefined;
    for (const instance of this.#idle.splice(0)) instance[Symbol.dispose]();
  }

  /** Makes one instance whenever there is nothing else to do. */
  #fillSoon(): void {
    if (this.#isFilling || this.#isClosed || this.#idle.length >= AHEAD) return;
    this.#isFilling = true;
    unref(
      setTimeout(() => {
        this.#isFilling = false;
        if (this.#isClosed) return;
        this.#idle.push(new Instance(this.#program));
        this.#fillSoon();
      }),
    );
  }
}

/** Lets a process end that has nothing but this timer. */
function unref(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  (timer as { unref?(): void }).unref?.();
  return timer;
}
