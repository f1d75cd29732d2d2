/** Files of tests for Node's own runner, each in a process of its own. */
import { capture } from './setup.mjs';

/**
 * Runs a file of tests and prints what came of it, with the reasons of what was skipped.
 *
 * @param {string} name for the line that is printed
 * @param {string} node the program
 * @param {string} path
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runTestFile(name, node, path) {
  const begin = performance.now();
  const argv = ['--expose-gc', '--test-reporter=tap', path];
  const { code, output, timedOut } = await capture(node, argv, { seconds: 300 });
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const passed = count('pass');
  const skipped = count('skipped') + count('todo');
  // A process that ended without its summary has failed as well.
  const failed = count('fail') + count('cancelled') || (code === 0 && passed > 0 ? 0 : 1);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const where = node === process.execPath ? '' : ' on Node 26';
  console.log(
    `${failed > 0 ? 'FAIL' : 'ok  '}  ${name}${where}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s${timedOut ? ', out of time' : ''}`,
  );
  for (const [, test, reason] of output.matchAll(/^ *ok \d+ - (.*) # (?:SKIP|TODO) ?(.*)$/gm)) {
    console.log(`skip ${name}${where}, ${test}: ${reason}`);
  }
  if (failed > 0) console.log(output.trimEnd().replace(/^/gm, '      '));
  return { passed, failed, skipped };
}
