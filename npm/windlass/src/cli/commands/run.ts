import { WindlassError } from '../../error.js';
import type { Component, Exports } from '../../evaluate.js';
import { importModule } from '../../import.js';
import { kindOf } from '../../kind.js';
import { hasJspi } from '../../serve/service.js';
import { Wakeups } from '../../serve/wakeups.js';
import { readWasm } from '../component.js';
import { exitCode, sayError } from '../print.js';
import {
  grantedBy,
  notLinked,
  noticing,
  type Noticed,
  type ProgramFlags,
  programAt,
  sayRefusal,
  trap,
  trapMessage,
} from '../program.js';

/** `windlass run`: runs a command, a component or a core module, and ends with its exit code. */
export async function runCommand(path: string, args: string[], flags: ProgramFlags): Promise<void> {
  const { createService, createWasi, platform } = (await importModule(
    '@windlass/wasi',
  )) as typeof import('@windlass/wasi');
  const { bytes } = await readWasm(path);
  const { host, noticed } = noticing(platform);
  const json = flags.json ?? false;
  let code: number;
  if (kindOf(bytes) === 'core') {
    const { runCore } = await import('../core.js');
    code = await runCore(path, bytes, args, flags, host, noticed);
  } else {
    const { component, granted, provided, suspends } = await programAt('run', path, args, flags, {
      check(exports) {
        if (!exports.includes('run')) throw noCommand(path, exports);
      },
      suspends: ({ network = [] }) => network.length > 0 && hasJspi() && sendsRequests(bytes),
      stdin: 'inherit',
      bytes,
    });
    const wasi = grantedBy(() =>
      suspends ? createService(granted, new Wakeups(), host).imports : createWasi(granted, host),
    );
    try {
      code = await call(component, { ...wasi, ...provided }, noticed, path, json);
    } finally {
      // Timers of unfinished waits would keep the process alive.
      wasi[Symbol.dispose]();
    }
  }
  if (code !== exitCode.ok && !json) noticed.refused.forEach(sayRefusal);
  process.exitCode = code;
}

/** Whether a component may import what sends HTTP requests, for which others wait. */
function sendsRequests({ buffer, byteOffset, length }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, length).includes('wasi:http/outgoing-handler@');
}

/** Runs the program and gives the code it ends with. */
async function call(
  component: Component,
  imports: Record<string, unknown>,
  noticed: Noticed,
  path: string,
  json: boolean,
): Promise<number> {
  let running = false;
  try {
    const run = runOf(component.instantiate(imports));
    running = true;
    await run();
    return noticed.isClosed ? exitCode.closedPipe : exitCode.ok;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A closed pipe decides the exit code, also when the program traps or exits.
    if (running && noticed.isClosed) return exitCode.closedPipe;
    const { name, code } = error as { name: string; code?: unknown };
    if (name === 'ExitError') return Number(code);
    // The program said `err`, and why on its standard error.
    if (name === 'ComponentError') return exitCode.failure;
    if (error instanceof WebAssembly.LinkError) throw notLinked(error, path) ?? error;
    const message = trapMessage(error, running);
    if (message === undefined) throw error;
    sayError(trap(message, error), json);
    return exitCode.trap;
  }
}

/** The exported function `run` of the newest version of `wasi:cli/run`. */
function runOf(exports: Exports): () => unknown {
  const names = Object.keys(exports).filter((key) => /^wasi:cli\/run(?:@|$)/.test(key));
  const [newest] = names.sort((a, b) => compare(versionOf(b), versionOf(a)));
  const run = newest === undefined ? undefined : exports[newest]?.run;
  if (typeof run === 'function') return run;
  throw new WindlassError({
    code: 'no-command',
    message: 'the component does not export `wasi:cli/run`',
  });
}

/** The numbers of a version, and 1 for a release, which comes after its candidates. */
function versionOf(name: string): number[] {
  const [, numbers = '', candidate] = /@([\d.]+)(-)?/.exec(name) ?? [];
  return [...numbers.split('.').map(Number), candidate ? 0 : 1];
}

/** Compares lists of numbers, for `sort`. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : a[at]! - (b[at] ?? 0);
}

function noCommand(path: string, exports: readonly string[]): WindlassError {
  const names = exports.slice(0, 3).map((name) => `\`${name}\``);
  return new WindlassError({
    code: 'no-command',
    message: `\`${path}\` is no program: it does not export \`wasi:cli/run\``,
    help: `use its exports${names.length > 0 ? ` (${names.join(', ')} …)` : ''} from JavaScript: \`windlass transpile ${path}\``,
  });
}
