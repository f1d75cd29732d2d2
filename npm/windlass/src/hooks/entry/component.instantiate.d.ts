/** The glue of a component, as the hooks answer for it. */

/** Makes an instance. */
export declare function instantiate(
  cores: WebAssembly.Module[],
  imports: object,
  options?: object,
): object;
