import type { Failure } from './index.js';

/** A file, and the name that errors call it by. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The result of a tool. */
export interface Made {
  bytes?: Uint8Array;
  error?: Failure;
}

/** Tools that make components. None of these functions throws. */
export interface Tools {
  /** Plugs the exports of components into the imports of another. */
  compose(socket: NamedFile, plugs: readonly NamedFile[]): Made;
  /**
   * Makes a component out of a core module that says what its world is.
   *
   * @param adapters named like the module that they stand for
   * @param preview1 the adapter for WASI 0.1: `command`, `reactor`, `proxy`,
   *   `none`, or `auto` for the one that the module needs, if it does
   */
  component(module: NamedFile, adapters: readonly NamedFile[], preview1: string): Made;
  /** Assembles a component or a core module from WAT text. */
  assemble(text: NamedFile): Made;
  /**
   * Writes into a core module what its world is.
   *
   * @param wit the files of a WIT package, those of others below `deps/`
   * @param world may be absent if there is one only
   * @param encoding of strings: `utf8`, `utf16` or `latin1+utf16`
   */
  embed(
    module: NamedFile,
    wit: readonly NamedFile[],
    world: string | undefined,
    encoding: string,
  ): Made;
}

/** The URL of the tools' module, compressed with Brotli. */
export const moduleUrl: URL;

/**
 * Starts the tools.
 *
 * @param module the compiled module, decompressed before
 */
export function start(module: WebAssembly.Module): Tools;
