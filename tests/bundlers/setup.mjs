/** What has to be there before a bundler runs. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed, root } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A folder for applications, where bundlers and packages are found. */
export const scratch = join(here, 'scratch');

/**
 * Installs the bundlers, and the transformer as npm would put it beside Parcel.
 *
 * @param {boolean} older whether older majors are needed too
 */
export async function prepare(older = false) {
  await installed(here, '@parcel/core/package.json');
  if (older) await installed(join(here, 'matrix'), 'vite5/package.json');
  const transformer = join(here, 'node_modules/@windlass/parcel-transformer');
  cpSync(`${root}npm/parcel`, transformer, { recursive: true });
}
