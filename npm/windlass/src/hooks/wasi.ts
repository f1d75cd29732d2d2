/** WASI for one component; apart, so that a component without it does not load the shims. */
import { createWasi } from '@windlass/wasi';
import { capabilities } from './component.js';

/** The imports that WASI provides to the component of a URL, with its grants. */
export function wasi(url: string): Record<string, object> {
  return createWasi(capabilities(url));
}
