import { join } from 'node:path';
import { cargo, guest, tools } from '../lib/steps.mjs';

export const needs = ['c', 'assemblyscript'];
export const sources = ['Cargo.lock', 'Cargo.toml', 'c/wit', 'tools'];

export async function build(scratch) {
  const out = join(scratch, 'composed-three.wasm');
  await tools('compose', out, await cargo('composed-three'), guest('c'), guest('assemblyscript'));
  return out;
}
