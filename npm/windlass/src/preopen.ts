import { invalidOption } from './error.js';

/** A directory of the host as a component sees it. */
export interface Preopen {
  host: string;
  guest: string;
  readOnly: boolean;
}

/** The syntax of host paths: a drive of Windows has a colon of its own. */
export type PathFlavour = 'posix' | 'win32';

/** The syntax of paths on this system. */
export const hostFlavour: PathFlavour = process.platform === 'win32' ? 'win32' : 'posix';

/**
 * Reads directories, of which each has a path of its own in the component.
 *
 * @throws {@link WindlassError} `invalid-option`
 */
export function preopens(texts: readonly string[], flavour = hostFlavour): Preopen[] {
  const all = texts.map((text) => preopen(text, flavour));
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

/**
 * Reads `host::guest[:ro]`, or `both[:ro]` for the same path on both sides. What is not exactly
 * that is refused: a `:ro` that is not seen as one would grant to write.
 */
function preopen(text: string, flavour: PathFlavour): Preopen {
  const [drive = ''] = flavour === 'win32' ? (/^[a-z]:/i.exec(text) ?? []) : [];
  const [first = '', ...others] = text.slice(drive.length).split('::');
  const readOnly = text.endsWith(':ro');
  const cut = (path: string) => (readOnly ? path.slice(0, -':ro'.length) : path);
  const [second] = others;
  const host = second === undefined ? drive + cut(first) : drive + first;
  const guest = second === undefined ? host : cut(second);
  // A name of Windows has no colon, so that after a drive one is a mistake.
  const isOdd = drive !== '' && cut(first).includes(':');
  if (!host || !guest || others.length > 1 || guest !== guest.trim() || isOdd) {
    throw invalidOption(`\`${text}\` is no directory`, 'write `host::guest` or `host::guest:ro`');
  }
  if (second === undefined) return { host, guest, readOnly };
  if (!/:[^/]*\/*$/.test(guest)) {
    if (guest.startsWith('/') || guest === '.') return { host, guest, readOnly };
    throw invalidOption(
      `the component would find \`${text}\` at \`${guest}\`, which is no path from \`/\` on`,
      `write \`host::guest\`, with a \`/\` before the guest: \`${host}::/${guest.replace(/^(?:\.?\/)+/, '')}\``,
    );
  }
  throw invalidOption(
    `\`${text}\` is no directory: \`:ro\` is all that may come after the path`,
    'write `host::guest` or `host::guest:ro`',
  );
}
