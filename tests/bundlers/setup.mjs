/** Prerequisites of a bundler run. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed, root } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A folder for applications, where bundlers and packages are found. */
export const scratch = join(here, 'scratch');

/**
 * Installs the tools, and the transformers as npm would put them beside Parcel and Jest.
 *
 * @param {boolean} older whether older majors are needed too
 */
export async function prepare(older = false) {
  await installed(here, '@parcel/core/package.json');
  if (older) await installed(join(here, 'matrix'), 'vite5/package.json');
  for (const [name, folder] of [
    ['parcel-transformer', 'parcel'],
    ['jest', 'jest'],
  ]) {
    cpSync(`${root}npm/${folder}`, join(here, 'node_modules/@windlass', name), { recursive: true });
  }
}
