/** Core modules of WASI 0.1, which `windlass run` runs as they are. */
import type { Preview1 } from '@windlass/wasi/preview1';
import type { Host } from '@windlass/wasi';
import { invalidOption, WindlassError } from '../error.js';
import { importModule } from '../import.js';
import { pairs } from '../options.js';
import {
  grantedAt,
  grantedBy,
  importAll,
  modulesOf,
  type Noticed,
  type ProgramFlags,
  trap,
  trapMessage,
} from './program.js';
import { exitCode, sayError } from './print.js';

const preview1 = 'wasi_snapshot_preview1';

/** Bounds that are written into core modules when a component is transpiled. */
const bounds = {
  timeout: '--timeout',
  interruptible: '--interruptible',
  maxMemory: '--max-memory',
  maxTableElements: '--max-table-elements',
} as const;

/** Runs the core module at `path` and gives the code it ends with. */
export async function runCore(
  path: string,
  bytes: Uint8Array,
  args: string[],
  flags: ProgramFlags,
  host: Host,
  noticed: Noticed,
): Promise<number> {
  const { createPreview1 } = (await importModule(
    '@windlass/wasi/preview1',
  )) as typeof import('@windlass/wasi/preview1');
  const { options, granted } = await grantedAt('run', path, args, flags, 'inherit');
  for (const [option, flag] of Object.entries(bounds)) {
    if (options[option as keyof typeof bounds] === undefined) continue;
    const help = `make a component of it: \`windlass new ${path} -o component.wasm\``;
    throw invalidOption(`\`${flag}\` bounds components, and \`${path}\` is a core module`, help);
  }
  const module = await compiled(path, bytes);
  if (!WebAssembly.Module.exports(module).some(isStart)) throw noCommand(path);
  const specifiers = new Map([...pairs(options.sharedMap ?? []), ...pairs(options.map ?? [])]);
  const names = new Set(WebAssembly.Module.imports(module).map((one) => one.module));
  const mapped = new Map([...specifiers].filter(([name]) => names.has(name)));
  const provided = await importAll(modulesOf(path, mapped));
  const wasi = grantedBy(() => createPreview1(granted, host));
  try {
    const imports = importsOf(path, module, { ...wasi.getImportObject(), ...provided });
    return await call(module, imports, wasi, noticed, path, flags.json ?? false);
  } finally {
    wasi[Symbol.dispose]();
  }
}

async function compiled(path: string, bytes: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    throw new WindlassError({ code: 'invalid-module', message: error.message, at: path });
  }
}

/** The imports object: only what is imported, so that no import names what objects have. */
function importsOf(
  path: string,
  module: WebAssembly.Module,
  provided: Record<string, unknown>,
): WebAssembly.Imports {
  const imports = Object.create(null) as WebAssembly.Imports;
  const missing = new Set<string>();
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const source = Object.hasOwn(provided, from) ? provided[from] : undefined;
    if (typeof source === 'object' && source !== null && Object.hasOwn(source, name)) {
      const values = (imports[from] ??= Object.create(null) as WebAssembly.ModuleImports);
      values[name] = (source as WebAssembly.ModuleImports)[name]!;
    } else {
      missing.add(source === undefined ? from : `${from}#${name}`);
    }
  }
  if (missing.size > 0) throw notProvided(path, [...missing]);
  return imports;
}

async function call(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  wasi: Preview1,
  noticed: Noticed,
  path: string,
  json: boolean,
): Promise<number> {
  try {
    const code = wasi.start(await WebAssembly.instantiate(module, imports));
    return noticed.isClosed ? exitCode.closedPipe : code;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (noticed.isClosed) return exitCode.closedPipe;
    if (error instanceof WebAssembly.LinkError) {
      throw new WindlassError({ code: 'unknown-import', message: error.message, at: path });
    }
    const message = trapMessage(error, true) ?? wrongType(error);
    if (message === undefined) throw error;
    sayError(trap(message, error), json);
    return exitCode.trap;
  }
}

/** Engines convert what goes in and out, and say so where a number has another width. */
function wrongType(error: Error): string | undefined {
  if (!(error instanceof TypeError)) return undefined;
  return `an import has another type than in WASI 0.1: ${error.message}`;
}

function isStart({ name, kind }: WebAssembly.ModuleExportDescriptor): boolean {
  return name === '_start' && kind === 'function';
}

function noCommand(path: string): WindlassError {
  return new WindlassError({
    code: 'no-command',
    message: `\`${path}\` is no program: it is a core module that does not export \`_start\``,
    help: `use it from JavaScript with \`createPreview1\` of \`@windlass/wasi/preview1\`, or make a component of it with \`windlass new ${path}\``,
  });
}

function notProvided(path: string, names: readonly string[]): WindlassError {
  return new WindlassError({
    code: 'unknown-import',
    message: `nothing provides the import ${names.map((name) => `\`${name}\``).join(', ')}: a core module that is run has \`${preview1}\``,
    at: path,
    help: `map it to a module of yours: \`--map '${names[0]!.replace(/#.*/s, '')}=./module.js'\``,
  });
}
