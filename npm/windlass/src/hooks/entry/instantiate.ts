/** Source of `./thing.wasm?instantiate` for a component that needs no WASI. */
import { instantiate as glue } from './component.instantiate.js';
import type { Registered } from '../component.js';

const hooks = (globalThis as unknown as { [key: symbol]: Registered })[
  Symbol.for('windlass.registered')
]!;
const cores = hooks.cores(import.meta.url);

/** Makes an instance of the component, of what it imports and of settings. */
export function instantiate(imports?: object, options?: object): object {
  return glue(cores, { ...imports }, options);
}

export default instantiate;
