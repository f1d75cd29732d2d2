// Every interface, function, resource, constructor, method and static of WASI 0.2, the drafts and
// the provided packages of WASI 0.3 exists under its JavaScript name, in `createWasi` and in the
// subpath modules.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { createWasi as versioned } from '@windlass/wasi';

import { createWasi, createWasi3 } from './lib.mjs';

const wit = new URL('../../wit/', import.meta.url);
/** The packages of WASI 0.3 that there are. */
const packages3 = ['cli', 'clocks', 'filesystem', 'random'];
/** Exported by guests, never imported from a host. */
const guestInterfaces = new Set(['wasi:cli/run', 'wasi:http/incoming-handler']);

const camelCase = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascalCase = (name) => camelCase(`-${name}`);

/** Lists what the interfaces of a WIT file define: `[interface, resource?, kind, name]`. */
function readItems(text) {
  const items = [];
  let packageName;
  let interfaceName;
  let resource;
  let depth = 0;
  for (const rawLine of text.split('\n')) {
    const line = rawLine.replace(/\/\/.*$/, '').trim();
    let match;
    if ((match = /^package ([\w:-]+)@/.exec(line))) packageName = match[1];
    if ((match = /^interface ([\w-]+) \{/.exec(line))) {
      interfaceName = `${packageName}/${match[1]}`;
      items.push({ interfaceName, kind: 'interface' });
    }
    const at = { interfaceName, resource };
    if ((match = /^resource %?([\w-]+)( \{|;)/.exec(line))) {
      items.push({ interfaceName, kind: 'resource', name: match[1] });
      if (match[2] === ' {') resource = { name: match[1], depth };
    } else if (interfaceName && (match = /^%?([\w-]+): (static |async )?func\(/.exec(line))) {
      const kind = resource ? (match[2] === 'static ' ? 'static' : 'method') : 'function';
      items.push({ ...at, kind, name: match[1] });
    } else if (line.startsWith('constructor(')) {
      items.push({ ...at, kind: 'constructor' });
    }
    depth += (line.match(/\{/g) ?? []).length - (line.match(/\}/g) ?? []).length;
    if (resource && depth <= resource.depth) resource = undefined;
    if (depth === 0) interfaceName = undefined;
  }
  return items;
}

function checkItem(item, shim) {
  const { kind, name, resource } = item;
  if (kind === 'interface') return assert.equal(typeof shim, 'object');
  if (kind === 'function') return assert.equal(typeof shim[camelCase(name)], 'function');
  const Class = shim[pascalCase(kind === 'resource' ? name : resource.name)];
  assert.equal(typeof Class, 'function');
  assert.equal(typeof Class.prototype[Symbol.dispose], 'function');
  if (kind === 'method') assert.equal(typeof Class.prototype[camelCase(name)], 'function');
  if (kind === 'static') assert.equal(typeof Class[camelCase(name)], 'function');
}

const read = (folder, files) =>
  files.flatMap((file) => readItems(readFileSync(new URL(`${folder}/${file}`, wit), 'utf8')));

const items = ['wasi-0.2', 'drafts'].flatMap((folder) =>
  read(folder, readdirSync(new URL(folder, wit))),
);
/** Interfaces that only name types have no counterpart. */
const withItems = (items) =>
  items.filter(({ kind, interfaceName }) => {
    const isOf = (item) => item.kind !== 'interface' && item.interfaceName === interfaceName;
    return kind !== 'interface' || items.some(isOf);
  });
const items3 = withItems(
  read(
    'wasi-0.3',
    packages3.map((name) => `${name}.wit`),
  ),
);

test('the WIT is read whole', () => {
  const kinds = ['interface', 'resource', 'function', 'method', 'static', 'constructor'];
  const counts = (items) => kinds.map((kind) => items.filter((item) => item.kind === kind).length);
  assert.deepEqual(counts(items), [37, 26, 44, 142, 4, 4]);
  assert.deepEqual(counts(items3), [19, 3, 27, 25, 0, 0]);
});

for (const [all, imports, folder] of [
  [items, createWasi(), ''],
  [items3, createWasi3(), 'p3/'],
]) {
  for (const [index, item] of all.entries()) {
    const { interfaceName, resource, kind, name } = item;
    if (guestInterfaces.has(interfaceName)) continue;
    const path = [interfaceName, resource?.name, kind, name].filter(Boolean).join(' ');
    test(`${folder}${index}: ${path}`, async () => {
      const [, packageName, key] = /^wasi:([\w-]+)\/([\w-]+)$/.exec(interfaceName);
      checkItem(item, imports[interfaceName]);
      const module = await import(`@windlass/wasi/${folder}${packageName}`);
      checkItem(item, module[camelCase(key)]);
    });
  }

  test(`nothing is offered that the WIT does not have: ${folder}`, () => {
    const names = new Set(all.map((item) => item.interfaceName));
    for (const name of Object.keys(imports)) assert.ok(names.has(name), name);
  });
}

test('no version is taken for another', () => {
  const isDraft = /^wasi:(config|keyvalue|logging)\/.*@0\.[12]\.0-(draft|rc\.1)$/;
  for (const name of Object.keys(versioned())) {
    assert.ok(/@0\.[23]\.\d+$/.test(name) || isDraft.test(name), name);
  }
});
