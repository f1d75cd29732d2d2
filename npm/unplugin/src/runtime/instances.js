/**
 * Puts core modules in the place of promises of them.
 *
 * @param {(WebAssembly.Module | Promise<WebAssembly.Module>)[]} cores
 * @returns {Promise<void>} settled when all are there
 */
export async function settle(cores) {
  if (!cores.some((core) => core instanceof Promise)) return;
  cores.splice(0, cores.length, ...(await Promise.all(cores)));
}

/**
 * Makes the `instantiate` of an import with `?instantiate`, which has the core modules already.
 *
 * @param {Function} glue `instantiate` of the emitted module
 * @param {WebAssembly.Module[]} cores
 * @param {WebAssembly.Module | undefined} trapModule
 */
export function instancesOf(glue, cores, trapModule) {
  return function instantiate(imports, options) {
    return glue(cores, imports, { trapModule, ...options });
  };
}
