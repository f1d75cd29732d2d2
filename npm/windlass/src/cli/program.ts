/** The parts that commands which execute a component share: compiling, grants, traps. */

import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ByteSink, Capabilities, Host } from '@windlass/wasi';
import { compileWith, inspectWith, type Transpiled, transpileListed } from '../api.js';
import { transpileApart } from '../apart.js';
import { binding } from '../binding.js';
import { invalidOption, WindlassError } from '../error.js';
import type { Component } from '../evaluate.js';
import { importModule } from '../import.js';
import { load } from '../load.js';
import { waitsOf } from '../serve/waits.js';
import { pairs } from '../options.js';
import { type Preopen, preopens } from '../preopen.js';
import { grantOf } from './asks.js';
import { soonDone } from './commands/transpile.js';
import { readWasm, withName } from './component.js';
import { checkFolder } from './files.js';
import { capabilitiesIn, grantsIn } from './grants.js';
import { sayNotice } from './print.js';
import { withProgress } from './progress.js';
import type { Settings } from '../config.js';
import type { Door } from '../schema.js';
import { settingsOf } from './settings.js';
import type { Flags } from './values.js';

/** The options of `run` and `serve`, as the command line has them. */
export interface ProgramFlags extends Flags {
  dir?: string[];
  env?: string[];
  inheritEnv?: boolean;
  arg?: string[];
  net?: string[];
  capabilities?: string;
  grant?: string[];
  json?: boolean;
}

/** The requirements of a command for a component. */
export interface Wants {
  /** Sees the names of exports before an engine compiles the component, and may throw. */
  check(exports: readonly string[]): void;
  /** Whether functions of WASI that wait may return promises, given what is granted. */
  suspends?(granted: Capabilities): boolean;
  /** The standard input where none is granted. */
  stdin: Stdin;
  /** The component, if it was read already. */
  bytes?: Uint8Array;
}

type Stdin = 'inherit' | 'ignore';

/** A component that is ready to be instantiated with what a person grants it. */
export interface Program {
  readonly component: Component;
  readonly granted: Capabilities;
  /** The modules that imports are mapped to, by import name. */
  readonly provided: Readonly<Record<string, unknown>>;
  /** The same as the URL of each and the export that is meant. */
  readonly modules: readonly (readonly [name: string, url: string, member: string | undefined])[];
  /** Whether functions of WASI that wait may return promises. */
  readonly suspends: boolean;
  /** The emitted files, of which the names begin with `component`. */
  readonly transpiled: Transpiled;
}

/** The options and grants that the configuration and the command line have for `path`. */
export async function grantedAt(
  door: Door,
  path: string,
  args: string[],
  flags: ProgramFlags,
  stdin: Stdin,
): Promise<{ options: Settings['options']; granted: Capabilities }> {
  const { options, capabilities } = await settingsOf(door, path, flags);
  const inFile = flags.capabilities === undefined ? {} : await capabilitiesIn(flags.capabilities);
  return { options, granted: grantsOf({ stdin, ...capabilities, ...inFile }, path, args, flags) };
}

/** Transpiles and compiles the component at `path`. */
export async function programAt(
  door: Door,
  path: string,
  args: string[],
  flags: ProgramFlags,
  wants: Wants,
): Promise<Program> {
  const { options, granted } = await grantedAt(door, path, args, flags, wants.stdin);
  const { map = [], sharedMap = [], ...compiling } = options;
  const mappings = [
    ...pairs(map).flatMap((pair) => ['map', ...pair]),
    ...pairs(sharedMap).flatMap((pair) => ['sharedMap', ...pair]),
  ];
  let transpiled!: Transpiled;
  const bytes = wants.bytes ?? (await readWasm(path)).bytes;
  const suspends = wants.suspends?.(granted) ?? false;
  if (suspends) {
    const waits = withName(path, () => waitsOf(inspectWith(binding(), bytes)));
    compiling.asyncImports = [...(compiling.asyncImports ?? []), ...(await waits)];
  }
  const component = await withProgress(`transpiling ${path}`, () =>
    withName(path, () =>
      compileWith(
        async (source, list) => {
          const options = [...list, ...mappings];
          const transpiler = binding();
          transpiled =
            bytes.length < soonDone && transpiler.kind === 'native'
              ? transpileListed(transpiler, source, options, true)
              : await transpileApart(source, options, true);
          // Said before an engine compiles what it may lack features for.
          wants.check(transpiled.exports);
          return transpiled;
        },
        load,
        bytes,
        compiling,
      ),
    ),
  );
  const modules = modulesOf(path, transpiled.imports);
  const provided = await importAll(modules);
  return { component, granted, modules, provided, suspends, transpiled };
}

/** The result of `make`. An option that the shims refuse is the caller's mistake. */
export function grantedBy<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw grantError(error) ?? error;
  }
}

/** The error for an option that the shims refuse; `undefined` for any other error. */
export function grantError(error: unknown): WindlassError | undefined {
  const { code, message, help } = error as Partial<WindlassError>;
  if (code !== 'invalid-capability' || message === undefined) return undefined;
  return invalidOption(message, help);
}

/** The message of a trap; `undefined` for an error that is not a trap of the program. */
export function trapMessage(error: Error, running: boolean): string | undefined {
  if (error instanceof WebAssembly.RuntimeError) return error.message;
  // No trap to engines: V8 and JavaScriptCore say the first, SpiderMonkey the second.
  const exhausted = /^Maximum call stack size exceeded|^too much recursion/.test(error.message);
  return running && exhausted ? 'call stack exhausted' : undefined;
}

/** Events that the host noted while the program ran. */
export interface Noticed {
  /** Whether a write failed because the reader had closed the pipe. */
  isClosed: boolean;
  /** Capabilities that the program asked for and lacks. */
  readonly refused: Set<string>;
}

/**
 * A host that notes closed pipes and refusals. On a closed pipe the program sees `closed`, and
 * the exit code at its end is that of `SIGPIPE`, which would kill a native program.
 */
export function noticing(platform: Host): { host: Host; noticed: Noticed } {
  const noticed: Noticed = { isClosed: false, refused: new Set() };
  const output = (sink: ByteSink): ByteSink => ({
    get isTerminal() {
      return sink.isTerminal;
    },
    write(bytes) {
      try {
        sink.write(bytes);
      } catch (error) {
        noticed.isClosed ||= (error as { code?: unknown }).code === 'EPIPE';
        throw error;
      }
    },
  });
  const host = Object.assign(Object.create(platform) as Host, {
    stdout: () => output(platform.stdout()),
    stderr: () => output(platform.stderr()),
    refused: (capability: string) => noticed.refused.add(capability),
  });
  return { host, noticed };
}

/** Names the option that grants a capability which the failed program lacked. */
export function sayRefusal(capability: string): void {
  const grant = grantOf(capability) ?? `--grant ${capability}=…`;
  const message = `the program asked for \`${capability}\`, which \`${grant}\` grants`;
  sayNotice({ code: 'refused', message });
}

/** The modules that imports are mapped to. */
export function modulesOf(
  path: string,
  imports: ReadonlyMap<string, string | undefined>,
): Program['modules'] {
  // Resolve as a component beside them would.
  const { resolve: find } = createRequire(resolve(path));
  return [...imports].flatMap(([name, specifier]) => {
    // Not mapped: WASI is made here, with what is granted.
    if (specifier === undefined || specifier.startsWith('@windlass/wasi/')) return [];
    const [, from = '', member] = /^(#?[^#]*)(?:#(.*))?$/s.exec(specifier) ?? [];
    try {
      const url = from.startsWith('file:') ? from : pathToFileURL(find(from)).href;
      return [[name, url, member] as const];
    } catch (error) {
      throw notMapped(name, specifier, error);
    }
  });
}

export async function importAll(modules: Program['modules']): Promise<Record<string, unknown>> {
  const provided: Record<string, unknown> = {};
  for (const [name, url, member] of modules) {
    try {
      const module = (await importModule(url)) as Record<string, unknown>;
      provided[name] = member === undefined ? module : module[member];
    } catch (error) {
      throw notMapped(name, url, error);
    }
  }
  return provided;
}

function notMapped(name: string, specifier: string, error: unknown): WindlassError {
  return new WindlassError({
    code: 'unreadable',
    message: `the import \`${name}\` is mapped to \`${specifier}\`: ${(error as Error).message}`,
  });
}

/** The grants of the configuration and of the command line, which has precedence. */
function grantsOf(
  configured: Capabilities,
  path: string,
  args: string[],
  flags: ProgramFlags,
): Capabilities {
  // Variables may be called like what objects have.
  const env = Object.create(null) as Record<string, string>;
  if (flags.inheritEnv) Object.assign(env, process.env);
  for (const text of flags.env ?? []) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    if (name === '')
      throw invalidOption(`\`--env ${text}\` has no name`, 'write `--env NAME=value`');
    if (at >= 0) env[name] = text.slice(at + 1);
    else if (Object.hasOwn(process.env, name)) env[name] = process.env[name]!;
  }
  const own = [...(flags.arg ?? []), ...args];
  return {
    stdout: 'inherit',
    stderr: 'inherit',
    ...configured,
    args: own.length === 0 && configured.args ? configured.args : [basename(path), ...own],
    ...((flags.inheritEnv || flags.env) && { env }),
    ...(flags.dir && { preopens: directories(flags.dir) }),
    ...(flags.net && { network: flags.net }),
    ...grantsIn(flags.grant ?? []),
  };
}

/** Directories that the command line grants, which are there. */
function directories(texts: readonly string[]): Preopen[] {
  const all = preopens(texts);
  for (const { host, guest } of all) {
    try {
      checkFolder(host);
    } catch (error) {
      // As other programs would have it: `host:guest`, or `host:rw`; but a drive has a colon.
      const colon = process.platform === 'win32' ? /..:/ : /:/;
      if (!(error instanceof WindlassError) || host !== guest || !colon.test(host)) throw error;
      const { code, message } = error;
      const help = 'two paths have `::` between them, and `:ro` is all that may come after';
      throw new WindlassError({ code, message, help });
    }
  }
  return all;
}

/** Why a program cannot start, where that is not our mistake. */
export function notLinked({ message }: Error, path: string): WindlassError | undefined {
  // All that does not fit is one error.
  const problems = message.split('; ');
  const at = path;
  const names = problems.flatMap((text) => /^the import (`.+`) is missing$/.exec(text)?.[1] ?? []);
  if (names.length > 0) {
    return new WindlassError({
      code: 'unknown-import',
      message: `nothing provides the import ${names.join(', ')}: a program that is run has WASI 0.2, and cli, clocks, filesystem and random of 0.3`,
      at,
      help: `map it to a module of yours: \`--map '${names[0]!.slice(1, -1)}=./module.js'\``,
    });
  }
  const lacks = /^the import (`.+`) has no ((?:function|class) `.+`)$/;
  const missing = problems.flatMap((text) => {
    const [, instance, member] = lacks.exec(text) ?? [];
    return instance === undefined ? [] : `${instance} has no ${member}`;
  });
  if (missing.length > 0) {
    return new WindlassError({
      code: 'unknown-import',
      message: `an import is known, but not all of it: ${missing.join(', ')}`,
      at,
      help: 'a newer windlass may have it; or map the import to a module of yours with `--map`',
    });
  }
  return message.includes('needs JSPI')
    ? new WindlassError({ code: 'unsupported', message, at })
    : undefined;
}

/** A trap, with the functions it went through as the component names them. */
export function trap(message: string, error: Error): WindlassError {
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.includes('wasm://') || line.includes('wasm-function'))
    .map((line) => /^\s*at (.+?) \(/.exec(line)?.[1])
    .filter((name) => name !== undefined)
    .slice(0, 8);
  return new WindlassError({
    code: 'trap',
    message,
    at: frames.length > 0 ? frames.join(' < ') : undefined,
    help: raisedBy(message),
  });
}

/** The way out of a trap that a limit of the options raised. */
function raisedBy(message: string): string | undefined {
  if (message.startsWith('the call lifts more than '))
    return '`--max-lift-bytes` raises that, if the component is trusted';
  if (message.startsWith('the call took longer than ')) return '`--timeout` raises that';
  return undefined;
}
