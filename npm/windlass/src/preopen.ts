import { invalidOption } from './error.js';

/** A directory of the host as a component sees it. */
export interface Preopen {
  host: string;
  guest: string;
  readOnly: boolean;
}

/** Reads directories, of which each has a path of its own in the component. */
export function preopens(texts: readonly string[]): Preopen[] {
  const all = texts.map(preopen);
  const seen = new Set<string>();
  for (const { guest } of all) {
    const path = guest.replace(/(?!^)\/+$/, '');
    if (seen.has(path)) {
      throw invalidOption(`two directories are \`${path}\` to the component`);
    }
    seen.add(path);
  }
  return all;
}

/** Reads `host::guest[:ro]`, or `both[:ro]` for the same path on both sides. */
function preopen(text: string): Preopen {
  const parts = text.split('::');
  const last = parts.pop()!;
  const readOnly = last.endsWith(':ro');
  const guest = readOnly ? last.slice(0, -':ro'.length) : last;
  const [host = guest, ...rest] = parts;
  // A path on both sides may have such a name, and a drive of Windows in it.
  const otherwise = parts.length > 0 && /:[a-z]*$/i.test(guest);
  if (!host || !guest || rest.length > 0 || otherwise) {
    throw invalidOption(`\`${text}\` is no directory`, 'write `host::guest` or `host::guest:ro`');
  }
  return { host, guest, readOnly };
}
