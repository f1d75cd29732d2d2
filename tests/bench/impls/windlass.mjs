/** What Windlass makes of the guest with default options. */
import { CACHE } from '../lib/paths.mjs';

export async function load() {
  return (await import(`${CACHE}windlass/bench/bench.js`)).calls;
}
