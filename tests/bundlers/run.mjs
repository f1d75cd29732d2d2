/**
 * `node tests/bundlers/run.mjs [--older] [NAME...]`: an application with a plain
 * component, one that uses WASI and an asynchronous one, built by each bundler for
 * servers and browsers, and run in Node and Chromium. The newest major of each that
 * `versions.json` names, or with `--older` all majors before it.
 */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { SourceMap } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { capture, root as repository } from '../lib/setup.mjs';
import { findBrowser, openPage } from '../runtimes/browsers.mjs';
import { finish, skip, test } from '../lib/report.mjs';
import { checkKeptCache } from './kept.mjs';
import { checkNotWatching, checkWatching } from './changes.mjs';
import { padded } from './components.mjs';
import { checkRows } from '../lib/table.mjs';
import { checkPlaces, checkTsdown } from './places.mjs';
import { checkJest, checkNodeTest, checkVitest } from './runners.mjs';
import { prepare, scratch } from './setup.mjs';
import { checkVersions, load, majorsOf, versions } from './tools.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** The component whose URL the application asks for. */
const added = [...readFileSync(`${repository}tests/runtimes/components/add.wasm`)];
const map = { 'test:app/*': './*.js', 'guest:asynchronous/*': './*.js' };

/** The `results` of the application. */
const expected = {
  plain: 42,
  same: true,
  inlined: 2,
  mapped: 45,
  own: 25,
  lazy: true,
  wasi: 'ÜBER',
  granted: 'Ada',
  greeting: 'Hello, Ada!',
  all: ['Grace', '楓'],
  doubled: [2, 4, 6],
  refused: 'no x',
};

/** A component by its first bytes, and no more. */
const bad = Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9]);

const { values: flags, positionals: wanted } = parseArgs({
  options: { older: { type: 'boolean', default: false } },
  allowPositionals: true,
});
await prepare(flags.older);
const built = await capture(process.execPath, ['tests/guests/build.mjs', 'hello', 'rust-async']);
if (built.code !== 0) throw new Error(built.output);
const { bundlers } = await import('./bundlers.mjs');

const isWanted = (name) => wanted.length === 0 || wanted.some((text) => name.includes(text));
rmSync(scratch, { recursive: true, force: true });

/** Folders of builds for browsers, by the names of their tests. */
const pages = new Map();

/** Places where imports run, by tool: the table in the README. */
const ran = Object.fromEntries(Object.keys(versions).map((name) => [name, new Set()]));

await test('versions: those that are named are those that are installed', () => {
  checkVersions(flags.older);
});

for (const [tool, major] of toolsToRun()) {
  const bundler = pinned(tool, major);
  const name = labelOf(tool, major);
  const servers = [await checkServer(tool, name, bundler), await checkPlaces(tool, name, major)];
  if (servers.every(Boolean)) ran[tool].add('servers');
  await checkBrowser(tool, name, bundler);
  if (major === versions[tool].newest && tool !== 'parcel') await checkHuge(tool, name, bundler);
  await checkOwn(tool, name, bundler);
  if (await checkChanges(name, bundler)) ran[tool].add('watching');
}
if (isWanted('tsdown') && !flags.older && (await checkTsdown())) ran.tsdown.add('servers');

if (isWanted('webpack') && !flags.older) await checkKeptCache();

const chromium = await findBrowser('Chromium');
await checkPages();

if (isWanted('vitest')) {
  const majors = flags.older ? majorsOf('vitest').slice(0, -1) : [undefined];
  for (const major of majors) {
    for (const place of await checkVitest(major, chromium)) ran.vitest.add(place);
  }
}
if (isWanted('jest')) {
  const majors = flags.older ? majorsOf('jest').slice(0, -1) : [undefined];
  for (const major of majors) if (await checkJest(major)) ran.jest.add('tests in Node');
}
if (!flags.older) {
  const { checkInstalls } = await import('./installs.mjs');
  for (const name of await checkInstalls(isWanted)) ran[name].add('installs');
}
if (isWanted('node --test') && !flags.older) await checkNodeTest();

if (isWanted('vite dev') && !flags.older) {
  const name = 'vite dev: modules, workers, reload, errors in the overlay';
  if ('missing' in chromium) skip(name, chromium.missing);
  else {
    await test(name, async () => {
      const { checkDevServer } = await import('./vite-dev.mjs');
      await checkDevServer(folder('vite dev'), chromium, map, checkPage);
    });
  }
}

if (isWanted('vite packed')) {
  const { newest } = versions.vite;
  // Before 7, what is bundled in advance is for browsers without top-level await.
  const older = majorsOf('vite').filter((major) => major >= 7 && major < newest);
  const majors = flags.older ? older : [newest];
  for (const major of majors) {
    const name = `vite packed: a package of a component in ${major}'s dependencies bundled in advance`;
    if ('missing' in chromium) skip(name, chromium.missing);
    else await test(name, () => checkPacked(major));
  }
}

if (isWanted('types') && !flags.older) {
  const { checkTypes } = await import('./types.mjs');
  await checkTypes(bundlers, folder, map);
}

if (wanted.length === 0 && !flags.older && !('missing' in chromium)) {
  await test('the table of tools in the README is what ran', () => checkRows(versions, ran));
}

finish();

/** The tools and majors that are asked for. */
function toolsToRun() {
  return Object.keys(bundlers).flatMap((tool) => {
    const { newest } = versions[tool];
    const majors = flags.older ? majorsOf(tool).filter((major) => major < newest) : [newest];
    return majors.map((major) => [tool, major]).filter(() => isWanted(tool));
  });
}

/** A bundler whose builds are those of one major. */
function pinned(tool, major) {
  const { build, watch, ...others } = bundlers[tool];
  return {
    ...others,
    build: (settings) => build({ ...settings, major }),
    ...(watch && { watch: (settings, built) => watch({ ...settings, major }, built) }),
  };
}

function labelOf(tool, major) {
  return major === versions[tool].newest ? tool : `${tool} ${major}`;
}

/** Builds for servers, which run in Node. */
async function checkServer(tool, name, bundler) {
  const results = [];
  results.push(
    await test(`${name}: an option that there is not is refused`, async () => {
      const root = folder(`${name} option`);
      const build = { root, options: { inlin: 0 }, target: 'server', entries: ['main'] };
      await assert.rejects(async () => bundler.build(build), /there is no option `inlin`/);
    }),
  );
  results.push(
    await test(`${name}, server: core modules in files, hosts by an alias`, async () => {
      const root = folder(`${name} files`);
      const aliases = { 'test:app/*': '@app/*.js', 'guest:asynchronous/*': '@app/*.js' };
      await serve(bundler, root, { inline: 0, map: aliases });
      const files = wasmFiles(root);
      // Of four components the core modules, and one component whole.
      assert.ok(files.length >= 8, files.join());
      // Their names have a hash in them.
      const plain = /^(?:add|calls|hello|rust-async)(?:\.core\d*)?\.wasm$/;
      for (const file of files) assert.doesNotMatch(basename(file), plain);
    }),
  );
  results.push(
    await test(`${name}, server: core modules in files when they are large`, async () => {
      const root = folder(`${name} default`, {
        'windlass.config.json': JSON.stringify({ map }),
      });
      await serve(bundler, root, {});
      const files = wasmFiles(root);
      // Vite's servers have them inside, but for the component whose URL is asked for.
      assert.ok(files.length >= (tool === 'vite' ? 1 : 3) && files.length < 8, files.join());
      const types = readFileSync(join(root, 'add.d.wasm.ts'), 'utf8');
      assert.match(types, /export declare function add\(a: number, b: number\): number;/);
    }),
  );
  results.push(
    await test(`${name}, server: core modules in the JavaScript`, async () => {
      const root = folder(`${name} inline`);
      const asset = await serve(bundler, root, { inline: true, types: false, map });
      // Vite answers `?url` by itself.
      if (!asset.startsWith('data:')) assert.equal(tool, 'vite');
      assert.ok(!existsSync(join(root, 'add.d.wasm.ts')));
    }),
  );
  results.push(
    await test(`${name}: a component that is refused is named, and why`, async () => {
      const root = folder(`${name} refused`);
      writeFileSync(join(root, 'main.js'), "import './bad.wasm';\n");
      writeFileSync(join(root, 'bad.wasm'), bad);
      const build = { root, options: {}, target: 'server', entries: ['main'] };
      await assert.rejects(bundler.build(build), (error) => {
        assert.match(String(error.message), /bad\.wasm/);
        assert.match(String(error.message), /invalid-component/);
        return true;
      });
    }),
  );
  return results.every(Boolean);
}

/** Builds for browsers, which run in Chromium when there are all of them. */
async function checkBrowser(tool, name, bundler) {
  await test(`${name}, browser: builds, with source maps`, async () => {
    const root = folder(`${name} page`, bundler.files);
    const entries = bundler.hasWorkers ? ['page'] : ['page', 'worker'];
    const options = { map };
    await bundler.build({ root, options, target: 'browser', entries, sourceMap: true });
    pages.set(`${name}, browser: by size`, { root, bundler, tool });
    checkSourceMaps(join(root, 'out'), bundler.glueSource ?? /windlass\/runtime\/trap\.js$/);
  });
  await test(`${name}, browser: builds, with core modules in files`, async () => {
    const root = folder(`${name} page files`, bundler.files);
    const entries = bundler.hasWorkers ? ['page'] : ['page', 'worker'];
    const options = { map, inline: 0, types: false, minify: true };
    await bundler.build({ root, options, target: 'browser', entries });
    pages.set(`${name}, browser: in files`, { root, bundler, tool });
    assert.ok(!existsSync(join(root, 'add.d.wasm.ts')));
  });
}

/** A package as `windlass pack` writes it, in Vite's dev server. */
async function checkPacked(major) {
  const { checkPackedPackage } = await import('./vite-dev.mjs');
  const root = folder(`vite ${major} packed`);
  writeFileSync(join(root, 'packed.wasm'), padded(Buffer.from(added), 10_000));
  const windlass = `${repository}npm/windlass/bin/windlass.cjs`;
  const args = [windlass, 'pack', 'packed.wasm', '-o', 'node_modules/packed'];
  const { code, output } = await capture(process.execPath, args, { cwd: root });
  assert.equal(code, 0, output);
  await checkPackedPackage(root, await load('vite', major), chromium);
}

/** Pages compile no core module over 8 MB at once. */
async function checkHuge(tool, name, bundler) {
  for (const inline of tool === 'esbuild' || tool === 'vite' ? [false, true] : [false]) {
    const how = inline ? 'inside the JavaScript' : 'in a file';
    await test(`${name}, browser: builds, with a core module of 9 MB ${how}`, async () => {
      const root = folder(`${name} page huge ${how}`, {
        'page.js': `import { add } from './huge.wasm';
for (const page of new Set([parent, window])) page.postMessage({ results: add(40, 2) }, '*');
`,
      });
      writeFileSync(join(root, 'huge.wasm'), padded(Buffer.from(added), 9 * 2 ** 20));
      const options = { inline, types: false };
      await bundler.build({ root, options, target: 'browser', entries: ['page'] });
      const check = (results) => assert.equal(results, 42);
      pages.set(`${name}, browser: 9 MB ${how}`, { root, bundler, tool, check });
    });
  }
}

/** Ways that only one bundler has. */
async function checkOwn(tool, name, bundler) {
  if (tool === 'esbuild') {
    await test('esbuild, server: a script, which has its core modules in it', async () => {
      const root = folder('esbuild script');
      const asset = await serve(bundler, root, { map, types: false }, { isScript: true });
      assert.match(asset, /^data:/);
      assert.deepEqual(wasmFiles(root), []);
    });
  }
  if (tool === 'rollup') {
    await test('rollup, server: packages stay outside where nothing resolves them', async () => {
      const root = folder('rollup alone');
      await serve(bundler, root, { map, types: false }, { isAlone: true, mayWarn: true });
      assert.match(readFileSync(join(root, 'out/main.js'), 'utf8'), /from '@windlass\/wasi\/cli'/);
    });
  }
  if (tool === 'vite') {
    await test(`${name}, browser: builds, with a worker that is a module`, async () => {
      const root = folder(`${name} page module worker`);
      const options = { map, inline: 0, types: false };
      const build = { root, options, target: 'browser', entries: ['page'], moduleWorkers: true };
      await bundler.build(build);
      pages.set(`${name}, browser: a worker that is a module`, { root, bundler, tool });
      const assets = readdirSync(join(root, 'out/assets'));
      const worker = assets.find((file) => /^worker-.*\.js$/.test(file));
      const code = readFileSync(join(root, 'out/assets', worker), 'utf8');
      // It fetches its core modules.
      assert.match(code, /hello\.core-[\w-]+\.wasm/);
      assert.match(code, /\bawait\b/);
    });
  }
  if (tool === 'parcel') {
    await test('parcel, browser: builds, with core modules fetched', async () => {
      const root = folder('parcel page fetched');
      const options = { map, types: false, topLevelAwait: true };
      await bundler.build({ root, options, target: 'browser', entries: ['page'] });
      pages.set('parcel, browser: fetched', { root, bundler, tool });
      const large = wasmFiles(root).filter((file) => statSync(join(root, 'out', file)).size > 8192);
      assert.equal(large.length, 2, large.join());
      for (const file of large) assert.match(file, /^[\w-]+\.[\da-f]{8}\.wasm$/);
    });
    await test('parcel, browser: what a dynamic import shares cannot be fetched', async () => {
      const root = folder('parcel page shared');
      const options = { map, inline: 0, types: false, topLevelAwait: true };
      const build = { root, options, target: 'browser', entries: ['page'] };
      await assert.rejects(bundler.build(build), /await isn't allowed in non-async function/);
    });
  }
  if (tool === 'farm') {
    await test('farm: copies workers as they are, be they JavaScript', async () => {
      const worker = "import { next } from './numbers.js';\npostMessage(next(1));\n";
      const root = folder('farm worker', {
        'page.js':
          "new Worker(new URL('./plain-worker.js', import.meta.url), { type: 'module' });\n",
        'plain-worker.js': worker,
      });
      await bundler.build({ root, options: {}, target: 'browser', entries: ['page'] });
      const copy = readdirSync(join(root, 'out')).find((file) => file.startsWith('plain-worker'));
      assert.equal(readFileSync(join(root, 'out', copy), 'utf8'), worker);
    });
  }
}

/** Whether a change is built again, where the bundler watches. */
async function checkChanges(name, bundler) {
  if (bundler.watch) {
    return test(`${name}: watches components`, async () => {
      await checkWatching(bundler, folder(`${name} watch`), { map, bad });
    });
  }
  await test(`${name}: watches no module of a build, be it JavaScript`, async () => {
    await checkNotWatching(bundler, folder(`${name} watch`), { map });
  });
  return false;
}

/** A copy of the application, with the components. */
function folder(name, files = {}) {
  const root = join(scratch, name.replaceAll(/\W+/g, '-'));
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  cpSync(join(here, 'app'), root, { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  for (const component of [
    'tests/runtimes/components/add',
    'tests/runtimes/components/calls',
    'tests/guests/build/hello',
    'tests/guests/build/rust-async',
  ]) {
    cpSync(`${repository}${component}.wasm`, join(root, `${basename(component)}.wasm`));
  }
  return root;
}

/** Builds for a server, runs what was built, from elsewhere, and gives the URL of a component. */
async function serve(bundler, root, options, others = {}) {
  await bundler.build({ root, options, target: 'server', entries: ['main'], ...others });
  const main = join(root, others.isScript ? 'out/main.cjs' : 'out/main.js');
  const { code, output } = await capture(process.execPath, [main], { seconds: 60 });
  assert.equal(code, 0, output);
  const { asset, ...results } = JSON.parse(output);
  assert.deepEqual(results, expected);
  assert.deepEqual(await bytesAt(asset, join(root, 'out')), added);
  return asset;
}

/** The bytes at the URL of an asset. In Vite's it is a path below what is served, the output. */
async function bytesAt(url, out) {
  if (url.startsWith('data:')) return [...new Uint8Array(await (await fetch(url)).arrayBuffer())];
  const path = fileURLToPath(url);
  return [...readFileSync(existsSync(path) ? path : join(out, path))];
}

/** A place in the runtime's part of a bundle leads to the place in its source. */
function checkSourceMaps(out, wanted) {
  const text = 'cannot enter component instance';
  const maps = readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.js.map'));
  const found = maps.flatMap((name) => {
    const code = readFileSync(join(out, name.slice(0, -'.map'.length)), 'utf8');
    const at = code.indexOf(text);
    if (at < 0) return [];
    const before = code.slice(0, at).split('\n');
    const sourceMap = new SourceMap(JSON.parse(readFileSync(join(out, name), 'utf8')));
    const entry = sourceMap.findEntry(before.length - 1, before.at(-1).length);
    return [entry.originalSource];
  });
  assert.ok(found.length > 0, `no map of the glue in ${maps.join()}`);
  for (const source of found) assert.match(String(source), wanted);
}

/** Opens all that was built for browsers in Chromium, one after the other. */
async function checkPages() {
  if (pages.size === 0) return;
  if ('missing' in chromium) {
    for (const name of pages.keys()) skip(name, chromium.missing);
    return;
  }
  const folders = {};
  for (const [name, { root, bundler }] of pages) {
    const kind = bundler.isScript ? 'defer' : 'type="module"';
    const file = join(root, 'out/index.html');
    const own = `<script ${kind} src="./page.js"></script>\n`;
    const html = `<!doctype html>
<script>
  const tell = (error) => parent.postMessage({ error }, '*');
  addEventListener('error', ({ message, filename }) => tell(\`\${message} in \${filename}\`));
  addEventListener('unhandledrejection', ({ reason }) => tell(\`\${reason}\\n\${reason?.stack}\`));
</script>
${existsSync(file) ? readFileSync(file, 'utf8') : own}`;
    writeFileSync(file, html);
    folders[name] = `${basename(root)}/out/index.html`;
  }
  const html = readFileSync(join(here, 'pages.html'), 'utf8');
  writeFileSync(
    join(scratch, 'index.html'),
    html.replace('FOLDERS', () => JSON.stringify(folders)),
  );
  const reports = await openPage('Chromium', chromium, scratch, { seconds: 120 });
  const failed = new Set();
  for (const [name, { tool, check = checkPage }] of pages) {
    const passed = await test(name, () => {
      const { results, error } = reports[name];
      assert.equal(error, undefined);
      check(results);
    });
    if (!passed) failed.add(tool);
  }
  for (const { tool } of pages.values()) if (!failed.has(tool)) ran[tool].add('pages and workers');
}

/**
 * Checks a page of the application: the results, the component at its URL, and the worker's
 * answer.
 */
function checkPage(results) {
  const worker = [3, 'WORKER', 'Hello, 楓!'];
  assert.deepEqual(results, { ...expected, component: added, worker });
}

function wasmFiles(root) {
  const names = readdirSync(join(root, 'out'), { recursive: true });
  return names.filter((name) => name.endsWith('.wasm'));
}
