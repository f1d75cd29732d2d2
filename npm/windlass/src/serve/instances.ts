/** The instances of a service: one for each request, made ahead in idle time, or reused. */
import type { Exchange } from './exchange.js';
import { Instance, type Program } from './program.js';

/** Milliseconds after which an instance that is reused and not used is given up. */
const IDLE = 60_000;

/** The instances of a program. */
export class Instances {
  readonly #program: Program;
  readonly #reuse: number;
  readonly #ahead: number;
  readonly #idle: Instance[] = [];
  #sweep: ReturnType<typeof setTimeout> | undefined;
  #isFilling = false;
  #isClosed = false;

  /**
   * `reuse` is how many requests an instance gets, and `ahead` how many instances are made
   * before there is a request for them.
   */
  constructor(program: Program, reuse: number, ahead: number) {
    this.#program = program;
    this.#ahead = ahead;
    this.#reuse = reuse;
    // A component that cannot be instantiated is refused at once.
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
    if (this.#isFilling || this.#isClosed || this.#idle.length >= this.#ahead) return;
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

/** The message of the error that ends a guest which takes too long. */
export const LATE = 'the request took too long';

/**
 * Has an instance answer, and gives the reason if it did not. It is ended after `timeout`
 * milliseconds, if there are any.
 */
export async function answerWith(
  instances: Instances,
  exchange: Exchange,
  timeout = 0,
): Promise<Error | undefined> {
  let instance: Instance | undefined;
  let hasTrapped = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const { events } = (instance = instances.take());
    exchange.onEvent = () => events.wake();
    if (timeout > 0) timer = setTimeout(() => events.end(new Error(LATE)), timeout);
    const receipt = await instance.handle(exchange);
    hasTrapped = false;
    return exchange.hasAnswer ? undefined : unanswered(receipt.error());
  } catch (error) {
    return error as Error;
  } finally {
    clearTimeout(timer);
    exchange.onEvent = () => {};
    if (instance) instances.give(instance, hasTrapped);
  }
}

function unanswered(code: { tag: string; val?: unknown } | undefined): Error {
  if (code === undefined) return new Error('the component gave no answer');
  const detail = typeof code.val === 'string' ? `: ${code.val}` : '';
  return new Error(`the component answered with the error \`${code.tag}\`${detail}`);
}

/** Lets a process end that has nothing but this timer. */
function unref(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  (timer as { unref?(): void }).unref?.();
  return timer;
}
