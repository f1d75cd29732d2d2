/**
 * `node tests/bundlers/no-tla.mjs`: with `tla: false` bundles in formats that have no top-level
 * await run, with core modules inside and beside them.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { windlass } from '@windlass/unplugin/esbuild';
import { build } from 'esbuild';
import { finish, test } from '../lib/report.mjs';
import { root } from '../lib/setup.mjs';

const app = mkdtempSync(join(tmpdir(), 'windlass-no-tla-'));
copyFileSync(`${root}tests/runtimes/components/add.wasm`, join(app, 'add.wasm'));
writeFileSync(
  join(app, 'app.mjs'),
  `import { $init, add } from './add.wasm';
import { $init as ready, instantiate } from './add.wasm?instantiate';
export const before = typeof add;
export async function use() {
  await Promise.all([$init, ready]);
  return [add(2, 40), instantiate().add(1, 2)];
}
`,
);

/** Bundles the application, and gives the path of the bundle. */
async function bundle(format, inline) {
  const outdir = join(app, `${format}-${inline}`);
  await build({
    absWorkingDir: app,
    entryPoints: ['app.mjs'],
    outdir,
    bundle: true,
    format,
    globalName: 'app',
    // No target of these knows top-level await.
    target: 'es2020',
    supported: { 'import-meta': true, 'top-level-await': false },
    loader: { '.wasm': 'file' },
    plugins: [windlass({ tla: false, inline, types: false, root: app })],
    logLevel: 'silent',
  });
  return join(outdir, 'app.js');
}

const formats = {
  esm: async (path) => {
    writeFileSync(join(path, '../package.json'), '{ "type": "module" }');
    return import(pathToFileURL(path).href);
  },
  cjs: (path) => createRequire(import.meta.url)(path),
  iife: (path) => runInThisContext(`${readFileSync(path, 'utf8')}\napp;`),
};

for (const [format, load] of Object.entries(formats)) {
  await test(`${format}, core modules inside: exports are there at once`, async () => {
    const { before, use } = await load(await bundle(format, true));
    assert.equal(before, 'function');
    assert.deepEqual(await use(), [42, 3]);
  });
}
await test('esm, core modules in files: exports are there in Node at once', async () => {
  const { before, use } = await formats.esm(await bundle('esm', false));
  assert.equal(before, 'function');
  assert.deepEqual(await use(), [42, 3]);
});
await test('esm, core modules from a network: exports are there when $init is settled', async () => {
  const path = await bundle('esm', false);
  const { fetch } = globalThis;
  globalThis.fetch = async (url) =>
    new Response(readFileSync(String(url).replace('http://host', '')), {
      headers: { 'content-type': 'application/wasm' },
    });
  try {
    // Files beside the module are then elsewhere.
    const text = readFileSync(path, 'utf8').replaceAll(
      'import.meta.url',
      JSON.stringify(`http://host${path}`),
    );
    const fetched = path.replace('app.js', 'fetched.js');
    writeFileSync(fetched, text);
    const { before, use } = await formats.esm(fetched);
    assert.equal(before, 'undefined');
    assert.deepEqual(await use(), [42, 3]);
  } finally {
    globalThis.fetch = fetch;
  }
});
rmSync(app, { recursive: true });
finish();
