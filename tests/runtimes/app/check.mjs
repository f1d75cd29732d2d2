/** Tests without anything that a runtime may lack. */

/**
 * Does what a list says and compares what comes of it.
 *
 * @param {[name: string, body: (argument: unknown) => unknown, expected: unknown][]} list
 * @param {unknown} argument
 */
export async function check(list, argument) {
  const results = [];
  for (const [name, body, expected] of list) {
    try {
      const actual = show(await body(argument));
      const wanted = show(expected);
      results.push(
        actual === wanted ? { name } : { name, error: `got ${actual}, expected ${wanted}` },
      );
    } catch (error) {
      results.push({ name, error: `${error}\n${error?.stack}` });
    }
  }
  return results;
}

function show(value) {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint') return `${part}n`;
    return ArrayBuffer.isView(part) ? [...part] : part;
  });
}
