import type * as component from './collisions.js';

export interface Exports {
  f: typeof component.f;
  calls: typeof component.calls;
  'a:b/calls@0.1.0': typeof component.calls2;
  'a:b/calls@0.2.0': typeof component.calls3;
  'c:d/calls': typeof component.calls4;
  'a:b/f': typeof component.f2;
}

/** What the component imports, by import name. */
export interface Imports {
}

/** Settings of one instance. */
export interface InstantiateOptions {
  /** Bytes that one call may bring from the component into JavaScript. */
  readonly maxLiftBytes?: number | undefined;
  /** The module that traps, where nothing is compiled at run time: the file `.trap.wasm`. */
  readonly trapModule?: WebAssembly.Module | undefined;
}

/**
 * Makes an instance of the component.
 *
 * @param cores - the core modules, in the order of their files
 * @param imports - what the component imports, by import name
 */
export declare function instantiate(
  cores: readonly WebAssembly.Module[],
  imports: Imports,
  options?: InstantiateOptions,
): Exports;
