/**
 * `node tests/stress/run.mjs [NAME…]`: runs `NAME.test.mjs`, or all, on this Node and
 * on Node 26. Ends with `N passed, N failed, N skipped`.
 *
 * `SEED=N` replaces the seeds of the tests that draw lots.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runTestFile } from '../lib/node-test.mjs';
import { buildTranspiler } from '../conformance/transpiler.mjs';
import { buildGuest } from '../guests/lib/builder.mjs';
import { node26 } from '../node26/index.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const END = '.test.mjs';
const chosen = process.argv.slice(2);
const names = readdirSync(here)
  .filter((file) => file.endsWith(END))
  .map((file) => file.slice(0, -END.length))
  .filter((name) => chosen.length === 0 || chosen.includes(name));
const sum = { passed: 0, failed: 0, skipped: 0 };

// Before any time is taken.
buildTranspiler();
await buildGuest('rust-async');
for (const name of names) {
  for (const node of new Set([process.execPath, node26])) {
    const counts = await runTestFile(name, node, `${here}${name}${END}`);
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
