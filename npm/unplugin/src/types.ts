/** Types of the files of WIT that modules in TypeScript import from. */
import { existsSync } from 'node:fs';
import type { Find } from './find.js';
import { witImportsIn } from './imports.js';
import { witModule } from './load.js';
import { pathOf } from './resolve.js';
import type { Session } from './session.js';

/**
 * Writes the types of the files of WIT that a module imports types from.
 *
 * @param addWatchFile told of these files
 */
export async function writeTypesFor(
  session: Session,
  code: string,
  id: string,
  find: Find,
  addWatchFile: (path: string) => void,
): Promise<void> {
  for (const specifier of witImportsIn(code)) {
    const path = await pathOf(specifier, id.replace(/[?#].*$/s, ''), session.generator.root, find);
    if (path === undefined || !existsSync(path)) continue;
    addWatchFile(path);
    witModule(session, path);
  }
}
