/** What the command line writes and how. */
import { WindlassError } from '../error.js';

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

type Style = 'bold' | 'dim' | 'red' | 'green' | 'cyan';
const codes: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  cyan: [36, 39],
};

/** Colours text for a stream, unless it is no terminal or `NO_COLOR` is set. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  if (!hasColour(stream)) return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Whether a stream takes colours: see no-color.org. */
export function hasColour(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR']) return false;
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** Writes a line for people. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a value for programs. */
export function sayJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes an error as STYLE demands: code, message, place, way out. */
export function sayError(error: unknown, json: boolean): void {
  const { code, message, at, offset, help } = describe(error);
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { code, message, at, offset, help } })}\n`);
    return;
  }
  const stream = process.stderr;
  const head = paint(stream, 'red', paint(stream, 'bold', `error[${code}]`));
  let text = `${head}: ${message}\n`;
  const place = offset === undefined ? undefined : `component offset 0x${offset.toString(16)}`;
  if (at !== undefined) text += `  at ${at}${place ? ` (${place})` : ''}\n`;
  else if (place) text += `  at ${place}\n`;
  if (help !== undefined) text += `  ${paint(stream, 'cyan', 'help')}: ${help}\n`;
  stream.write(text);
}

function describe(error: unknown): WindlassError {
  if (error instanceof WindlassError) return error;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  // What is no refusal is a mistake of ours, and its stack says where.
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
export function table(rows: readonly (readonly string[])[]): string[] {
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

/** The word that was probably meant, if any is near. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of words) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, before[j - 2]! + 1);
      }
      row.push(d);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
