import { invalidOption } from './error.js';

/** Reads `host::guest[:ro]`, or `both[:ro]` for the same path on both sides. */
export function preopen(text: string): { host: string; guest: string; readOnly: boolean } {
  const readOnly = text.endsWith(':ro');
  const pair = readOnly ? text.slice(0, -':ro'.length) : text;
  const [host, guest = host, ...rest] = pair.split('::');
  if (!host || !guest || rest.length > 0) {
    throw invalidOption(`\`${text}\` is no directory`, 'write `host::guest` or `host::guest:ro`');
  }
  return { host, guest, readOnly };
}
