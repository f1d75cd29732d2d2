/** The transpiler on Node, Deno and Bun: the addon where there is one, else the Wasm build. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Binding as WasmBinding, moduleUrl, start } from '@windlass/wasm';
import { WindlassError } from './error.js';

/** A {@link WasmBinding} that may also work on another thread. */
export interface Binding extends WasmBinding {
  readonly kind: 'native' | 'wasm';
  transpileAsync?(
    ...args: Parameters<WasmBinding['transpile']>
  ): Promise<ReturnType<WasmBinding['transpile']>>;
}

let chosen: Binding | undefined;

/** The binding, chosen at the first call; `WINDLASS_BINDING=native|wasm` chooses by hand. */
export function binding(): Binding {
  return (chosen ??= choose(process.env['WINDLASS_BINDING']));
}

function choose(wanted: string | undefined): Binding {
  if (wanted && wanted !== 'native' && wanted !== 'wasm') {
    throw new WindlassError({
      code: 'invalid-option',
      message: `WINDLASS_BINDING is \`${wanted}\``,
      help: 'set it to `native` or `wasm`, or leave it away',
    });
  }
  const tried: string[] = [];
  if (wanted !== 'wasm') {
    const require = createRequire(import.meta.url);
    for (const name of packages()) {
      try {
        return { kind: 'native', ...(require(name) as WasmBinding) };
      } catch (error) {
        tried.push(reason(name, error));
      }
    }
  }
  if (wanted !== 'native') {
    try {
      const module = new WebAssembly.Module(readFileSync(moduleUrl));
      return { kind: 'wasm', ...start(module) };
    } catch (error) {
      tried.push(reason('@windlass/wasm', error));
    }
  }
  throw new WindlassError({
    code: 'no-binding',
    message: `the transpiler cannot be loaded: ${tried.join('; ')}`,
    help: 'install `windlass` again, with optional packages, on the platform where it runs',
  });
}

/** The addon's packages for this platform, as a release or a local build names them. */
function packages(): string[] {
  const { platform, arch } = process;
  // npm installs the one that fits the C library; the other is not there.
  const suffixes = { linux: ['-gnu', '-musl'], win32: ['-msvc'] }[platform as string] ?? [''];
  const names = suffixes.map((suffix) => `@windlass/native-${platform}-${arch}${suffix}`);
  return [...names, '@windlass/native'];
}

function reason(name: string, error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ENOENT';
  return `${name} ${missing ? 'is not installed' : `does not load (${message.split('\n')[0]})`}`;
}
