/** Tools that look at packages, installed on first use. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { capture, npmInstall } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What `attw` needs of `process.execPath` before its own arguments. */
export const attw = await installed('@arethetypeswrong/cli/dist/index.js');

/** The same for `knip`. */
export const knip = await installed('knip/bin/knip.js');

async function installed(path) {
  const program = `${here}node_modules/${path}`;
  if (!existsSync(program)) {
    const { code, output } = await capture('npm', [...npmInstall, '--ignore-scripts'], {
      cwd: here,
    });
    if (code !== 0) throw new Error(`npm install failed\n${output}`);
  }
  return program;
}
