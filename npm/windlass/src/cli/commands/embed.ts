import { invalidOption } from '../../error.js';
import { embed, encodings } from '../../tools.js';
import { nearest } from '../print.js';
import { readFile, sayWritten, stem, writeOutput } from '../files.js';
import { withWayTo, witFiles } from '../wit.js';

/** Options of `windlass embed`, as the command line has them. */
export interface EmbedFlags {
  world?: string;
  encoding: string;
  out?: string;
  json?: boolean;
}

/** `windlass embed`: writes into a core module what its world is. */
export function embedCommand(witPath: string, path: string, flags: EmbedFlags): void {
  const encoding = encodings.find((one) => one === flags.encoding);
  if (!encoding) {
    const meant = nearest(flags.encoding, encodings);
    const help = meant ? `did you mean \`${meant}\`?` : `there are ${encodings.join(', ')}`;
    throw invalidOption(`there is no encoding \`${flags.encoding}\``, help);
  }
  const wit = witFiles(witPath);
  if (!wit) {
    throw invalidOption(`\`${witPath}\` is no WIT`, 'name a `.wit` file or a folder of them');
  }
  const encoder = new TextEncoder();
  const files = wit.map(([name, text]) => ({ name, bytes: encoder.encode(text) }));
  const bytes = withWayTo(witPath, wit, () => embed(readFile(path), files, flags.world, encoding));
  const out = flags.out ?? `${stem(path)}.embedded.wasm`;
  writeOutput(out, bytes);
  sayWritten(out, bytes, flags.json);
}
