import { basename } from 'node:path';
import type { ByteSink, Capabilities, Host } from '@windlass/wasi';
import { compile } from '../../index.js';
import { invalidOption, WindlassError } from '../../error.js';
import type { Component, Exports } from '../../evaluate.js';
import { preopen } from '../../preopen.js';
import { readInput } from '../files.js';
import { exitCode, sayError } from '../print.js';
import { withProgress } from '../progress.js';

/** Options of `windlass run`, as the command line has them. */
export interface RunFlags {
  dir?: string[];
  env?: string[];
  inheritEnv?: boolean;
  arg?: string[];
  asyncImports?: string[];
  asyncExports?: string[];
  syncExports?: string[];
  json?: boolean;
}

/** `windlass run`: runs a command component and ends with its exit code. */
export async function runCommand(path: string, args: string[], flags: RunFlags): Promise<void> {
  const { createWasi, platform } = await import('@windlass/wasi');
  const granted = capabilities(path, args, flags);
  const bytes = readInput(path);
  const component = await withProgress(`transpiling ${path}`, () =>
    compile(bytes, {
      asyncImports: flags.asyncImports ?? [],
      asyncExports: flags.asyncExports ?? [],
      syncExports: flags.syncExports ?? [],
    }),
  );
  if (!component.exports.includes('run')) throw noCommand(path, component);
  process.exitCode = await call(
    component,
    createWasi(granted, endingWithReaders(platform)),
    flags.json ?? false,
  );
}

/** Runs the program and gives the code it ends with. */
async function call(
  component: Component,
  imports: Record<string, unknown>,
  json: boolean,
): Promise<number> {
  try {
    const run = runOf(component.instantiate(imports));
    await run();
    return exitCode.ok;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, code } = error as { name: string; code?: unknown };
    if (name === 'ExitError') return Number(code);
    // The program said `err`, and why on its standard error.
    if (name === 'ComponentError') return exitCode.failure;
    if (error instanceof WebAssembly.LinkError) throw notLinked(error) ?? error;
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    sayError(trap(error), json);
    return exitCode.trap;
  }
}

/**
 * A host on which a closed pipe ends the process without a word, as the signal
 * ends native programs: guests have no signals, and would report the failure.
 */
function endingWithReaders(platform: Host): Host {
  const quiet = (sink: ByteSink): ByteSink => ({
    isTerminal: sink.isTerminal,
    write(bytes) {
      try {
        sink.write(bytes);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
        process.exit(exitCode.closedPipe);
      }
    },
  });
  return Object.assign(Object.create(platform) as Host, {
    stdout: () => quiet(platform.stdout()),
    stderr: () => quiet(platform.stderr()),
  });
}

/** What the command line grants. */
function capabilities(path: string, args: string[], flags: RunFlags): Capabilities {
  const env: Record<string, string> = {};
  if (flags.inheritEnv) Object.assign(env, process.env);
  for (const text of flags.env ?? []) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    if (name === '')
      throw invalidOption(`\`--env ${text}\` has no name`, 'write `--env NAME=value`');
    const value = at < 0 ? process.env[name] : text.slice(at + 1);
    if (value !== undefined) env[name] = value;
  }
  return {
    args: [basename(path), ...(flags.arg ?? []), ...args],
    env,
    preopens: (flags.dir ?? []).map(preopen),
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
  };
}

/** The exported function `run` of `wasi:cli/run`, whatever its version. */
function runOf(exports: Exports): () => unknown {
  const name = Object.keys(exports).find((key) => /^wasi:cli\/run(?:@|$)/.test(key));
  const run = name === undefined ? undefined : exports[name]?.run;
  if (typeof run === 'function') return run;
  throw new WindlassError({
    code: 'no-command',
    message: 'the component does not export `wasi:cli/run`',
  });
}

function noCommand(path: string, { exports }: Component): WindlassError {
  const names = exports.slice(0, 3).map((name) => `\`${name}\``);
  return new WindlassError({
    code: 'no-command',
    message: `\`${path}\` is no program: it does not export \`wasi:cli/run\``,
    help: `use its exports${names.length > 0 ? ` (${names.join(', ')} …)` : ''} from JavaScript: \`windlass transpile ${path}\``,
  });
}

/** Why a program cannot start, where that is not our mistake. */
function notLinked({ message }: Error): WindlassError | undefined {
  const name = /^the import `(.+)` is missing$/.exec(message)?.[1];
  if (name !== undefined) {
    return new WindlassError({
      code: 'unknown-import',
      message: `nothing provides the import \`${name}\`: a program that is run has WASI 0.2`,
      help: 'map it to a module of yours with `windlass transpile --map`, and run that',
    });
  }
  return message.includes('needs JSPI')
    ? new WindlassError({ code: 'unsupported', message })
    : undefined;
}

/** A trap, with the functions it went through as the component names them. */
function trap(error: Error): WindlassError {
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.includes('wasm://') || line.includes('wasm-function'))
    .map((line) => /^\s*at (.+?) \(/.exec(line)?.[1])
    .filter((name) => name !== undefined)
    .slice(0, 8);
  return new WindlassError({
    code: 'trap',
    message: error.message,
    at: frames.length > 0 ? frames.join(' < ') : undefined,
  });
}
