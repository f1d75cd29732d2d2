/**
 * Builds guests into `build/<name>.wasm`, those whose sources have changed.
 *
 * A guest is a folder with a `build.mjs`, whose `build(scratch)` gives the path
 * of the component it made, whose `sources` name what it is made from outside
 * its folder, if anything, and whose `needs` are other guests that go into it.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guest, guests } from './steps.mjs';

/** The names of all guests. */
export const names = readdirSync(guests)
  .filter((name) => existsSync(join(guests, name, 'build.mjs')))
  .toSorted();

/**
 * @param {string} name of the guest
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function buildGuest(name) {
  const {
    build,
    sources = [],
    needs = [],
  } = await import(pathToFileURL(join(guests, name, 'build.mjs')).href);
  for (const need of needs) await buildGuest(need);
  const hash = createHash('sha256');
  for (const source of [name, ...sources]) hashPath(hash, source);
  for (const need of needs) hash.update(readFileSync(guest(need)));
  const digest = hash.digest('hex');
  const wasm = guest(name);
  const stamp = join(guests, `build/${name}.stamp`);
  if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  const scratch = join(guests, `build/scratch/${name}`);
  mkdirSync(scratch, { recursive: true });
  copyFileSync(await build(scratch), wasm);
  writeFileSync(stamp, digest);
  return true;
}

/** Hashes a file, or the files of a folder, with their paths. A guest is not built from its test. */
function hashPath(hash, path) {
  if (statSync(join(guests, path)).isDirectory()) {
    for (const name of readdirSync(join(guests, path)).toSorted()) {
      if (name !== 'test.mjs' && name !== '__pycache__') hashPath(hash, `${path}/${name}`);
    }
    return;
  }
  const contents = readFileSync(join(guests, path));
  hash.update(`${path}\0${contents.length}\0`).update(contents);
}
