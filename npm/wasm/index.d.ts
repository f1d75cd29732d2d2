/** A failure as data. */
export interface Failure {
  code: string;
  message: string;
  at?: string | undefined;
  offset?: number | undefined;
  help?: string | undefined;
}

/** The transpiler's functions. None of them throws. */
export interface Binding {
  /**
   * @param options a list in which each value comes after its key, and both values of a pair
   *   after theirs; an option that is not in it has its default
   */
  transpile(
    bytes: Uint8Array,
    options: string[],
  ): {
    output?: {
      files: File[];
      imports: [name: string, specifier?: string][];
      exports: string[];
      notices: Notice[];
    };
    error?: Failure;
  };
  typesOfWit(files: [name: string, text: string][]): Declared;
  typesOfPackage(bytes: Uint8Array): Declared;
  wit(bytes: Uint8Array): Text;
  inspect(bytes: Uint8Array): Text;
}

/** Something to tell a user about what was made. */
export interface Notice {
  /** A word for its kind: `colliding-exports`. */
  code: string;
  message: string;
}

/** Declaration files. */
export interface Declared {
  files?: File[];
  error?: Failure;
}

/** Text. */
export interface Text {
  text?: string;
  error?: Failure;
}

/** An emitted file: its contents, or which bytes of the component they are, unchanged. */
export interface File {
  name: string;
  contents?: Uint8Array;
  part?: [start: number, end: number];
}

/**
 * The URL of this package's module, for `fetch` or the file system.
 * Bundlers see the `new URL` behind it and emit the file. There is none in workerd.
 */
export const moduleUrl: Url;

/** The module of this package where it can be imported, which is in workerd. */
export const module: Module | undefined;

/**
 * Starts the transpiler.
 *
 * @param module the compiled `windlass.wasm` of this package
 */
export function start(module: Module): Binding;

// `URL`, which is missing from a project's libraries without DOM.
type Url = typeof globalThis extends { URL: { prototype: infer T } }
  ? T
  : { readonly href: string };
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } }
  ? T
  : object;
