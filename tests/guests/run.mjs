/**
 * `node tests/guests/run.mjs [NAME…]`: builds the guests named, or all, and runs
 * the tests of each. Ends with `N passed, N failed, N skipped`.
 *
 * A guest that cannot be built is a failure.
 */
import { join } from 'node:path';
import { capture } from '../lib/setup.mjs';
import { buildGuest, names } from './lib/builder.mjs';
import { guests } from './lib/steps.mjs';

const chosen = process.argv.slice(2);
const wanted = chosen.length > 0 ? chosen : names;
const sum = { pass: 0, fail: 0, skipped: 0 };

for (const name of wanted) {
  const begin = performance.now();
  const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  try {
    if (await buildGuest(name)) console.log(`built ${name} in ${seconds()}`);
  } catch (error) {
    sum.fail += 1;
    console.log(`FAIL  ${name} could not be built\n${indented(error.stack ?? String(error))}`);
    continue;
  }
  // A process each, so that one that hangs or dies takes nothing with it.
  const file = join(guests, name, 'test.mjs');
  const { code, output, timedOut } = await capture(
    process.execPath,
    ['--expose-gc', '--test-reporter=tap', file],
    { seconds: 300 },
  );
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const [pass, skipped] = [count('pass'), count('skipped') + count('todo')];
  // A process that ended without its summary has failed as well.
  const fail = count('fail') + count('cancelled') || (code === 0 && pass > 0 ? 0 : 1);
  sum.pass += pass;
  sum.fail += fail;
  sum.skipped += skipped;
  console.log(
    `${fail > 0 ? 'FAIL' : 'ok  '}  ${name}: ${pass} passed, ${fail} failed, ${skipped} skipped in ${seconds()}${timedOut ? ', out of time' : ''}`,
  );
  if (fail > 0) console.log(indented(output));
}

console.log(`${sum.pass} passed, ${sum.fail} failed, ${sum.skipped} skipped`);
process.exitCode = sum.fail > 0 ? 1 : 0;

function indented(text) {
  return text.trimEnd().replace(/^/gm, '      ');
}
