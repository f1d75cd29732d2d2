/**
 * Options as the crate and its bindings take them, a list in which each value comes after its
 * key. Says no option by name, so that a new one is none of its business.
 *
 * @param {object} options as `transpile` has them
 * @returns {string[]}
 */
export function listOf(options, of = '') {
  return Object.entries(options).flatMap(([key, value]) => {
    const name = of + key;
    if (Array.isArray(value)) return value.flatMap((one) => [name, ...[one].flat()]);
    return typeof value === 'object' ? listOf(value, `${name}.`) : [name, String(value)];
  });
}
