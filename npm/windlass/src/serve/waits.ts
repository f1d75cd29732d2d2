/** The functions of WASI 0.2 by which a component waits. */
import type { Inspection } from '../inspection.js';

/** Those that a component imports, as `asyncImports` has them. */
export function waitsOf({ imports }: Inspection): string[] {
  return imports
    .filter(({ name }) => /^wasi:io\/(?:poll|streams)@0\.2\.\d+$/.test(name))
    .flatMap(({ name, items = [] }) =>
      items
        .filter((item) => item.kind === 'func' && /block|^poll$/.test(item.name))
        .map((item) => `${name}#${item.name}`),
    );
}
