/** The guest as Windlass transpiles it with default options. */
import { CACHE } from '../lib/paths.mjs';

export async function load() {
  return (await import(`${CACHE}windlass/bench/bench.js`)).calls;
}
