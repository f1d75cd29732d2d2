// Imports with a query: `"types": ["@windlass/unplugin/client"]`. Where the option `types` names a
// folder there are declarations of each component in it (but on Windows), which come before these.

declare module '*.wasm?instantiate' {
  /**
   * Makes an instance: `instantiate<typeof import('./thing.wasm')>(imports)`.
   *
   * @param imports what the component imports, by import name
   */
  export function instantiate<
    // oxlint-disable-next-line typescript/no-explicit-any -- what is behind a name is known to the component only
    Exports = Record<string, any>,
    Imports = Readonly<Record<string, unknown>>,
  >(
    imports?: Imports,
    options?: {
      readonly maxLiftBytes?: number;
      readonly maxHandles?: number;
      readonly timeout?: number;
    },
  ): Exports;
  export default instantiate;
  /** The same for a page's main thread; there where a core module has more than 8 MiB. */
  export function instantiateAsync<
    // oxlint-disable-next-line typescript/no-explicit-any -- what is behind a name is known to the component only
    Exports = Record<string, any>,
    Imports = Readonly<Record<string, unknown>>,
  >(imports?: Imports, options?: { readonly maxLiftBytes?: number }): Promise<Exports>;
  /** Settled when `instantiate` can be called; there with the option `tla: false`. */
  export const $init: Promise<void>;
}

// The exports of the component, as `any`: this one declaration is for every component.
declare module '*.wasm?inline';

declare module '*.wasm?url' {
  /** The URL of the component. */
  const url: string;
  export default url;
}
