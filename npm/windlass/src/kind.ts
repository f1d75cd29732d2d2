/** What bytes are, told by the first of them. */

/** What a preamble announces. */
export type Kind = 'component' | 'core' | 'other';

/** Tells a component from a core module: bytes 6 and 7 are the layer. */
export function kindOf(bytes: Uint8Array): Kind {
  const [a, b, c, d, , , layer, layerHigh] = bytes;
  if (a !== 0 || b !== 0x61 || c !== 0x73 || d !== 0x6d) return 'other';
  if (layer === 1 && layerHigh === 0) return 'component';
  return layer === 0 && layerHigh === 0 ? 'core' : 'other';
}
