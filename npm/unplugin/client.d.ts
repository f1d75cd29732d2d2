// Imports with a query: `"types": ["@windlass/unplugin/client"]`.

declare module '*.wasm?instantiate' {
  /**
   * Makes an instance.
   *
   * @param imports what the component imports, by import name
   */
  export function instantiate(
    imports?: Readonly<Record<string, unknown>>,
    options?: { readonly maxLiftBytes?: number },
    // oxlint-disable-next-line typescript/no-explicit-any -- what is behind a name is known to the component only
  ): Record<string, any>;
  export default instantiate;
}

declare module '*.wasm?url' {
  /** The URL of the component. */
  const url: string;
  export default url;
}
