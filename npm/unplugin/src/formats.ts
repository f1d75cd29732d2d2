/** Formats of Rollup's kind, of which some have no `await` at the top. */
import { WindlassError } from 'windlass';
import { described } from './imports.js';
import type { Session } from './session.js';

/** The part of output options that is used. */
export interface Output {
  format?: string;
}

/** Whether modules of a format may await at their top. */
export function formatAwaits(format = 'es'): boolean {
  return /^(?:esm?|module|system(?:js)?)$/.test(format);
}

/**
 * Refuses a format that was named too late.
 *
 * @throws an error that names the option, where a component awaits its core modules
 */
export function checkFormat(session: Session, format: string | undefined): void {
  const [component] = session.awaiting;
  if (component === undefined || formatAwaits(format)) return;
  const error = new WindlassError({
    code: 'top-level-await',
    message: `the output format \`${format}\` has no top-level await, by which core modules are loaded from files`,
    at: component,
    help: 'pass `inline: true` or `tla: false` to the plugin, or use the format `es`',
  });
  throw described(error, component);
}
