/** `node programs/api.mjs windlass|peer PACKAGE FILE`: milliseconds of the first and of a later transpile through the API, as JSON. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [, , which, folder, file] = process.argv;
const LATER = 3;

const entry = pathToFileURL(`${folder}dist/index.js`);
const transpile = {
  async windlass() {
    const { transpile } = await import(entry);
    return (bytes) => transpile(bytes, { name: 'c' });
  },
  async peer() {
    const { transpileBytes } = await import(entry);
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
