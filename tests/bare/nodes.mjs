/** Nodes that are too old for windlass, by what tests call them: `[path, version]`. */
import { fileURLToPath } from 'node:url';
import { installed } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { platform, arch } = process;
const windows = platform === 'win32';
const suffix = `${windows ? 'win' : platform}-${arch}/bin/node${windows ? '.exe' : ''}`;

/** Paths of the programs by their versions. */
export const oldNodes = {};
for (const version of ['12', '16', '18', '20.10']) {
  // There is none for this machine where its kind is younger than that Node.
  if (version === '12' && platform === 'darwin' && arch === 'arm64') continue;
  oldNodes[version] = await installed(here, `node${version}-${suffix}`);
}
