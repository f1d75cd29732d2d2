// Every interface, function, resource, constructor, method and static of WASI 0.2 and the drafts
// exists under its JavaScript name, in `createWasi` and in the subpath modules.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { createWasi as versioned } from '@windlass/wasi';

import { createWasi } from './lib.mjs';

const witFolders = ['wasi-0.2', 'drafts'].map(
  (name) => new URL(`../../wit/${name}/`, import.meta.url),
);
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
    } else if (interfaceName && (match = /^%?([\w-]+): (static )?func\(/.exec(line))) {
      const kind = resource ? (match[2] ? 'static' : 'method') : 'function';
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

const items = witFolders.flatMap((folder) =>
  readdirSync(folder).flatMap((file) => readItems(readFileSync(new URL(file, folder), 'utf8'))),
);

test('the WIT is read whole', () => {
  const count = (kind) => items.filter((item) => item.kind === kind).length;
  assert.deepEqual(
    ['interface', 'resource', 'function', 'method', 'static', 'constructor'].map(count),
    [37, 26, 44, 142, 4, 4],
  );
});

const imports = createWasi();
for (const [index, item] of items.entries()) {
  const { interfaceName, resource, kind, name } = item;
  if (guestInterfaces.has(interfaceName)) continue;
  const path = [interfaceName, resource?.name, kind, name].filter(Boolean).join(' ');
  test(`${index}: ${path}`, async () => {
    const [, packageName, key] = /^wasi:([\w-]+)\/([\w-]+)$/.exec(interfaceName);
    checkItem(item, imports[interfaceName]);
    const module = await import(`@windlass/wasi/${packageName}`);
    checkItem(item, module[camelCase(key)]);
  });
}

test('nothing is offered that the WIT does not have', () => {
  const names = new Set(items.map((item) => item.interfaceName));
  for (const name of Object.keys(imports)) assert.ok(names.has(name), name);
});

test('WASI 0.2 is not taken for another version', () => {
  const isDraft = /^wasi:(config|keyvalue|logging)\/.*@0\.[12]\.0-(draft|rc\.1)$/;
  for (const name of Object.keys(versioned())) {
    assert.ok(/@0\.2\.\d+$/.test(name) || isDraft.test(name), name);
  }
});
