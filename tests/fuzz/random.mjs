/** Random numbers that a seed repeats, with the choices that the generators need. */
export class Random {
  #state;

  /** @param {number} seed its low 32 bits count */
  constructor(seed) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike without a few steps in between.
    for (let i = 0; i < 4; i++) this.u32();
  }

  /** 32 random bits (mulberry32). */
  u32() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  u64() {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  /** An integer from `min` to `max`, both included. */
  int(min, max) {
    return min + Math.floor((this.u32() / 2 ** 32) * (max - min + 1));
  }

  /** `true` once in `n` times. */
  oneIn(n) {
    return this.int(1, n) === 1;
  }

  pick(list) {
    return list[this.int(0, list.length - 1)];
  }

  /** One of `[weight, value]`, by weight. */
  weighted(choices) {
    let left = this.int(
      1,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, value] of choices) {
      left -= weight;
      if (left <= 0) return value;
    }
    throw new Error('the weights add up');
  }
}
