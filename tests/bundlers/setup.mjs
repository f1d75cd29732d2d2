/** What has to be there before a bundler runs. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmInstall, root } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A folder for applications, where bundlers and packages are found. */
export const scratch = join(here, 'scratch');

/** Installs the bundlers, and the transformer as npm would put it beside Parcel. */
export function prepare() {
  if (!existsSync(join(here, 'node_modules/@parcel/core'))) {
    execFileSync('npm', [...npmInstall, '--ignore-scripts'], {
      cwd: here,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  }
  const transformer = join(here, 'node_modules/@windlass/parcel-transformer');
  cpSync(`${root}npm/parcel`, transformer, { recursive: true });
}
