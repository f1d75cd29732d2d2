import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guests, npm } from '../lib/steps.mjs';

export const sources = ['package-lock.json'];

export async function build(scratch) {
  await npm();
  const { componentize } = await import('@bytecodealliance/componentize-js');
  const folder = join(guests, 'js');
  const { component } = await componentize({
    sourcePath: join(folder, 'app.js'),
    witPath: join(folder, 'wit'),
    worldName: 'js',
    disableFeatures: ['http', 'fetch-event'],
  });
  const out = join(scratch, 'js.wasm');
  writeFileSync(out, component);
  return out;
}
