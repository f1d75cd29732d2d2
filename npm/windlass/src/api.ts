import type { Binding } from '@windlass/wasm';
import { WindlassError } from './error.js';
import { type Component, evaluate } from './evaluate.js';
import { type Bytes, bytesOf, complete, type TranspileOptions } from './options.js';

/** What `transpile` gives. */
export interface Transpiled {
  /** Emitted files by name, the entry first. */
  files: Map<string, Uint8Array>;
  /** Import names and the specifiers they were mapped to. */
  imports: Map<string, string>;
  /** JavaScript names that the entry exports. */
  exports: string[];
}

/** Runs `transpile` of a binding. */
export function transpileWith(
  binding: Binding,
  component: Bytes,
  options?: TranspileOptions,
): Transpiled {
  return transpiled(binding.transpile(bytesOf(component), complete(options)));
}

/** Makes what users see out of what a binding gives. */
export function transpiled({ output, error }: ReturnType<Binding['transpile']>): Transpiled {
  if (!output) throw new WindlassError(error!);
  return {
    files: new Map(output.files.map(({ name, contents }) => [name, contents])),
    imports: new Map(output.imports),
    exports: output.exports,
  };
}

/** The name under which {@link compileWith} transpiles, which nobody sees. */
const name = 'component';

/** Transpiles, compiles the core modules and evaluates the glue. */
export async function compileWith(
  transpile: (component: Bytes, options: TranspileOptions) => Promise<Transpiled>,
  load: (text: Uint8Array) => Promise<unknown>,
  component: Bytes,
  options: CompileOptions = {},
): Promise<Component> {
  const files = await transpile(component, {
    ...options,
    // An entry is not used, so nothing needs to be said about imports.
    map: [['*', '*']],
    name,
    types: false,
  });
  return evaluate(files, name, load);
}

/** Options of `compile`. */
export type CompileOptions = Pick<TranspileOptions, 'minify' | 'budget'>;
