/** The JavaScript that bundlers make of an application that imports one function. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { prepare, scratch } from '../bundlers/setup.mjs';
import { findBrowser, openPage } from '../runtimes/browsers.mjs';
import { componentPath } from './build.mjs';
import { filesBelow } from './lib/files.mjs';
import { CACHE } from './lib/paths.mjs';
import { firstLine, table } from './lib/stats.mjs';
import { transpile } from './lib/transpile.mjs';

export const title =
  'Bundles of `add: func(a: u32, b: u32) -> u32` for browsers: bytes of JavaScript, minified and gzipped';
export const components = ['add'];

const core = `${CACHE}windlass/add/add.core.wasm`;
const ways = ['in the JavaScript', 'in a file'];

/** The specifier from which the application imports `add`, and the files that belong to it. */
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
  async peer(root, isInline) {
    await transpile('peer', 'add', join(root, 'add'), isInline ? [] : ['--base64-cutoff', '0']);
    return './add/add.js';
  },
};

/** Tells the page around it what the bundle gives. */
const page = (kind) => `<!doctype html>
<script>
  const tell = (report) => parent.postMessage(report, '*');
  addEventListener('error', ({ message }) => tell({ error: message }));
  addEventListener('unhandledrejection', ({ reason }) => tell({ error: String(reason) }));
  setInterval(() => globalThis.sum !== undefined && tell({ sum: globalThis.sum }), 5);
</script>
<script ${kind} src="./main.js"></script>
`;

export async function run({ filter }) {
  await prepare();
  // Not before it is installed.
  const { transform } = await import('esbuild');
  const { bundlers } = await import('../bundlers/bundlers.mjs');
  const wanted = Object.keys(bundlers).filter((name) => !filter || new RegExp(filter).test(name));
  const builds = wanted.flatMap((name) =>
    ways.flatMap((way) => Object.keys(authors).map((author) => ({ name, way, author }))),
  );
  for (const one of builds) {
    try {
      Object.assign(one, await build(bundlers[one.name], one));
      one.bytes = await sizeOf(join(one.root, 'out'), transform);
    } catch (error) {
      one.error = firstLine(error);
    }
  }
  await runPages(builds.filter(({ error }) => error === undefined));

  const rows = wanted.flatMap((name) =>
    ways.map((way) => {
      const [hand, windlass, peer] = builds.filter((one) => one.name === name && one.way === way);
      const over = `+${windlass.bytes - hand.bytes}`;
      const bytes = ({ bytes: size, error, isInside }) =>
        error === undefined ? `${size}${isInside ? ' (inside)' : ''}` : 'fails';
      return [name, way, bytes(hand), bytes(windlass), over, bytes(peer)];
    }),
  );
  const head = ['bundler', 'core module', 'by hand', 'windlass', 'over by hand', 'peer'];
  console.log(`${table(head, rows)}\n`);
  const failed = builds.filter(({ error }) => error !== undefined);
  for (const { name, way, author, error } of failed) {
    console.log(`${name}, ${way}, ${author}: ${error}`);
  }
  // The peer's output is not made for all of them.
  const wrong = failed.filter(({ author }) => author !== 'peer');
  if (wrong.length > 0) throw new Error(`${wrong.length} of the bundles fail that must not`);
}

/** Builds the application; gives its folder, and whether there is no file where one was wanted. */
async function build(bundler, { name, way, author }) {
  const isInline = way === ways[0];
  const root = join(scratch, `bench-${name}-${author}-${isInline ? 'inline' : 'file'}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
  const module = await authors[author](root, isInline);
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
  const isInside = !isInline && !filesBelow(out).some((file) => file.endsWith('.wasm'));
  // Not all bundlers copy the file in `new URL`.
  copyFileSync(core, join(out, 'add.core.wasm'));
  const kind = bundler.isScript ? 'defer' : 'type="module"';
  writeFileSync(join(out, 'index.html'), page(kind));
  // By hand and by the peer it is named all the same.
  return { root, isInside: isInside && author === 'windlass' };
}

/** The JavaScript in a folder, minified by one and the same tool, and gzipped. */
async function sizeOf(folder, transform) {
  const texts = [];
  for (const file of filesBelow(folder)) {
    if (!/\.m?js$/.test(file)) continue;
    const { code } = await transform(readFileSync(file, 'utf8'), { minify: true });
    texts.push(code);
  }
  return gzipSync(texts.join('\n'), { level: 9 }).length;
}

/** Opens the bundles in Chromium, and notes the errors of those that give no sum of 1 and 2. */
async function runPages(builds) {
  const chromium = await findBrowser('Chromium');
  if ('missing' in chromium) {
    console.log(`Not run: ${chromium.missing}.\n`);
    return;
  }
  const folders = Object.fromEntries(
    builds.map(({ root }) => [root, `${basename(root)}/out/index.html`]),
  );
  const html = readFileSync(new URL('../bundlers/pages.html', import.meta.url), 'utf8');
  const file = 'bench.html';
  writeFileSync(
    join(scratch, file),
    html.replace('FOLDERS', () => JSON.stringify(folders)),
  );
  const options = { page: file, seconds: 300 };
  const reports = await openPage('Chromium', chromium, scratch, options);
  for (const one of builds) {
    const { sum, error } = reports[one.root];
    if (sum !== 3) one.error = error ?? `gives ${sum}, not 3`;
  }
}
