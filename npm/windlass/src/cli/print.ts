/** The output of the command line and its form. */
import { fstatSync, type Stats, statSync, writeSync } from 'node:fs';
import type { Notice } from '@windlass/wasm';
import { plain, WindlassError } from '../error.js';

/** Exit codes, besides those of programs that `run` runs. */
export const exitCode = {
  /** Everything worked. */
  ok: 0,
  /** The input was refused, or a file cannot be read or written. */
  failure: 1,
  /** The command line itself makes no sense. */
  usage: 2,
  /** `run`: nobody reads the program's output any more, 128 and `SIGPIPE`. */
  closedPipe: 141,
  /** `run`: the program trapped, as a native one that aborts. */
  trap: 134,
} as const;

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const codes: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Standard output and standard error. */
type Output = 1 | 2;

const terminals = new Map<Output, boolean>();

/**
 * Whether an output is a terminal. The stream is asked only where it may be one:
 * to make it takes a tenth of what most commands take.
 */
export function isTerminal(output: Output): boolean {
  let found = terminals.get(output);
  if (found === undefined) {
    const status = fstatSync(output);
    found = status.isCharacterDevice() && !isNull(status) && streamOf(output).isTTY;
    terminals.set(output, found);
  }
  return found;
}

/** Whether it is the device that forgets everything; Windows does not say. */
function isNull({ rdev }: Stats): boolean {
  const { devNull } = process.getBuiltinModule('node:os');
  return rdev !== 0 && rdev === statSync(devNull, { throwIfNoEntry: false })?.rdev;
}

function streamOf(output: Output): NodeJS.WriteStream {
  return output === 1 ? process.stdout : process.stderr;
}

/** The number of characters in a line of standard output. */
export function widthOfLines(): number {
  return isTerminal(1) ? process.stdout.columns || 80 : Infinity;
}

/** Colours text for an output, unless it is no terminal or `NO_COLOR` is set. */
export function paint(output: Output, style: Style, text: string): string {
  if (!hasColour(output)) return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Whether an output takes colours: see no-color.org. */
export function hasColour(output: Output): boolean {
  if (process.env['NO_COLOR'] || process.env['TERM'] === 'dumb') return false;
  return isTerminal(output);
}

/**
 * Writes to standard output, all of it before it returns. Ends the process quietly
 * when the reader is gone, as `windlass … | head` does.
 */
export function write(data: string | Uint8Array): void {
  if (isTerminal(1)) {
    process.stdout.write(data);
    return;
  }
  let rest: Uint8Array = typeof data === 'string' ? Buffer.from(data) : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(exitCode.ok);
      if (code !== 'EAGAIN') {
        throw new WindlassError({
          code: 'unwritable',
          message: `cannot write to standard output: ${message}`,
        });
      }
      // Somebody made the pipe one that does not block, and its reader takes its time.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Writes a line for people. */
export function say(line = '', style?: Style): void {
  const text = plain(line);
  write(`${style ? paint(1, style, text) : text}\n`);
}

/** Writes text of several lines for people. */
export function sayText(text: string): void {
  write(`${plain(text, '\n\t').trimEnd()}\n`);
}

/** Writes a value for programs. */
export function sayJson(value: unknown): void {
  write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes an error: code, message, place, way out. */
export function sayError(error: unknown, json: boolean): void {
  const { code, message, at, offset, help } = describe(error);
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { code, message, at, offset, help } })}\n`);
    return;
  }
  const head = paint(2, 'red', paint(2, 'bold', `error[${code}]`));
  const place = offset === undefined ? undefined : `component offset 0x${offset.toString(16)}`;
  let text = `${head}: ${lines(message)}\n`;
  if (at !== undefined) text += `  at ${lines(at)}${place ? ` (${place})` : ''}\n`;
  else if (place) text += `  at ${place}\n`;
  if (help !== undefined) text += `  ${paint(2, 'cyan', 'help')}: ${lines(help)}\n`;
  process.stderr.write(text);
}

/** Writes what is worth knowing although nothing is wrong. */
export function sayNotice({ code, message }: Notice): void {
  const head = paint(2, 'yellow', paint(2, 'bold', `notice[${code}]`));
  process.stderr.write(`${head}: ${lines(message)}\n`);
}

/** Text of several lines, each but the first indented further than what an error has of its own. */
function lines(text: string): string {
  return plain(text, '\n\t').replace(/\n {0,2}(?=[^\n])/g, '\n    ');
}

/** Whether an engine had no room; V8 has a `RangeError` for it, and others for what is too deep. */
function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /memory|allocat|invalid (?:string|array|typed array) length/i.test(error.message)
  );
}

function describe(error: unknown): WindlassError {
  if (error instanceof WindlassError) return error;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (isOutOfMemory(error)) {
    return new WindlassError({
      code: 'out-of-memory',
      message: `there is not enough memory: ${message}`,
      help: 'give this process more, or a smaller component',
    });
  }
  // An error that is not a refusal is a mistake of ours, and its stack says where.
  return new WindlassError({
    code: 'internal',
    message,
    at: stack
      ?.split('\n')
      .find((line) => line.includes(' at '))
      ?.trim()
      .replace(/^at /, ''),
    help: 'this is a mistake in windlass; please report it with the component',
  });
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Lines whose columns are aligned; numbers, which end in a unit, to the right. */
export function table(named: readonly (readonly string[])[]): string[] {
  const rows = named.map((row) => row.map((cell) => plain(cell)));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        if (/^[\d.]+ [kM]?B$/.test(cell)) return cell.padStart(widths[i]!);
        return i === row.length - 1 ? cell : cell.padEnd(widths[i]!);
      })
      .join('  '),
  );
}
