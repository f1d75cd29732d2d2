/** How Node, Deno and Bun evaluate the text of an ES module. */
import { importModule } from './import.js';

const { mkdtempSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { tmpdir } = process.getBuiltinModule('node:os');
const { join } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

/** What stacks call the module. */
const name = 'component.instantiate.mjs';

const loaded = new Map<string, Promise<unknown>>();

/**
 * Imports the text of a module that has no imports itself. It goes through a file
 * that only this user can read and that is gone when the module is there: engines
 * take longer for URLs that hold the text, which are for where nothing can be written.
 */
export function load(text: Uint8Array): Promise<unknown> {
  const key = new TextDecoder('latin1').decode(text);
  let module = loaded.get(key);
  if (!module) {
    module = importOnce(text);
    loaded.set(key, module);
  }
  return module;
}

async function importOnce(text: Uint8Array): Promise<unknown> {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), 'windlass-'));
  } catch {
    return importText(text);
  }
  try {
    const path = join(folder, name);
    try {
      writeFileSync(path, text);
    } catch {
      return await importText(text);
    }
    return await importModule(pathToFileURL(path).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Imports a text without a file: Node knows `data:` only, Bun and Deno are better at `blob:`. */
async function importText(text: Uint8Array): Promise<unknown> {
  if (process.versions['bun'] === undefined && process.versions['deno'] === undefined) {
    // Stacks would have the whole URL in each line.
    const named = Buffer.concat([text, Buffer.from(`\n//# sourceURL=${name}`)]);
    return importModule(`data:text/javascript;base64,${named.toString('base64')}`);
  }
  const blob = new Blob([text as Uint8Array<ArrayBuffer>], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    return await importModule(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
