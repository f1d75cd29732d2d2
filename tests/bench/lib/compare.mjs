/** Programs that are compared: they take turns, and the table says how they spread. */
import { formatRatio, median, quantile, shuffle } from './stats.mjs';

/**
 * Lets programs take turns, in random order in each round.
 *
 * @template T
 * @param {number} rounds
 * @param {string[]} names
 * @param {(name: string) => T | Promise<T>} run
 * @returns {Promise<Record<string, T[]>>} the samples of each, in the order of the rounds
 */
export async function alternate(rounds, names, run) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffle([...names])) samples[name].push(await run(name));
  }
  return samples;
}

/** The two that most tables have. */
export const BOTH = ['windlass', 'peer'];

/** One measure of all samples. */
export const of = (samples, key) => samples.map((sample) => sample[key]);

/** `median [p10–p90]` of milliseconds, with so many digits after the point. */
export function spread(values, digits = 0) {
  const [middle, low, high] = [median(values), quantile(values, 0.1), quantile(values, 0.9)];
  return `${middle.toFixed(digits)} [${low.toFixed(digits)}–${high.toFixed(digits)}]`;
}

/** The excess of one over the other in the same round. */
export function difference(values, reference) {
  return spread(
    values.map((value, round) => value - reference[round]),
    1,
  );
}

/** The ratio of medians. */
export function ratio(samples, key) {
  return formatRatio(median(of(samples.peer, key)) / median(of(samples.windlass, key)));
}
