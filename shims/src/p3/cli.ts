/** `wasi:cli@0.3` of the guest whose grants `grant` sets. */

import { defaultContext } from '../preview2/default.js';
import { createCli } from '../preview3/cli.js';

const interfaces = /* @__PURE__ */ createCli(defaultContext);

/** `wasi:cli/environment`. */
export const environment = interfaces.environment;
/** `wasi:cli/exit`. */
export const exit = interfaces.exit;
/** `wasi:cli/stdin`. */
export const stdin = interfaces.stdin;
/** `wasi:cli/stdout`. */
export const stdout = interfaces.stdout;
/** `wasi:cli/stderr`. */
export const stderr = interfaces.stderr;
/** `wasi:cli/terminal-input`. */
export const terminalInput = interfaces.terminalInput;
/** `wasi:cli/terminal-output`. */
export const terminalOutput = interfaces.terminalOutput;
/** `wasi:cli/terminal-stdin`. */
export const terminalStdin = interfaces.terminalStdin;
/** `wasi:cli/terminal-stdout`. */
export const terminalStdout = interfaces.terminalStdout;
/** `wasi:cli/terminal-stderr`. */
export const terminalStderr = interfaces.terminalStderr;
