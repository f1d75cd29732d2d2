/** Module specifiers that people write as paths. */
import { hostFlavour } from './preopen.js';

const paths = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

/** A specifier that begins at a folder when it is a path, as a URL. */
export function specifierFrom(folder: string, specifier: string, flavour = hostFlavour): string {
  const windows = flavour === 'win32';
  const isPath = windows
    ? /^(?:\.{0,2}\/|\.{1,2}\\|[a-z]:[\\/]|\\\\)/i.test(specifier)
    : /^\.{0,2}\//.test(specifier);
  if (!isPath) return specifier;
  const [, path = '', member = ''] = /^(.*?)(#[^#/\\]*)?$/s.exec(specifier) ?? [];
  const absolute = paths[flavour].resolve(folder, path);
  return pathToFileURL(absolute, { windows }).href + member;
}

/** A specifier as a module in a folder has it: a file's URL becomes a path from there, if there is one. */
export function specifierIn(folder: string, specifier: string, flavour = hostFlavour): string {
  if (!specifier.startsWith('file:')) return specifier;
  const windows = flavour === 'win32';
  const [, url = '', member = ''] = /^([^#]*)(#.*)?$/s.exec(specifier) ?? [];
  const { relative, isAbsolute, resolve } = paths[flavour];
  const way = relative(resolve(folder), fileURLToPath(url, { windows }));
  // On another drive.
  if (isAbsolute(way)) return specifier;
  const path = windows ? way.replaceAll('\\', '/') : way;
  // Engines take a specifier for a part of a URL.
  const escaped = path.replace(/[%?#]/g, encodeURIComponent);
  return (escaped.startsWith('../') ? escaped : `./${escaped}`) + member;
}
