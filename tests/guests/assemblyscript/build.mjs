import { join } from 'node:path';
import { guests, npm, run, tools } from '../lib/steps.mjs';

export const sources = ['package-lock.json', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const compiled = join(scratch, 'compiled.wasm');
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'assemblyscript.wasm');
  await npm();
  const asc = join(guests, 'node_modules/assemblyscript/bin/asc.js');
  const flags = [
    '--optimizeLevel',
    '3',
    '--runtime',
    'minimal',
    '--extension',
    'as',
    '--exportRuntime',
    '--use',
    'abort=',
  ];
  await run(process.execPath, [
    asc,
    'assemblyscript/assembly/index.as',
    ...flags,
    '--outFile',
    compiled,
  ]);
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
