import { basename } from 'node:path';
import { invalidOption } from '../../error.js';
import { component, type NamedFile, preview1Adapters } from '../../tools.js';
import { readWasm } from '../component.js';
import { sayWritten, stem, writeOutput } from '../files.js';

/** Options of `windlass new`, as the command line has them. */
export interface NewFlags {
  adapt?: string[];
  out?: string;
  json?: boolean;
}

const preview1Name = 'wasi_snapshot_preview1';

/** `windlass new`: makes a component out of a core module. */
export async function newCommand(path: string, flags: NewFlags): Promise<void> {
  let preview1: (typeof preview1Adapters)[number] = 'auto';
  const adapters: NamedFile[] = [];
  for (const text of flags.adapt ?? []) {
    const at = text.indexOf('=');
    const file = text.slice(at + 1);
    // A file alone is named like what it stands for, as far as the first point.
    const name = at < 0 ? basename(file).replace(/\..*/s, '') : text.slice(0, at);
    if (name === '' || file === '') {
      throw invalidOption(`\`--adapt ${text}\` names no adapter`, 'write `--adapt name=file.wasm`');
    }
    const builtIn = preview1Adapters.find((one) => one === file);
    if (text === preview1Name) preview1 = 'auto';
    else if (name === preview1Name && builtIn && at > 0) preview1 = builtIn;
    else {
      if (name === preview1Name) preview1 = 'none';
      adapters.push({ name, bytes: (await readWasm(file)).bytes });
    }
  }
  const bytes = component(await readWasm(path), adapters, preview1);
  const out = flags.out ?? `${stem(path)}.component.wasm`;
  writeOutput(out, bytes);
  sayWritten(out, bytes, flags.json);
}
