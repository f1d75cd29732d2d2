import type { Failure } from '@windlass/wasm';

/**
 * The error that every function of this package throws when its input is refused.
 *
 * `code` is for programs, the same whether the addon or the Wasm build was at
 * work: `invalid-component`, `core-module`, `not-wasm`, `wit-package`, `unsupported`,
 * `unknown-import`, `invalid-option`, `budget-exceeded`, `invalid-wit`,
 * `no-binding`, `internal`. What has to do with registries has `not-found`,
 * `unauthorized`, `unreachable`, `registry`, `digest-mismatch`, `no-component`,
 * `exists`, `too-large` or `invalid-lock`; what makes components `cannot-compose`,
 * `invalid-module` or `no-world`; a file of settings `invalid-config`. The command
 * line adds `unreadable`, `unwritable`, `no-command`, `no-service`, `cannot-listen`, `trap` and
 * `usage`.
 */
export class WindlassError extends Error {
  override readonly name = 'WindlassError';
  readonly code: string;
  /** Location: a WIT path or a file. */
  readonly at?: string;
  /** Byte offset in the component. */
  readonly offset?: number;
  /** The way out. */
  readonly help?: string;

  constructor({ code, message, at, offset, help }: Failure) {
    // Parts of it are names that a component, a registry or a file gave.
    super(plain(message, '\n\t'));
    this.code = code;
    if (at !== undefined) this.at = plain(at, '\n\t');
    if (offset !== undefined) this.offset = offset;
    if (help !== undefined) this.help = plain(help, '\n\t');
  }

  /** The fields for a machine, `JSON.stringify` uses them. */
  toJSON(): Failure {
    const { code, message, at, offset, help } = this;
    return { code, message, at, offset, help };
  }
}

/**
 * Text that shows what it says and does nothing else, for text that is anybody's: escapes
 * control characters, those that turn the direction, and those that nobody sees.
 * `plain` of the transpiler (`text.rs`) is the same for what it emits.
 *
 * @param kept controls that stay
 */
export function plain(text: string, kept: '' | '\n\t' = ''): string {
  return text.replace(hidden, (c) =>
    kept.includes(c) ? c : `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}

const hidden =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Why an option is refused. */
export function invalidOption(message: string, help?: string): WindlassError {
  return new WindlassError({ code: 'invalid-option', message, help });
}
