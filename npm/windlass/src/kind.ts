/** The kind of a file, by its first bytes. */

/** The kinds that a preamble announces. */
export type Kind = 'component' | 'core' | 'other';

/** Bytes of the preamble: `\0asm`, version, layer. */
const PREAMBLE = 8;

/** Tells a component from a core module: bytes 6 and 7 are the layer. */
export function kindOf(bytes: Uint8Array): Kind {
  const [a, b, c, d, , , layer, layerHigh] = bytes;
  if (a !== 0 || b !== 0x61 || c !== 0x73 || d !== 0x6d) return 'other';
  if (layer === 1 && layerHigh === 0) return 'component';
  return layer === 0 && layerHigh === 0 ? 'core' : 'other';
}

/** {@link kindOf} of a file; `other` when it cannot be read, since others report that better. */
export function kindOfFile(path: string): Kind {
  // Asked for when it is used: browsers load this module too.
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
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
