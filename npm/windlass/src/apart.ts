/** Transpiling on another thread, where a binding can. */
import { type Transpiled, transpiled, transpileListed } from './api.js';
import { binding } from './binding.js';
import { type Bytes, bytesOf } from './options.js';

/**
 * Transpiles with options as bindings take them.
 *
 * @param shared whether core modules may be views of the component rather than copies
 */
export async function transpileApart(
  component: Bytes,
  options: string[],
  shared: boolean,
): Promise<Transpiled> {
  const chosen = binding();
  if (!chosen.transpileAsync) return transpileListed(chosen, component, options, shared);
  // A copy, because the caller may write to the bytes in the meantime.
  const bytes = new Uint8Array(bytesOf(component));
  return transpiled(await chosen.transpileAsync(bytes, options), bytes, shared);
}
