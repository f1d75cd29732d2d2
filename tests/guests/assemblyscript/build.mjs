import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { guests, npm, run, tools } from '../lib/steps.mjs';

export const sources = ['package-lock.json', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const compiled = join(scratch, 'compiled.wasm');
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'assemblyscript.wasm');
  await npm();
  // The compiler wants the name of a TypeScript file, which it is not.
  const source = join(scratch, 'index.ts');
  copyFileSync(join(guests, 'assemblyscript/index.as'), source);
  const asc = join(guests, 'node_modules/assemblyscript/bin/asc.js');
  const flags = [
    '--optimizeLevel',
    '3',
    '--runtime',
    'minimal',
    '--exportRuntime',
    '--use',
    'abort=',
  ];
  await run(process.execPath, [asc, source, ...flags, '--outFile', compiled]);
  await tools(
    'embed',
    join(guests, 'assemblyscript/wit'),
    'assemblyscript',
    'utf16',
    compiled,
    core,
  );
  await tools('component', 'none', core, out);
  return out;
}
