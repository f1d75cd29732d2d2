/** `node programs/first-call.mjs windlass|peer NAME`: milliseconds from the start of the process to the answer of the first call. */
import { CACHE, COMPONENTS, PEER_CACHE } from '../lib/paths.mjs';

const [, , which, name] = process.argv;
const dir = which === 'peer' ? PEER_CACHE : `${CACHE}windlass/`;
const { first, gives } = COMPONENTS[name];
const value = first(await import(`${dir}${name}/${name}.js`));
console.log(performance.now());
if (value !== gives) throw new Error(`${which} gives ${value}, not ${gives}`);
// The shims of the peer keep a worker alive.
process.exit(0);
