import { wit } from '../../index.js';
import { readInput } from '../files.js';
import { sayJson, sayText } from '../print.js';

/** `windlass wit`: prints the world of a component. */
export function witCommand(path: string, flags: { json?: boolean }): void {
  const text = wit(readInput(path));
  if (flags.json) sayJson({ wit: text });
  else sayText(text);
}
