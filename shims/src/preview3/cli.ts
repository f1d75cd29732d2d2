/** `wasi:cli@0.3`: arguments, variables, exit, standard streams, terminals. */

import type { ByteSink } from '../host/host.js';
import { createCli as createBase } from '../preview2/cli.js';
import type { Context } from '../preview2/context.js';
import { errnoOf } from '../preview2/errors.js';
import { type Outcome, type Streamed, readBytes, writeBytes } from './streams.js';

/** The WIT `error-code`. */
export type ErrorCode = 'io' | 'illegal-byte-sequence' | 'pipe';

/** The interfaces of `wasi:cli` for the guest of `cx`. */
export function createCli(cx: Context) {
  const base = createBase(cx);
  const { initialCwd: getInitialCwd, ...variables } = base.environment;
  const writeTo = (sink: () => ByteSink) => ({
    writeViaStream: (data: ReadableStream<Uint8Array>): Promise<Outcome<ErrorCode>> =>
      writeBytes(data, () => ({ sink: sink() }), toErrorCode),
  });
  return {
    ...base,
    environment: { ...variables, getInitialCwd },
    stdin: {
      readViaStream(): Streamed<Uint8Array, ErrorCode> {
        const { stdin } = cx;
        return readBytes(cx, () => ({ source: stdin, unread: stdin.unread }), toErrorCode);
      },
    },
    stdout: writeTo(() => cx.stdout),
    stderr: writeTo(() => cx.stderr),
  };
}

function toErrorCode(error: unknown): ErrorCode {
  const errno = errnoOf(error);
  if (errno === 'EPIPE') return 'pipe';
  return errno === 'EILSEQ' ? 'illegal-byte-sequence' : 'io';
}
