import { join } from 'node:path';
import { guests, tools, zigCc } from '../lib/steps.mjs';

export const sources = ['requirements.txt', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'c.wasm');
  await tools('bindgen-c', join(guests, 'c/wit'), 'c', 'utf8', scratch);
  const bindings = ['c.c', 'c_component_type.o'].map((file) => join(scratch, file));
  const flags = ['-std=gnu17', '-Oz', '-Wall', '-Wextra', '-mexec-model=reactor', '-I', scratch];
  await zigCc(...flags, join(guests, 'c/guest.c'), ...bindings, '-o', core);
  await tools('component', 'reactor', core, out);
  return out;
}
