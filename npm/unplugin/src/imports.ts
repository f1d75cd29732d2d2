/** What imports say, and how a refusal is told: the same for every bundler. */
import { WindlassError } from 'windlass';
import type { Variant } from './modules.js';

/** Where types are imported, which no bundler gets to see. */
export const typeScript = /\.[cm]?tsx?$/;
const witImport = /(?:\bfrom|\bimport)\s*\(?\s*(["'])([^"'\n]+\.wit)\1/g;

/** The specifiers of files of WIT in a module. */
export function witImportsIn(code: string): string[] {
  return [...code.matchAll(witImport)].map(([, , specifier = '']) => specifier);
}

/** What an import asks for; nothing if that is another plugin's or the bundler's affair. */
export function variantOf(query: string | undefined, framework: string): Variant | undefined {
  // Vite adds parameters of its own.
  const names = [...new URLSearchParams(query).keys()].filter(
    (name) => name !== 't' && name !== 'v' && name !== 'import',
  );
  const [name = 'exports'] = names;
  if (names.length > 1) return undefined;
  if (name === 'url') return framework === 'vite' ? undefined : name;
  return name === 'exports' || name === 'instantiate' || name === 'inline' ? name : undefined;
}

/** A refusal as bundlers show errors: all that is known in the message, and as a code frame. */
export function described(error: unknown, component: string): Error {
  if (!(error instanceof WindlassError)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const { code, message, at, offset, help } = error;
  const lines = [`error[${code}]: ${message}`];
  const place = offset === undefined ? '' : ` (component offset 0x${offset.toString(16)})`;
  lines.push(`  at ${at ?? component}${place}`);
  if (help !== undefined) lines.push(`  help: ${help}`);
  const shown = new Error(`${component}: ${lines[0]?.replace('error', '')}`);
  shown.stack = '';
  return Object.assign(shown, {
    code,
    id: component,
    plugin: 'windlass',
    frame: lines.join('\n'),
    cause: error,
  });
}
