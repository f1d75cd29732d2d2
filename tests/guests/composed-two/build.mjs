import { join } from 'node:path';
import { cargo, guest, tools } from '../lib/steps.mjs';

export const needs = ['c'];
export const sources = ['Cargo.lock', 'Cargo.toml', 'c/wit', 'tools'];

export async function build(scratch) {
  const out = join(scratch, 'composed-two.wasm');
  await tools('compose', out, await cargo('composed-two'), guest('c'));
  return out;
}
