import { invalidOption } from '../../error.js';
import { compose } from '../../tools.js';
import { readWasm } from '../component.js';
import { sayWritten, stem, writeOutput } from '../files.js';

/** Options of `windlass compose`, as the command line has them. */
export interface ComposeFlags {
  plug?: string[];
  out?: string;
  json?: boolean;
}

/** `windlass compose`: plugs components into another. */
export async function composeCommand(path: string, flags: ComposeFlags): Promise<void> {
  const { plug = [] } = flags;
  if (plug.length === 0) {
    throw invalidOption('there is nothing to plug in', 'name components with `--plug`');
  }
  const bytes = compose(await readWasm(path), await Promise.all(plug.map(readWasm)));
  const out = flags.out ?? `${stem(path)}.composed.wasm`;
  writeOutput(out, bytes);
  sayWritten(out, bytes, flags.json);
}
