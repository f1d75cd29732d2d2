/** `wasi:logging`: messages with a level and a context. */

import type { ByteSink } from '../host/host.js';
import type { LogEntry, LogLevel } from './capabilities.js';
import type { Context } from './context.js';
import { errnoOf, trap } from './errors.js';

/** Characters that end a line, control a terminal or change the direction of text. */
const CONTROLS = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** The interfaces of `wasi:logging` for the guest of `cx`. Without a grant, messages are dropped. */
export function createLogging(cx: Context) {
  return {
    logging: {
      log: (level: LogLevel, context: string, message: string): void =>
        cx.log({ level, context, message }),
    },
  };
}

/** Writes each message as one line: `warn context: message`. */
export function logTo(sink: ByteSink): (entry: LogEntry) => void {
  const encoder = new TextEncoder();
  return ({ level, context, message }) => {
    const head = context === '' ? level : `${level} ${plain(context)}`;
    try {
      sink.write(encoder.encode(`${head}: ${plain(message)}\n`));
    } catch (error) {
      // `log` returns no error. The limit on output is a trap; other failures are ignored.
      if (errnoOf(error) === 'EDQUOT') throw trap((error as Error).message);
    }
  };
}

function plain(text: string): string {
  return text.replace(CONTROLS, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
