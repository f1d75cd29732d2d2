/** Metadata of a component, in custom sections of one text each. */
import type { Inspection } from './inspection.js';

/** Names of these sections, those that tools write (wasm-metadata). */
export type MetadataKey =
  | 'authors'
  | 'description'
  | 'homepage'
  | 'licenses'
  | 'revision'
  | 'source'
  | 'version';

const keys: ReadonlySet<string> = new Set<MetadataKey>([
  'authors',
  'description',
  'homepage',
  'licenses',
  'revision',
  'source',
  'version',
]);

/** The metadata of the component itself, not of what is in it. */
export function metadataOf(
  bytes: Uint8Array,
  { customSections }: Pick<Inspection, 'customSections'>,
): Map<MetadataKey, string> {
  const found = new Map<MetadataKey, string>();
  for (const { name, depth, offset, size } of customSections) {
    if (depth !== 0 || !keys.has(name)) continue;
    // The contents of a custom section begin with its name, and that with its length.
    const begin = offset + 1 + name.length;
    const text = new TextDecoder().decode(bytes.subarray(begin, offset + size)).trim();
    if (text !== '') found.set(name as MetadataKey, text);
  }
  return found;
}
