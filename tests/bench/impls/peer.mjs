/** The peer's output for the guest. */
import { PEER_CACHE } from '../lib/paths.mjs';

export async function load() {
  return (await import(`${PEER_CACHE}bench/bench.js`)).calls;
}
