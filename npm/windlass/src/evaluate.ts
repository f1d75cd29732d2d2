import type { Transpiled } from './api.js';
import { partsOf } from './emitted.js';
import { WindlassError } from './error.js';
import { lacking } from './features.js';
import { checkKeys, invalidOption } from './options.js';
import { instanceKeys } from './schema.js';

/** Options of an instance. */
export interface InstantiateOptions {
  /** Bytes that one call may lift; the default is the one of `transpile`'s `budget.lift`. */
  maxLiftBytes?: number;
  /** Told of what becomes of a stream or future of the host when no call is there for it. */
  onStreamError?: (error: unknown) => void;
  /**
   * Handles that the instance may hold at one time, one more is a trap; the default is the
   * one of `transpile`'s `budget.handles`.
   */
  maxHandles?: number;
  /**
   * Milliseconds that a call may take, past which it traps; the default is `timeout` of
   * `compile`. The component has to be compiled with that or with `interruptible`.
   */
  timeout?: number;
}

/** The imports of a component, by import name. */
export type Imports = Readonly<Record<string, unknown>>;

/** The exports of a component, by JavaScript name and by full name. */
// oxlint-disable-next-line typescript/no-explicit-any -- what is behind a name is known to the component only
export type Exports = Record<string, any>;

/** A component whose core modules are compiled; `T` is the type of its exports. */
export interface Component<T = Exports> {
  /** Import names. */
  readonly imports: readonly string[];
  /** JavaScript names of the exports. */
  readonly exports: readonly string[];
  /** Makes a new instance, which shares nothing with others. */
  instantiate(imports?: Imports, options?: InstantiateOptions): T;
  /** The same on a page's main thread, where a core module over 8 MiB is not instantiated at once. */
  instantiateAsync(imports?: Imports, options?: InstantiateOptions): Promise<T>;
}

type Instantiate<Result> = (
  cores: WebAssembly.Module[],
  imports: Imports,
  options: InstantiateOptions,
) => Result;

/** The exports of emitted glue. */
export interface Glue<T = Exports> {
  instantiate: Instantiate<T>;
  /** Present if a core module is large. */
  instantiateAsync?: Instantiate<Promise<T>>;
}

/**
 * Makes a component out of transpiled files.
 *
 * @param name the stem of the file names
 * @param isInterruptible whether instances take `timeout`
 * @param load how this platform evaluates the body of a function that returns the glue
 */
export async function evaluate<T = Exports>(
  { files, imports, exports }: Transpiled,
  name: string,
  isInterruptible: boolean,
  load: (body: Uint8Array) => Glue | Promise<Glue>,
): Promise<Component<T>> {
  const { glue, cores: bytes } = partsOf(files, name);
  const [module, ...cores] = await Promise.all([
    load(glue) as Promise<Glue<T>>,
    ...bytes.map((core) => compileCore(core as Uint8Array<ArrayBuffer>)),
  ]);
  const check = (options: InstantiateOptions) => {
    checkKeys(options, instanceKeys);
    if (isInterruptible || options.timeout === undefined) return;
    throw invalidOption(
      '`timeout` is for interruptible components',
      'compile it with `interruptible: true`',
    );
  };
  return {
    imports: [...imports.keys()],
    exports,
    instantiate(given = {}, options = {}) {
      check(options);
      return module.instantiate(cores, given, options);
    },
    async instantiateAsync(given = {}, options = {}) {
      check(options);
      return (module.instantiateAsync ?? module.instantiate)(cores, given, options);
    },
  };
}

/** The transpiler has validated the module, so the engine can only lack something that it uses. */
export async function compileCore(core: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(core);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    // Engines have limits of their own, such as for the size of a function.
    if (/limit|maximum/.test(error.message)) {
      throw new WindlassError({
        code: 'unsupported',
        message: `this engine does not take a core module of the component: ${error.message}`,
      });
    }
    const features = lacking();
    const which = features.length > 0 ? `; of what there is it lacks ${features.join(', ')}` : '';
    throw new WindlassError({
      code: 'unsupported',
      message: `this engine lacks what the component needs: ${error.message}${which}`,
      help: 'use a newer one: `windlass inspect` says which features the component needs',
    });
  }
}
