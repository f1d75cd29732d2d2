import { invalidOption } from '../../error.js';
import { embed, encodings } from '../../tools.js';
import { oneOf } from '../../options.js';
import { readWasm } from '../component.js';
import { sayWritten, stem, writeOutput } from '../files.js';
import { withWayTo, witFiles } from '../wit.js';

/** Options of `windlass embed`, as the command line has them. */
export interface EmbedFlags {
  world?: string;
  encoding: string;
  out?: string;
  json?: boolean;
}

/** `windlass embed`: writes into a core module what its world is. */
export async function embedCommand(
  witPath: string,
  path: string,
  flags: EmbedFlags,
): Promise<void> {
  const encoding = oneOf(encodings, flags.encoding, 'there is no encoding');
  const wit = witFiles(witPath);
  if (!wit) {
    throw invalidOption(`\`${witPath}\` is no WIT`, 'name a `.wit` file or a folder of them');
  }
  const module = await readWasm(path);
  const encoder = new TextEncoder();
  const files = wit.map(([name, text]) => ({ name, bytes: encoder.encode(text) }));
  const bytes = withWayTo(witPath, wit, () => embed(module, files, flags.world, encoding));
  const out = flags.out ?? `${stem(path)}.embedded.wasm`;
  writeOutput(out, bytes);
  sayWritten(out, bytes, flags.json);
}
