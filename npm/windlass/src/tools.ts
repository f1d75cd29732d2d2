/** Tools that make components: `wac-graph` and `wit-component`, in a Wasm module of their own. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { type Made, moduleUrl, type NamedFile, start, type Tools } from '@windlass/wasm/tools';
import { WindlassError } from './error.js';

export type { NamedFile } from '@windlass/wasm/tools';

let started: Tools | undefined;

/** Adapters for WASI 0.1 that are built in; `auto` is the one that a module needs. */
export const preview1Adapters = ['auto', 'command', 'reactor', 'proxy', 'none'] as const;

/** Encodings that a core module may have its strings in. */
export const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const;

/**
 * Plugs the exports of components into the imports of another, the socket.
 *
 * @throws {@link WindlassError} `cannot-compose`, and what tells that a file is no component
 */
export function compose(socket: NamedFile, plugs: readonly NamedFile[]): Uint8Array {
  return bytesOf(tools().compose(socket, plugs));
}

/**
 * Makes a component out of a core module that says what its world is.
 *
 * @param adapters named like the module that they stand for
 * @throws {@link WindlassError} `invalid-module`, `no-world` and others
 */
export function component(
  module: NamedFile,
  adapters: readonly NamedFile[] = [],
  preview1: (typeof preview1Adapters)[number] = 'auto',
): Uint8Array {
  return bytesOf(tools().component(module, adapters, preview1));
}

/**
 * Writes into a core module what its world is.
 *
 * @param wit the files of a WIT package, those of others below `deps/`
 * @param world may be absent if there is one only
 * @throws {@link WindlassError} `invalid-module`, `invalid-wit`, `invalid-option`
 */
export function embed(
  module: NamedFile,
  wit: readonly NamedFile[],
  world?: string,
  encoding: (typeof encodings)[number] = 'utf8',
): Uint8Array {
  return bytesOf(tools().embed(module, wit, world, encoding));
}

/**
 * Assembles a component or a core module from WAT text.
 *
 * @throws {@link WindlassError} `invalid-text`
 */
export function assemble(text: NamedFile): Uint8Array {
  return bytesOf(tools().assemble(text));
}

function tools(): Tools {
  started ??= start(new WebAssembly.Module(brotliDecompressSync(readFileSync(moduleUrl))));
  return started;
}

function bytesOf({ bytes, error }: Made): Uint8Array {
  if (!bytes) throw new WindlassError(error!);
  return bytes;
}
