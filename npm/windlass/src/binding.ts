/** The transpiler on Node, Deno and Bun: the addon where there is one, else the Wasm build. */
import type { Binding as WasmBinding } from '@windlass/wasm';
import { WindlassError } from './error.js';

/** A {@link WasmBinding} that may also work on another thread. */
export interface Binding extends WasmBinding {
  readonly kind: 'native' | 'wasm';
  transpileAsync?(
    ...args: Parameters<WasmBinding['transpile']>
  ): Promise<ReturnType<WasmBinding['transpile']>>;
  /** Reads a large file in less time than Node; nothing for a small one, or if it cannot be read. */
  read?(path: string): Uint8Array | null;
  /** Exchanges two paths in one step; whether that was possible. */
  exchange?(a: string, b: string): boolean;
}

type WasmBuild = Pick<typeof import('@windlass/wasm'), 'moduleUrl' | 'start'>;

let chosen: Binding | undefined;
let wasm: WasmBuild | undefined;

/** Has the modules of the Wasm build at hand, which hooks do without as long as they can. */
export function provide(build: WasmBuild): void {
  wasm = build;
}

/** The binding, chosen at the first call; `WINDLASS_BINDING=native|wasm` chooses by hand. */
export function binding(): Binding {
  return (chosen ??= choose(process.env['WINDLASS_BINDING']));
}

/** Whether there is an addon, which may turn out not to load. */
export function hasAddon(): boolean {
  if (process.env['WINDLASS_BINDING'] === 'wasm') return false;
  const { resolve } = requireHere();
  return addonPackages().some((name) => {
    try {
      return resolve(name) !== '';
    } catch {
      return false;
    }
  });
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
    for (const name of addonPackages()) {
      try {
        return { kind: 'native', ...addon(name) };
      } catch (error) {
        tried.push(reason(name, error));
      }
    }
  }
  if (wanted !== 'native') {
    try {
      const { moduleUrl, start } = wasm ?? (requireHere()('@windlass/wasm') as WasmBuild);
      const { readFileSync } = process.getBuiltinModule('node:fs');
      return { kind: 'wasm', ...start(new WebAssembly.Module(readFileSync(moduleUrl))) };
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

/** The path where npm puts an addon, if it is there: much faster than to resolve its name. */
export function addonBeside(name: string): string | undefined {
  // The hooks are a bundle of their own, a folder below.
  const dist = import.meta.dirname.replace(/[/\\]hooks$/, '');
  const path = `${dist}/../../${name}/windlass.node`;
  return process.getBuiltinModule('node:fs').existsSync(path) ? path : undefined;
}

/** Loads an addon, one that lies where npm puts it in a third of the time that its name takes. */
function addon(name: string): WasmBinding {
  const beside = addonBeside(name);
  if (beside === undefined || typeof process.dlopen !== 'function') {
    return requireHere()(name) as WasmBinding;
  }
  const module = { exports: {} };
  process.dlopen(module, beside);
  return module.exports as WasmBinding;
}

function requireHere(): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url);
}

/** The addon's packages for this platform, as a release or a local build names them. */
export function addonPackages(): string[] {
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
