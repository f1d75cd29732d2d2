/**
 * `node tests/runtimes/large.mjs`: a component with a core module of more than 8 MiB, which
 * Chromium refuses to compile or to instantiate at once on a page's main thread, by every door;
 * and workers to which something is posted before their components are there.
 */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transpile } from 'windlass';
import { largeComponent } from '../lib/large.mjs';
import { finish, skip, test } from '../lib/report.mjs';
import { root } from '../lib/setup.mjs';
import { browserNames, findBrowser, openPage } from './browsers.mjs';
import { importMap } from './import-map.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Targets that a page can have. */
const targets = ['universal', 'web', 'inline'];

/** Writes the application, and gives its folder. */
function writeApp() {
  const app = mkdtempSync(join(tmpdir(), 'windlass-large-'));
  mkdirSync(join(app, 'node_modules/@windlass'), { recursive: true });
  for (const [name, folder] of Object.entries({
    windlass: 'npm/windlass',
    '@windlass/wasi': 'shims',
    '@windlass/wasm': 'npm/wasm',
  })) {
    symlinkSync(root + folder, join(app, 'node_modules', name), 'junction');
  }
  cpSync(join(here, 'large'), app, { recursive: true });
  const html = readFileSync(join(here, 'app/index.html'), 'utf8')
    .replace('IMPORTS', () => JSON.stringify(importMap(app)))
    .replace('PAGE', 'page.mjs');
  writeFileSync(join(app, 'index.html'), html);
  const bytes = largeComponent();
  writeFileSync(join(app, 'large.wasm'), bytes);
  for (const target of targets) {
    for (const tla of [true, false]) {
      const folder = join(app, tla ? target : `${target}-no-tla`);
      mkdirSync(folder);
      const { files } = transpile(bytes, { name: 'large', target, tla });
      for (const [file, contents] of files) writeFileSync(join(folder, file), contents);
      writeFileSync(join(folder, 'worker.js'), worker(tla));
    }
  }
  return app;
}

/** A worker that answers with what the component says, whatever it is asked. */
function worker(tla) {
  return tla
    ? "import { run } from './large.js';\nonmessage = ({ data }) => postMessage([data, run()]);\n"
    : `import { $init, run } from './large.js';
onmessage = async ({ data }) => {
  await $init;
  postMessage([data, run()]);
};
`;
}

const app = writeApp();
const { $init, run } = await import(pathToFileURL(join(app, 'universal-no-tla/large.js')).href);
await test('Node: without top-level await the exports are there at once', async () => {
  assert.equal(run(), 42);
  assert.equal(await $init, undefined);
});

for (const name of browserNames) {
  const browser = await findBrowser(name);
  if ('missing' in browser) {
    skip(name, browser.missing);
    continue;
  }
  await test(`${name}: opens the page`, async () => {
    const { results } = await openPage(name, browser, app);
    for (const { name: what, error } of results) {
      await test(`${name}: ${what}`, () => assert.equal(error, undefined));
    }
    assert.ok(results.length > 12, `only ${results.length} results`);
  });
}
rmSync(app, { recursive: true });
finish();
