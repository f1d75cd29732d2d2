import { invalidOption } from '../../error.js';
import { compose } from '../../tools.js';
import { readFile, sayWritten, stem, writeOutput } from '../files.js';

/** Options of `windlass compose`, as the command line has them. */
export interface ComposeFlags {
  plug?: string[];
  out?: string;
  json?: boolean;
}

/** `windlass compose`: plugs components into another. */
export function composeCommand(path: string, flags: ComposeFlags): void {
  const { plug = [] } = flags;
  if (plug.length === 0) {
    throw invalidOption('there is nothing to plug in', 'name components with `--plug`');
  }
  const bytes = compose(readFile(path), plug.map(readFile));
  const out = flags.out ?? `${stem(path)}.composed.wasm`;
  writeOutput(out, bytes);
  sayWritten(out, bytes, flags.json);
}
