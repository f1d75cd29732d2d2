/**
 * `node tests/guests/run.mjs [NAME…]`: builds the guests named, or all, and runs
 * the tests of each, on this Node and on Node 26. Ends with
 * `N passed, N failed, N skipped`.
 *
 * A guest that cannot be built is a failure.
 */
import { join } from 'node:path';
import { runTestFile } from '../lib/node-test.mjs';
import { node26 } from '../node26/index.mjs';
import { buildGuest, names } from './lib/builder.mjs';
import { guests } from './lib/steps.mjs';

const chosen = process.argv.slice(2);
const wanted = chosen.length > 0 ? chosen : names;
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const name of wanted) {
  const begin = performance.now();
  try {
    const built = await buildGuest(name);
    if (built) console.log(`built ${name} in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  } catch (error) {
    sum.failed += 1;
    console.log(`FAIL  ${name} could not be built\n${indented(error.stack ?? String(error))}`);
    continue;
  }
  for (const node of new Set([process.execPath, node26])) await runTests(name, node);
}
if (chosen.length === 0) await runTests('types', process.execPath);

console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

async function runTests(name, node) {
  const counts = await runTestFile(name, node, join(guests, name, 'test.mjs'));
  for (const key of Object.keys(sum)) sum[key] += counts[key];
}

function indented(text) {
  return text.trimEnd().replace(/^/gm, '      ');
}
