/**
 * `node tests/stress/run.mjs [NAME…]`: runs `NAME.test.mjs`, or all, on this Node and
 * on Node 26. Ends with `N passed, N failed, N skipped`.
 *
 * `SEED=N` replaces the seeds of the tests that draw lots.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { capture } from '../lib/setup.mjs';
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
const sum = { pass: 0, fail: 0, skipped: 0 };

// Before any time is taken.
buildTranspiler();
await buildGuest('rust-async');
for (const name of names) {
  for (const node of new Set([process.execPath, node26])) {
    // In a process of its own, whose memory nobody else uses.
    const argv = ['--expose-gc', '--test-reporter=tap', `${here}${name}${END}`];
    const begin = performance.now();
    const { code, output, timedOut } = await capture(node, argv, { seconds: 300 });
    const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
    const [pass, skipped] = [count('pass'), count('skipped') + count('todo')];
    const fail = count('fail') + count('cancelled') || (code === 0 && pass > 0 ? 0 : 1);
    sum.pass += pass;
    sum.fail += fail;
    sum.skipped += skipped;
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(
      `${fail > 0 ? 'FAIL' : 'ok  '}  ${name}${node === process.execPath ? '' : ' on Node 26'}: ${pass} passed, ${fail} failed, ${skipped} skipped in ${seconds} s${timedOut ? ', out of time' : ''}`,
    );
    if (fail > 0) console.log(output.trimEnd().replace(/^/gm, '      '));
  }
}
console.log(`${sum.pass} passed, ${sum.fail} failed, ${sum.skipped} skipped`);
process.exitCode = sum.fail > 0 ? 1 : 0;
