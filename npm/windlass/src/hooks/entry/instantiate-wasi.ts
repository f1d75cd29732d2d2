/**
 * Source of `./thing.wasm?instantiate`: each instance has its own WASI, with the grants of the
 * import.
 */
import { instantiate as glue } from './component.instantiate.js';
import { createWasi } from './component.wasi.js';
import type { Registered } from '../component.js';

const hooks = (globalThis as unknown as { [key: symbol]: Registered })[
  Symbol.for('windlass.registered')
]!;
const cores = hooks.cores(import.meta.url);

/** Makes an instance of the component, of what it imports besides and of settings. */
export function instantiate(imports?: object, options?: object): object {
  return glue(cores, { ...hooks.wasi(createWasi, import.meta.url), ...imports }, options);
}

export default instantiate;
