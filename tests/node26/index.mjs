/**
 * The path of Node 26: `import { node26 } from '../node26/index.mjs'`.
 *
 * These are the platform packages that `node@26` on npm would fetch by an
 * install script; naming them directly needs no script.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { npmInstall } from '../lib/setup.mjs';

const platform = process.platform === 'win32' ? 'win' : process.platform;
const program = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
const here = fileURLToPath(new URL('.', import.meta.url));

/** Absolute path of the Node 26 program, installed on first use. */
export const node26 = install();

function install() {
  const path = `${here}node_modules/node-${platform}-${process.arch}/${program}`;
  if (!existsSync(path)) {
    execFileSync('npm', npmInstall, {
      cwd: here,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  }
  if (!existsSync(path)) {
    throw new Error(`Node 26 has no npm package for ${process.platform} ${process.arch}`);
  }
  return path;
}
