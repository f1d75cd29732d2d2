/** How Node, Deno and Bun evaluate the text of an ES module. */
const { mkdtempSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { tmpdir } = process.getBuiltinModule('node:os');
const { join } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

const loaded = new Map<string, Promise<unknown>>();

/**
 * Imports the text of a module that has no imports itself. A `data:` URL would
 * appear whole in each line of a stack, so the text goes through a file that
 * only this user can read and that is gone when the module is there.
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
  const folder = mkdtempSync(join(tmpdir(), 'windlass-'));
  try {
    const path = join(folder, 'component.instantiate.mjs');
    writeFileSync(path, text);
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
