import { join } from 'node:path';
import { runCargo } from '../lib/steps.mjs';

/** As it is on crates.io, with its own lock file. */
const version = '15.2.0';

export async function build(scratch) {
  const flags = ['--locked', '--target', 'wasm32-wasip2', '--force', '--no-track'];
  await runCargo('install', `ripgrep@${version}`, ...flags, '--root', scratch);
  return join(scratch, 'bin/rg.wasm');
}
