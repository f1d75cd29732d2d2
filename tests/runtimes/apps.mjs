/**
 * One application with a plain component, one that uses WASI and an asynchronous
 * one, in every runtime: what was transpiled before for each target, by the
 * packages as they are built here.
 */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skip, test } from '../lib/report.mjs';
import { capture, root } from '../lib/setup.mjs';
import { browserNames, findBrowser, openPage } from './browsers.mjs';
import { bundle, edge } from './bundle.mjs';
import { importMap } from './import-map.mjs';
import { bun, deno, nodes } from './programs.mjs';
import { withWorkerd } from './workerd.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const guests = `${root}tests/guests/build`;
const targets = ['universal', 'node', 'inline', 'web', 'workerd'];

const made = await capture(process.execPath, [
  'tests/guests/build.mjs',
  'hello',
  'rust-async',
  'rust-command',
]);
if (made.code !== 0) throw new Error(made.output);

const scratch = mkdtempSync(join(tmpdir(), 'windlass-apps-'));
const app = join(scratch, 'app');
await writeApp();

const anywhere = ['universal', 'node', 'inline'];
for (const [name, program, flags] of [
  ...Object.entries(nodes).map(([name, node]) => [name, node, []]),
  ['Deno', deno, ['run', '-A', '--node-modules-dir=manual']],
  ['Bun', bun, []],
]) {
  await results(name, async () => {
    const { code, output } = await capture(program, [...flags, 'print.mjs', ...anywhere], {
      cwd: app,
      seconds: 60,
      env: { NODE_NO_WARNINGS: '1', NO_COLOR: '1' },
    });
    assert.equal(code, 0, output);
    return JSON.parse(output);
  });
}

await bundle(app, 'thread.mjs', 'thread.js', ['browser']);
const html = readFileSync(join(app, 'index.html'), 'utf8')
  .replace('IMPORTS', () => JSON.stringify(importMap(app)))
  .replace('PAGE', 'page.mjs');
writeFileSync(join(app, 'index.html'), html);
for (const name of browserNames) {
  const browser = await findBrowser(name);
  if ('missing' in browser) skip(name, browser.missing);
  else {
    await results(name, async () => {
      const { agent, results } = await openPage(name, browser, app);
      console.log(`     ${agent}`);
      return results;
    });
  }
}

await test('workerd: the shims that are needed and no others', async () => {
  const { modules } = await bundle(app, 'workerd/components.mjs', 'components.js', edge);
  const shims = modules.map((path) => path.split('shims/dist/')[1]).filter(Boolean);
  assert.ok(shims.includes('preview2/filesystem.js') && shims.includes('host/browser.js'));
  for (const other of ['preview2/http.js', 'preview2/sockets.js', 'host/node.js']) {
    assert.ok(!shims.includes(other), other);
  }
});
const { wasm } = await bundle(app, 'worker.mjs', 'worker.js', edge);
// The second has no `FinalizationRegistry`, and is the first with `new ReadableStream()`.
for (const [name, date] of [
  ['workerd', undefined],
  ['workerd of 2022', '2022-11-30'],
]) {
  await results(name, () =>
    withWorkerd(
      app,
      ['worker.js', ...wasm],
      async (url) => {
        const [used, ...others] = await Promise.all(
          Array.from({ length: 20 }, (_, n) => fetch(`${url}/${n === 0 ? 'use' : ''}`)),
        );
        for (const response of others) assert.equal(await response.text(), 'Hello, 楓!');
        return used.json();
      },
      date,
    ),
  );
}
await test('workerd: the files as they are emitted', async () => {
  const folder = join(app, 'workerd');
  const text =
    "import { add } from './add.js';\nexport default { fetch: () => new Response(add(2, 40)) };";
  writeFileSync(join(folder, 'main.js'), text);
  const files = readdirSync(folder).filter((file) => /^add\..*(js|wasm)$/.test(file));
  await withWorkerd(folder, ['main.js', ...files], async (url) => {
    assert.equal(await (await fetch(url)).text(), '42');
  });
});

rmSync(scratch, { recursive: true });

/** The folder of the application, with its components for each target. */
async function writeApp() {
  mkdirSync(join(app, 'node_modules/@windlass'), { recursive: true });
  for (const [name, folder] of Object.entries({
    windlass: 'npm/windlass',
    '@windlass/wasi': 'shims',
    '@windlass/wasm': 'npm/wasm',
  })) {
    symlinkSync(root + folder, join(app, 'node_modules', name), 'junction');
  }
  cpSync(join(here, 'app'), app, { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
  for (const name of ['hello', 'rust-async', 'rust-command']) {
    copyFileSync(`${guests}/${name}.wasm`, join(app, `${name}.wasm`));
  }
  for (const name of ['add', 'calls', 'core']) {
    copyFileSync(join(here, `components/${name}.wasm`), join(app, `${name}.wasm`));
  }
  const { transpile } = await import('windlass');
  for (const target of targets) {
    mkdirSync(join(app, target));
    for (const name of ['add', 'hello', 'rust-async']) {
      const { files } = transpile(readFileSync(join(app, `${name}.wasm`)), {
        name,
        target,
        // One for all of them.
        sharedMap: { 'guest:asynchronous/host': '../host.mjs' },
      });
      for (const [file, contents] of files) writeFileSync(join(app, target, file), contents);
    }
    copyFileSync(join(app, 'components.mjs'), join(app, target, 'components.mjs'));
  }
}

/** A test for each kind of component that a runtime used in each way. */
async function results(runtime, run) {
  const kinds = new Map();
  await test(`${runtime}: runs the application`, async () => {
    for (const result of await run()) {
      const kind = result.name.slice(0, result.name.lastIndexOf(': '));
      kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
    }
    assert.ok(kinds.size > 2, [...kinds.keys()].join());
  });
  for (const [kind, all] of kinds) {
    await test(`${runtime}: ${kind} (${all.length})`, () => {
      const wrong = all.filter(({ error }) => error);
      assert.equal(wrong.map(({ name, error }) => `${name}: ${error}`).join('\n'), '');
    });
  }
}
