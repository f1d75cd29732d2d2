/**
 * The path of Node 26: `import { node26 } from '../node26/index.mjs'`.
 *
 * These are the platform packages that `node@26` on npm would fetch by an
 * install script; naming them directly needs no script.
 */
import { fileURLToPath } from 'node:url';
import { installed } from '../lib/setup.mjs';

const platform = process.platform === 'win32' ? 'win' : process.platform;
const program = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';

/** Absolute path of the Node 26 program, installed on first use. */
export const node26 = await installed(
  fileURLToPath(new URL('.', import.meta.url)),
  `node-${platform}-${process.arch}/${program}`,
);
