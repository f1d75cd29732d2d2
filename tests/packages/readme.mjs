/** The examples of the README, which run as they stand. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root } from '../lib/setup.mjs';

/**
 * Runs the blocks of code in order: `npx windlass …` out of `sh` blocks, and
 * `js` blocks, which must print what the comments behind `console.log` say.
 *
 * @param {string} folder where the packages are installed
 * @param {string} hello path of the component that the examples use
 * @returns {[name: string, run: () => Promise<void>][]}
 */
export function readmeExamples(folder, hello) {
  copyFileSync(hello, join(folder, 'hello.wasm'));
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const tests = [];
  for (const [, language, code] of readme.matchAll(/^```(sh|js)\n([^]*?)^```$/gm)) {
    const n = tests.length + 1;
    if (language === 'js') {
      tests.push([`README example ${n}`, () => script(code, join(folder, `readme${n}.mjs`))]);
      continue;
    }
    for (const [, command] of code.matchAll(/^npx windlass (.+)$/gm)) {
      tests.push([
        `README example ${n}`,
        () => run([join(folder, 'node_modules/windlass/bin/windlass.cjs'), ...command.split(' ')]),
      ]);
    }
  }
  return tests;

  async function run(args) {
    const { code, output } = await capture(process.execPath, args, {
      cwd: folder,
      env: { NO_COLOR: '1' },
    });
    assert.equal(code, 0, output);
    return output;
  }

  async function script(code, path) {
    writeFileSync(path, code);
    const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
    assert.ok(expected.length > 0, 'an example that shows nothing proves nothing');
    assert.deepEqual((await run([path])).trim().split('\n'), expected);
  }
}
