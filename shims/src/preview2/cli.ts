/// <reference lib="esnext.disposable" preserve="true" />
/** `wasi:cli`: arguments, variables, exit, standard streams, terminals. */

import type { Context } from './context.js';
import { ExitError } from './errors.js';
import { InputStream, OutputStream } from './io.js';

/** The resource `wasi:cli/terminal-input.terminal-input`. */
export class TerminalInput {
  [Symbol.dispose](): void {}
}

/** The resource `wasi:cli/terminal-output.terminal-output`. */
export class TerminalOutput {
  [Symbol.dispose](): void {}
}

/** The interfaces of `wasi:cli` for the guest of `cx`. */
export function createCli(cx: Context) {
  return {
    environment: {
      getEnvironment: (): [string, string][] => Object.entries(cx.env),
      getArguments: (): string[] => [...cx.args],
      initialCwd: (): string | undefined => cx.cwd,
    },
    exit: {
      exit(status: { tag: 'ok' | 'err' }): never {
        throw new ExitError(status.tag === 'ok' ? 0 : 1);
      },
      exitWithCode(statusCode: number): never {
        throw new ExitError(statusCode);
      },
    },
    stdin: { getStdin: () => new InputStream(cx.stdin, cx.waiter) },
    stdout: { getStdout: () => new OutputStream(cx.stdout, cx.waiter) },
    stderr: { getStderr: () => new OutputStream(cx.stderr, cx.waiter) },
    terminalInput: { TerminalInput },
    terminalOutput: { TerminalOutput },
    terminalStdin: {
      getTerminalStdin: () => (cx.stdin.isTerminal ? new TerminalInput() : undefined),
    },
    terminalStdout: {
      getTerminalStdout: () => (cx.stdout.isTerminal ? new TerminalOutput() : undefined),
    },
    terminalStderr: {
      getTerminalStderr: () => (cx.stderr.isTerminal ? new TerminalOutput() : undefined),
    },
  };
}
