/** Waiting by suspension: the events of a guest whose stack JSPI puts aside. */
import type { GuestEvents } from './program.js';

/** The longest that a timer of JavaScript runs; who wakes early waits again. */
const LONGEST_MILLISECONDS = 0x7fff_ffff;

/** The events of one instance, of which one thing at most waits at a time. */
export class Wakeups implements GuestEvents {
  #waiting: { resolve(isOver: boolean): void; reject(error: unknown): void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: Error | undefined;

  wake(): void {
    this.#settle()?.resolve(false);
  }

  end(failure: Error): void {
    this.#failure = failure;
    this.#settle()?.reject(failure);
  }

  wait(nanoseconds?: bigint): Promise<boolean> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (nanoseconds === undefined) return;
      const milliseconds = Math.min(Math.ceil(Number(nanoseconds) / 1e6), LONGEST_MILLISECONDS);
      this.#timer = setTimeout(() => this.#settle()?.resolve(true), milliseconds);
    });
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    return waiting;
  }
}
