import { wit } from '../../index.js';
import { readWasm, withName } from '../component.js';
import { sayJson, sayText } from '../print.js';

/** `windlass wit`: prints the world of a component. */
export async function witCommand(path: string, flags: { json?: boolean }): Promise<void> {
  const { bytes } = await readWasm(path);
  const text = withName(path, () => wit(bytes));
  if (flags.json) sayJson({ wit: text });
  else sayText(text);
}
