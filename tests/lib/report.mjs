/** The tests of a suite: each prints a line, and a skipped one says why. */

const counts = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {string} name
 * @param {() => unknown} body throws where something is wrong
 * @returns {Promise<boolean>} whether it passed
 */
export async function test(name, body) {
  try {
    await body();
    counts.passed += 1;
    console.log(`ok   ${name}`);
    return true;
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL ${name}\n     ${String(error.stack ?? error).replaceAll('\n', '\n     ')}`);
    return false;
  }
}

/**
 * @param {string} name
 * @param {string} reason
 */
export function skip(name, reason) {
  counts.skipped += 1;
  console.log(`skip ${name}: ${reason.trim().replaceAll('\n', '\n     ')}`);
}

/** Prints the counts, by which the process ends. */
export function finish() {
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
