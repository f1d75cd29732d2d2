/** Tools that look at packages, installed on first use. */
import { fileURLToPath } from 'node:url';
import { installed } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The arguments of `process.execPath` that run `attw`, before its own. */
export const attw = await installed(here, '@arethetypeswrong/cli/dist/index.js');

/** The same for `knip`. */
export const knip = await installed(here, 'knip/bin/knip.js');
