/** JavaScript that is shown to people, valid for whatever it names. */
import { plain } from './error.js';

/** The number of exports that a line names. */
const SHOWN = 5;

/**
 * The line that imports exports of a module.
 *
 * @param specifier a path is one of a URL, which {@link urlOf} gives
 */
export function importOf(names: readonly string[], specifier: string): string {
  if (names.length === 0) return `import ${quoted(specifier)};`;
  return `import ${bindings(names, ' as ')} from ${quoted(specifier)};`;
}

/** The same with `require`, which takes a path as it is. */
export function requireOf(names: readonly string[], path: string): string {
  const call = `require(${quoted(path)})`;
  return names.length === 0 ? `${call};` : `const ${bindings(names, ': ')} = ${call};`;
}

/** The first exports, each with a name that a binding may have. */
function bindings(names: readonly string[], as: string): string {
  const taken = new Set<string>();
  const shown = names.slice(0, SHOWN).map((name) => {
    let local = localOf(name);
    while (taken.has(local)) local += '_';
    taken.add(local);
    if (local === name) return name;
    return `${isIdentifier(name) ? name : quoted(name)}${as}${local}`;
  });
  const more = names.length - shown.length;
  return `{ ${shown.join(', ')}${more > 0 ? ` /* and ${more} more */` : ''} }`;
}

/** A relative path, with `/` between its parts, as a specifier: a URL, in which some characters are others. */
export function urlOf(path: string): string {
  return path.replace(/[%?#\\]/g, encodeURIComponent);
}

/** A name that a binding may have: the export's own, if it is one. */
function localOf(name: string): string {
  if (isIdentifier(name) && !reserved.has(name)) return name;
  return `${name.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=\p{Nd})/u, '_')}_`;
}

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

function quoted(text: string): string {
  return `'${plain(text.replace(/['\\]/g, '\\$&'))}'`;
}

/** Words that no binding of a module may have. */
const reserved: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum ' +
    'eval export extends false finally for function if implements import in instanceof interface ' +
    'let new null package private protected public return static super switch this throw true ' +
    'try typeof var void while with yield'
  ).split(' '),
);
