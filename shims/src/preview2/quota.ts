/** Bounds on what a guest makes the host hold. */

import { type Limits, DEFAULT_LIMITS } from './capabilities.js';
import { trap } from './errors.js';

/** The amount of one kind that a guest makes the host hold, and its limit. */
export class Quota {
  readonly #name: keyof Limits;
  limit: number;
  used = 0;

  constructor(name: keyof Limits) {
    this.#name = name;
    this.limit = DEFAULT_LIMITS[name];
  }

  /**
   * Counts `amount` more. Past the limit nothing is counted, and what `toError`
   * makes of a message that names the limit is thrown.
   */
  take(amount: number, toError: (message: string) => Error = trap): void {
    const used = this.used + amount;
    if (used > this.limit) {
      throw toError(`the guest needs more than \`limits.${this.#name}\` allows: ${this.limit}`);
    }
    this.used = used;
  }

  /** Counts `amount` less. */
  give(amount: number): void {
    this.used -= amount;
  }
}

/** The quotas of one guest, by the name of their limit. */
export type Quotas = Readonly<Record<keyof Limits, Quota>>;

export function createQuotas(): Quotas {
  return {
    openFiles: new Quota('openFiles'),
    outputBytes: new Quota('outputBytes'),
    pollables: new Quota('pollables'),
    directoryEntries: new Quota('directoryEntries'),
    fieldBytes: new Quota('fieldBytes'),
    bodyBytes: new Quota('bodyBytes'),
    httpRequests: new Quota('httpRequests'),
  };
}
