/** Declarations of all components of an application, before anything is built. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kindOfFile } from 'windlass/kind';
import type { Session } from './session.js';

/** Folders of what is no source: `node_modules`, and what tools write. */
const skipped = /^(?:\..*|node_modules|build|coverage|dist|out|target)$/;

/**
 * Writes the declarations of each component below the root, unless they are as new as it.
 *
 * Frameworks have commands that write types (`next typegen`, `astro sync` and so on), which
 * ask for the configuration and resolve no import.
 */
export async function writeTypesOfProject(session: Session): Promise<void> {
  try {
    await session.readConfig();
  } catch {
    return;
  }
  for (const path of componentsIn(session.generator.root)) {
    try {
      session.generator.declare(path);
    } catch {
      // As with the configuration: the build that imports it tells of it.
    }
  }
}

/** The paths of components in a folder and those below it. */
export function* componentsIn(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.test(entry.name)) yield* componentsIn(path);
    } else if (entry.name.endsWith('.wasm') && kindOfFile(path) === 'component') yield path;
  }
}
