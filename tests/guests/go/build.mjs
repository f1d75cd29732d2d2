import { join } from 'node:path';
import { go, tools } from '../lib/steps.mjs';

export const sources = ['requirements.txt', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'go.wasm');
  await go('go', core);
  await tools('component', 'command', core, out);
  return out;
}
