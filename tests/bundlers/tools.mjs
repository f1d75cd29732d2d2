/** The tools by name and major: the newest of each is installed here, older ones in `matrix/`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Tool
 * @property {string} label how it is written
 * @property {string} package
 * @property {number} oldest the oldest major that is supported
 * @property {number} newest
 */

/** @type {Record<string, Tool>} */
export const versions = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

/** The majors of a tool, oldest first. */
export function majorsOf(name) {
  const { oldest, newest } = versions[name];
  return Array.from({ length: newest - oldest + 1 }, (_, i) => oldest + i);
}

/** The module of a tool, of its newest major unless one is named. */
export async function load(name, major = versions[name].newest) {
  const { package: specifier, newest } = versions[name];
  if (major === newest) return import(specifier);
  const older = await import('./matrix/load.mjs');
  return older.load(`${name}${major}`);
}

/** Compares what is named here with what is installed. */
export function checkVersions(older) {
  for (const [name, { package: specifier, newest }] of Object.entries(versions)) {
    // Bun is a program of the tests of runtimes.
    if (name === 'bun') continue;
    assert.equal(majorOf(specifier, import.meta.url), newest, name);
    for (const major of older ? majorsOf(name).slice(0, -1) : []) {
      const here = new URL('matrix/', import.meta.url);
      assert.equal(majorOf(`${name}${major}`, here), major, `${name} ${major}`);
    }
  }
}

/** The major of a package that is installed beside a module. */
function majorOf(specifier, from) {
  const path = new URL(`node_modules/${specifier}/package.json`, from);
  return Number.parseInt(JSON.parse(readFileSync(path, 'utf8')).version, 10);
}
