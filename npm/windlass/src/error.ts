import type { Failure } from '@windlass/wasm';

/**
 * What every function of this package throws when its input is refused.
 *
 * `code` is for programs, the same whether the addon or the Wasm build was at
 * work: `invalid-component`, `core-module`, `not-wasm`, `unsupported`,
 * `unknown-import`, `invalid-option`, `budget-exceeded`, `invalid-wit`,
 * `no-binding`, `internal`. What has to do with registries has `not-found`,
 * `unauthorized`, `unreachable`, `registry`, `digest-mismatch`, `no-component`,
 * `exists` or `invalid-lock`; what makes components `cannot-compose`,
 * `invalid-module` or `no-world`; a file of settings `invalid-config`. The command
 * line adds `unreadable`, `unwritable`, `no-command`, `trap` and `usage`.
 */
export class WindlassError extends Error {
  override readonly name = 'WindlassError';
  readonly code: string;
  /** Where: a WIT path or a file. */
  readonly at?: string;
  /** Byte offset in the component. */
  readonly offset?: number;
  /** What to do about it. */
  readonly help?: string;

  constructor({ code, message, at, offset, help }: Failure) {
    super(message);
    this.code = code;
    if (at !== undefined) this.at = at;
    if (offset !== undefined) this.offset = offset;
    if (help !== undefined) this.help = help;
  }

  /** The fields for a machine, `JSON.stringify` uses them. */
  toJSON(): Failure {
    const { code, message, at, offset, help } = this;
    return { code, message, at, offset, help };
  }
}

/** Why an option is refused. */
export function invalidOption(message: string, help?: string): WindlassError {
  return new WindlassError({ code: 'invalid-option', message, help });
}
