/** `node programs/api.mjs windlass|peer FILE`: milliseconds of the first and of a later transpile through the API, as JSON. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { PEER } from '../lib/paths.mjs';

const [, , which, file] = process.argv;
const LATER = 3;

const transpile = {
  async windlass() {
    const { transpile } = await import('../../../npm/windlass/dist/index.js');
    return (bytes) => transpile(bytes, { name: 'c' });
  },
  async peer() {
    const { transpileBytes } = await import(
      pathToFileURL(`${PEER}node_modules/@bytecodealliance/jco-transpile/dist/index.js`)
    );
    return (bytes) => transpileBytes(bytes, { name: 'c' });
  },
}[which];

const bytes = readFileSync(file);
const begin = performance.now();
const run = await transpile();
await run(bytes);
const first = performance.now() - begin;
let later = Infinity;
for (let i = 0; i < LATER; i++) {
  const start = performance.now();
  await run(bytes);
  later = Math.min(later, performance.now() - start);
}
console.log(JSON.stringify({ first, later }));
