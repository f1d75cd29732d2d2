/** `node start.mjs windlass|peer NAME`: milliseconds from the start of the process to the answer of the first call. */
import { CACHE, COMPONENTS, PEER_CACHE } from './lib/paths.mjs';

const [, , which, name] = process.argv;
const dir = which === 'peer' ? PEER_CACHE : `${CACHE}windlass/`;
COMPONENTS[name].first(await import(`${dir}${name}/${name}.js`));
console.log(performance.now());
// The shims of the peer keep a worker alive.
process.exit(0);
