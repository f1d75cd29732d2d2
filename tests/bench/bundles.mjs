/** The JavaScript that bundlers make of an application that imports one function. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { prepare, scratch } from '../bundlers/setup.mjs';
// Installs it, if need be.
import '../runtimes/programs.mjs';
import { componentPath } from './build.mjs';
import { filesBelow } from './lib/files.mjs';
import { BENCH, CACHE } from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { firstLine, table } from './lib/stats.mjs';
import { transpile } from './lib/transpile.mjs';

export const title =
  'Bundles of `add: func(a: u32, b: u32) -> u32` for browsers: bytes of JavaScript, minified and gzipped';
export const components = ['add'];

const core = `${CACHE}windlass/add/add.core.wasm`;
const ways = ['in the JavaScript', 'in a file'];

/** What the application imports `add` from, and the files that belong to it. */
const authors = {
  hand(root, isInline) {
    copyFileSync(core, join(root, 'add.core.wasm'));
    const instance = isInline
      ? `new WebAssembly.Instance(new WebAssembly.Module(
          Uint8Array.from(atob('${readFileSync(core, 'base64')}'), (char) => char.charCodeAt(0))))`
      : `(await WebAssembly.instantiateStreaming(
          fetch(new URL('./add.core.wasm', import.meta.url)))).instance`;
    writeFileSync(
      join(root, 'glue.js'),
      `const core = ${instance}.exports;\nexport const add = (a, b) => core.add(a, b) >>> 0;\n`,
    );
    return './glue.js';
  },
  windlass(root) {
    copyFileSync(componentPath('add'), join(root, 'add.wasm'));
    return './add.wasm';
  },
  peer(root, isInline) {
    transpile('peer', 'add', join(root, 'add'), isInline ? [] : ['--base64-cutoff', '0']);
    return './add/add.js';
  },
};

export async function run({ filter }) {
  prepare();
  const { bundlers } = await import('../bundlers/bundlers.mjs');
  const { transform } = createRequire(new URL('../runtimes/', import.meta.url))('esbuild');
  const rows = [];
  const notes = [];
  for (const [name, bundler] of Object.entries(bundlers)) {
    if (filter && !new RegExp(filter).test(name)) continue;
    for (const way of ways) {
      const sizes = {};
      for (const author of Object.keys(authors)) {
        try {
          sizes[author] = await sizeOf(bundler, name, author, way === ways[0], transform);
        } catch (error) {
          // The peer's output is not made for all of them.
          if (author !== 'peer') throw error;
          notes.push(`${name}, ${way}, by the peer: ${firstLine(error)}`);
        }
      }
      const { hand, windlass, peer } = sizes;
      rows.push([
        name,
        way,
        ...[hand, windlass].map(String),
        `+${windlass - hand}`,
        peer === undefined ? 'fails' : String(peer),
      ]);
    }
  }
  const head = ['bundler', 'core module', 'by hand', 'windlass', 'over by hand', 'peer'];
  console.log(table(head, rows));
  console.log(`\n${notes.join('\n')}`);
}

/** Builds the application, runs it, and gives the size of what was built. */
async function sizeOf(bundler, name, author, isInline, transform) {
  const root = join(scratch, `bench-${name}-${author}-${isInline ? 'inline' : 'file'}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
  const module = authors[author](root, isInline);
  writeFileSync(
    join(root, 'main.js'),
    `import { add } from '${module}';\nglobalThis.sum = add(1, 2);\n`,
  );
  await bundler.build({
    root,
    options: { inline: isInline, types: false },
    target: 'browser',
    entries: ['main'],
    mayWarn: true,
  });
  const out = join(root, 'out');
  runNode([`${BENCH}programs/page.mjs`, pathToFileURL(join(out, 'main.js')).href], root);
  const texts = [];
  for (const file of filesBelow(out)) {
    if (!/\.m?js$/.test(file)) continue;
    const { code } = await transform(readFileSync(file, 'utf8'), { minify: true });
    texts.push(code);
  }
  return gzipSync(texts.join('\n'), { level: 9 }).length;
}
