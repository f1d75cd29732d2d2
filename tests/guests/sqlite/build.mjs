import { dirname, join } from 'node:path';
import { crate, guests, tools, zigCc } from '../lib/steps.mjs';

export const sources = ['requirements.txt', 'Cargo.lock', 'tools'];

export async function build(scratch) {
  const core = join(scratch, 'core.wasm');
  const out = join(scratch, 'sqlite.wasm');
  await tools('bindgen-c', join(guests, 'sqlite/wit'), 'sqlite', 'utf8', scratch);
  const sqlite = join(dirname(await crate('libsqlite3-sys')), 'sqlite3');
  const files = ['sqlite.c', 'sqlite_component_type.o'].map((file) => join(scratch, file));
  const flags = ['-std=gnu17', '-Os', '-mexec-model=reactor', '-I', scratch, '-I', sqlite];
  // Parts of the C library that WASI has no system for.
  const emulated = ['MMAN', 'GETPID', 'SIGNAL', 'PROCESS_CLOCKS'];
  for (const name of emulated) {
    flags.push(
      `-D_WASI_EMULATED_${name}`,
      `-lwasi-emulated-${name.toLowerCase().replace('_', '-')}`,
    );
  }
  const features = ['DQS=0', 'ENABLE_FTS5', 'ENABLE_MATH_FUNCTIONS', 'OMIT_DEPRECATED'];
  flags.push(...features.map((feature) => `-DSQLITE_${feature}`));
  const sources = [join(sqlite, 'sqlite3.c'), join(guests, 'sqlite/guest.c')];
  await zigCc(...flags, ...sources, ...files, '-o', core);
  await tools('component', 'reactor', core, out);
  return out;
}
