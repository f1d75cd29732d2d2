import { join } from 'node:path';
import { guests, run } from '../lib/steps.mjs';

/** As it is on crates.io, with its own lock file. */
const version = '15.2.0';

export async function build(scratch) {
  const flags = [
    '--locked',
    '--target',
    'wasm32-wasip2',
    '--root',
    scratch,
    '--force',
    '--no-track',
  ];
  // Beside the other guests' files, so that an interrupted build goes on from there.
  const target = ['--target-dir', join(guests, 'build/cargo')];
  await run('cargo', ['install', `ripgrep@${version}`, ...flags, ...target]);
  return join(scratch, 'bin/rg.wasm');
}
