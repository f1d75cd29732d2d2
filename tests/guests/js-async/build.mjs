import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guests, npm } from '../lib/steps.mjs';

export const sources = ['package-lock.json'];

export async function build(scratch) {
  await npm();
  const { componentize } = await import('componentize-qjs');
  const folder = join(guests, 'js-async');
  const { component } = await componentize({
    witPath: join(folder, 'wit'),
    jsSource: readFileSync(join(folder, 'app.js'), 'utf8'),
    jsPath: join(folder, 'app.js'),
    moduleRoot: folder,
    optSize: true,
  });
  const out = join(scratch, 'js-async.wasm');
  writeFileSync(out, component);
  return out;
}
