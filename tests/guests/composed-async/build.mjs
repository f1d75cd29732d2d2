import { join } from 'node:path';
import { cargo, guest, tools } from '../lib/steps.mjs';

export const needs = ['rust-async'];
export const sources = ['Cargo.lock', 'Cargo.toml', 'rust-async/wit', 'tools'];

export async function build(scratch) {
  const out = join(scratch, 'composed-async.wasm');
  await tools('compose', out, await cargo('composed-async'), guest('rust-async'));
  return out;
}
