/**
 * Makes an instance whose core modules may be too large to be instantiated at once. `steps` is
 * a generator that yields each core instance, or a promise of it, and gets the instance back.
 * @template T
 * @param {Generator<unknown, T, unknown>} steps
 * @returns {T}
 */
export function makeAtOnce(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next(step.value);
  return step.value;
}

/**
 * The same where each step is waited for.
 * @template T
 * @param {Generator<unknown, T, unknown>} steps
 * @returns {Promise<T>}
 */
export async function makeLater(steps) {
  let step = steps.next();
  while (!step.done) {
    let instance;
    try {
      instance = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(instance);
  }
  return step.value;
}

/**
 * A core instance, or a promise of it.
 * @param {boolean} later
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} [imports]
 */
export function coreInstance(later, module, imports) {
  return later
    ? WebAssembly.instantiate(module, imports)
    : new WebAssembly.Instance(module, imports);
}
