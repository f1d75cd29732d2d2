import { join } from 'node:path';
import { guests, python, run } from '../lib/steps.mjs';

export const sources = ['requirements.txt'];

export async function build(scratch) {
  const out = join(scratch, 'python.wasm');
  const world = ['--wit-path', 'wit', '--world', 'python'];
  await run(
    join(await python(), 'componentize-py'),
    [...world, 'componentize', 'app', '--output', out],
    {
      cwd: join(guests, 'python'),
    },
  );
  return out;
}
