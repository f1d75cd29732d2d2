/** `node programs/page.mjs URL`: runs the bundle of a page, with what it needs of a browser, and wants that it adds 1 and 2. */
import fs, { readdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

const [, , url] = process.argv;
const MOST = 5000;

const { readFileSync } = fs;

/** Finds files by their names, whatever path the page is thought to have. */
function read(asked) {
  const name = basename(new URL(asked, url).pathname);
  const found = readdirSync('.', { recursive: true }).find((path) => basename(path) === name);
  if (found === undefined) throw new Error(`there is no ${asked}`);
  return readFileSync(join('.', found));
}

// A page in a file, which a bundle for everywhere reads by itself.
const isOwn = (asked) => asked instanceof URL && asked.pathname.endsWith('.wasm');
fs.readFileSync = (asked, ...rest) => (isOwn(asked) ? read(asked) : readFileSync(asked, ...rest));
fs.promises.readFile = async (asked, ...rest) => fs.readFileSync(asked, ...rest);
syncBuiltinESMExports();
Object.assign(globalThis, {
  window: globalThis,
  self: globalThis,
  location: new URL(url),
  document: { currentScript: { tagName: 'SCRIPT', src: url }, baseURI: url },
  fetch: async (asked) =>
    new Response(read(asked), { headers: { 'content-type': 'application/wasm' } }),
});
await import(url);
const begin = performance.now();
while (globalThis.sum === undefined && performance.now() - begin < MOST) {
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
if (globalThis.sum !== 3) throw new Error(`the bundle gives ${globalThis.sum}, not 3`);
process.exit(0);
