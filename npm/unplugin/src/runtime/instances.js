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
