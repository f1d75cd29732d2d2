/** What a file is, told by its first bytes. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Kind, kindOf } from './kind.js';

export type { Kind } from './kind.js';
export { kindOf } from './kind.js';

/** Bytes of the preamble: `\0asm`, version, layer. */
const PREAMBLE = 8;

/** {@link kindOf} of a file; `other` when it cannot be read, since others report that better. */
export function kindOfFile(path: string): Kind {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const bytes = new Uint8Array(PREAMBLE);
    return readSync(file, bytes, 0, PREAMBLE, 0) === PREAMBLE ? kindOf(bytes) : 'other';
  } catch {
    return 'other';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
