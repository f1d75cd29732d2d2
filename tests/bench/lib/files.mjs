/** Files in folders, and what they weigh. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the files below a folder. */
export function filesBelow(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Bytes of the files below a folder. */
export function sizeOf(dir) {
  return filesBelow(dir).reduce((sum, path) => sum + statSync(path).size, 0);
}

/** The JavaScript below a folder in one piece. */
export function javascriptIn(dir) {
  return Buffer.concat(
    filesBelow(dir)
      .filter((path) => /\.[cm]?js$/.test(path))
      .map((path) => readFileSync(path)),
  );
}
