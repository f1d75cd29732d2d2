/**
 * `node tests/guests/run.mjs [NAME…]`: builds the guests named, or all, and runs
 * the tests of each, on this Node and on Node 26. Ends with
 * `N passed, N failed, N skipped`.
 *
 * A guest that cannot be built is a failure.
 */
import { join } from 'node:path';
import { capture } from '../lib/setup.mjs';
import { node26 } from '../node26/index.mjs';
import { buildGuest, names } from './lib/builder.mjs';
import { guests } from './lib/steps.mjs';

const chosen = process.argv.slice(2);
const wanted = chosen.length > 0 ? chosen : names;
const sum = { pass: 0, fail: 0, skipped: 0 };

for (const name of wanted) {
  const begin = performance.now();
  try {
    const built = await buildGuest(name);
    if (built) console.log(`built ${name} in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  } catch (error) {
    sum.fail += 1;
    console.log(`FAIL  ${name} could not be built\n${indented(error.stack ?? String(error))}`);
    continue;
  }
  for (const node of new Set([process.execPath, node26])) await runTests(name, node);
}
if (chosen.length === 0) await runTests('types', process.execPath);

console.log(`${sum.pass} passed, ${sum.fail} failed, ${sum.skipped} skipped`);
process.exitCode = sum.fail > 0 ? 1 : 0;

/** In a process of its own, so that one that hangs or dies takes nothing with it. */
async function runTests(name, node) {
  const begin = performance.now();
  const flags = ['--expose-gc', '--test-reporter=tap'];
  const { code, output, timedOut } = await capture(
    node,
    [...flags, join(guests, name, 'test.mjs')],
    {
      seconds: 300,
    },
  );
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const [pass, skipped] = [count('pass'), count('skipped') + count('todo')];
  // A process that ended without its summary has failed as well.
  const fail = count('fail') + count('cancelled') || (code === 0 && pass > 0 ? 0 : 1);
  sum.pass += pass;
  sum.fail += fail;
  sum.skipped += skipped;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(
    `${fail > 0 ? 'FAIL' : 'ok  '}  ${name}${node === process.execPath ? '' : ' on Node 26'}: ${pass} passed, ${fail} failed, ${skipped} skipped in ${seconds} s${timedOut ? ', out of time' : ''}`,
  );
  if (fail > 0) console.log(indented(output));
}

function indented(text) {
  return text.trimEnd().replace(/^/gm, '      ');
}
