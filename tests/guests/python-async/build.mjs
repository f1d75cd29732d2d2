import { join } from 'node:path';
import { guests, python, run } from '../lib/steps.mjs';

export const sources = ['requirements.txt'];

export async function build(scratch) {
  const out = join(scratch, 'python-async.wasm');
  const world = ['--wit-path', 'wit', '--world', 'python-async'];
  await run(
    join(await python(), 'componentize-py'),
    [...world, 'componentize', 'app', '--output', out],
    {
      cwd: join(guests, 'python-async'),
    },
  );
  return out;
}
