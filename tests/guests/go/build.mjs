import { join } from 'node:path';
import { go, tools } from '../lib/steps.mjs';

export const sources = ['requirements.txt', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const compiled = join(scratch, 'compiled.wasm');
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'go.wasm');
  await go('go', compiled);
  // 256 MiB, of which only what is used is ever taken.
  await tools('reserve', '4096', compiled, core);
  await tools('component', 'command', core, out);
  return out;
}
