/**
 * `node tests/frameworks/run.mjs [NAME...]`: an application of each framework with
 * components on the server and in the browser, checked before its first build, built
 * and run in Node and Chromium, and served for development.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { finish, skip, test } from '../lib/report.mjs';
import { capture, root as repository } from '../lib/setup.mjs';
import { checkRows } from '../lib/table.mjs';
import { findBrowser, openPage } from '../runtimes/browsers.mjs';
import { frameworks } from './frameworks.mjs';
import { application, ask, prepare, run, scratch, serve } from './setup.mjs';

const versions = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));
const expected = { plain: 42, mapped: 45, own: 25, wasi: 'ÜBER', granted: 'Ada' };

const wanted = process.argv.slice(2);
const chosen = Object.entries(frameworks).filter(
  ([name]) => wanted.length === 0 || wanted.some((text) => name.includes(text)),
);

/** Places where components run, by framework: the table in the README. */
const ran = Object.fromEntries(chosen.map(([, { app }]) => [app, new Set()]));
/** Pages for browsers, by the names of their tests. */
const pages = new Map();
const servers = [];

await test('versions: those that are named are those that are installed', async () => {
  await prepare();
  for (const [app, { package: name, newest }] of Object.entries(versions)) {
    const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
    assert.equal(Number.parseInt(JSON.parse(readFileSync(path, 'utf8')).version, 10), newest, app);
  }
});

await test('README: the code for each framework is that of its application', () => {
  const text = readFileSync(`${repository}npm/unplugin/README.md`, 'utf8');
  for (const { app } of Object.values(frameworks)) {
    const { label } = versions[app];
    const section = text.split(`\n### ${label}\n`)[1] ?? '';
    const [, file, code] =
      /^```[jt]s\n\/\/ (\S+)\n(.*?)^```$/ms.exec(section.split('\n### ')[0]) ?? [];
    assert.ok(file, `no code for ${label}`);
    const path = new URL(`apps/${app}/${file}`, import.meta.url);
    assert.equal(code.trimStart(), readFileSync(path, 'utf8'));
  }
});

await test('next: options that there are not are refused', async () => {
  const { withWindlass } = await import('@windlass/unplugin/next');
  assert.throws(() => withWindlass({}, { minfy: true }), {
    code: 'invalid-option',
    help: /`minify`/,
  });
  for (const options of [{ edge: true }, { inline: 'all' }]) {
    assert.throws(() => withWindlass({}, options), { code: 'invalid-option' });
  }
});

for (const [name, framework] of chosen) {
  const root = application(name, framework.app);
  if (framework.sync) {
    await test(`${name}: types before the first build`, async () => {
      await run(framework, framework.sync, root);
      await checkTypes(root);
    });
  }
  const isBuilt = await test(`${name}: builds`, async () => {
    await run(framework, framework.build, root);
    await checkTypes(root);
  });
  if (isBuilt) await checkServer(name, framework, root);
  if (framework.dev) {
    await test(`${name}: serves for development, and what a component becomes`, async () => {
      await checkDev(framework, application(`${name} dev`, framework.app));
    });
  }
}

await checkPages();
for (const server of servers) await server.stop();

await test('the table in the README is what ran', () => {
  const rows = Object.entries(versions).filter(([app]) => isWhole(app));
  checkRows(Object.fromEntries(rows), ran);
});
finish();

/** Whether all variants of a framework were chosen, so that its row is known. */
function isWhole(app) {
  return Object.entries(frameworks).every(
    ([name, framework]) => framework.app !== app || chosen.some(([one]) => one === name),
  );
}

/** A module that uses components has no error by `tsc`, and one that does not fit has. */
async function checkTypes(root) {
  const components = join(root, 'components');
  const tsc = `${repository}node_modules/typescript/bin/tsc`;
  const args = [tsc, '-p', components, '--pretty', 'false'];
  const { code, output } = await capture(process.execPath, args, { cwd: root });
  assert.equal(code, 0, output);
}

/** Starts what was built, without that of which it was built. */
async function checkServer(name, framework, root) {
  rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  const components = join(root, 'components');
  for (const file of readdirSync(components)) {
    if (file.endsWith('.wasm')) rmSync(join(components, file));
  }
  if (!framework.start) {
    pages.set(name, { path: `${basename(root)}/${framework.client}`, framework });
    return;
  }
  let server;
  const isUp = await test(`${name}: starts`, async () => {
    server = await serve(framework, framework.start, root);
    servers.push(server);
  });
  if (!isUp) return;
  pages.set(name, { path: server.url + framework.client, framework });
  for (const [path, label] of Object.entries(framework.serves)) {
    const isRight = await test(`${name}: ${label}`, async () => {
      for (const shown of await shownAt(server.url + path)) assert.deepEqual(shown, expected);
    });
    if (isRight) ran[framework.app].add(label);
  }
}

/** The results that an answer shows: its JSON, or the texts of a page. */
async function shownAt(url) {
  const { status, text } = await ask(url);
  assert.equal(status, 200, text);
  if (text.startsWith('{')) return [JSON.parse(text)];
  const shown = [...text.matchAll(/<(pre|output)[^>]*>([^<]*)<\/\1>/g)];
  assert.ok(shown.length > 0, text);
  return shown.map(([, , json]) => JSON.parse(json.replaceAll(/&(?:quot|#34|#x22);/g, '"')));
}

async function checkDev(framework, root) {
  const server = await serve(framework, framework.dev, root);
  try {
    for (const path of Object.keys(framework.serves)) {
      for (const shown of await shownAt(server.url + path)) assert.deepEqual(shown, expected);
    }
    const component = join(root, 'components/add.wasm');
    const bytes = readFileSync(component);
    const url = server.url + Object.keys(framework.serves).at(-1);
    // Written on each try: a watcher reports a file once in 50 ms, even one half written.
    await until('the component as it is now', async () => {
      writeFileSync(component, subtracting(bytes));
      const [shown] = await shownAt(url).catch(() => []);
      return shown?.plain === (2 - 40) >>> 0;
    });
    await until('a component that is refused, and why', async () => {
      writeFileSync(component, bytes.subarray(0, 60));
      const { text } = await ask(url);
      return /add\.wasm.*invalid-component/s.test(text + server.output());
    });
  } finally {
    await server.stop();
  }
}

async function until(what, check) {
  for (let i = 0; i < 300; i++) {
    if (await check()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`${what}: not in 30 seconds`);
}

/** The component `add`, subtracting: one instruction is another. */
function subtracting(bytes) {
  const at = bytes.indexOf(Buffer.from([0x20, 0, 0x20, 1, 0x6a]));
  assert.ok(at > 0);
  const changed = Buffer.from(bytes);
  changed[at + 4] = 0x6b;
  return changed;
}

/** Opens the page of each in Chromium, in a page around it, which it tells its results. */
async function checkPages() {
  if (pages.size === 0) return;
  const names = [...pages.keys()].map((name) => [name, `${name}: browser`]);
  const chromium = await findBrowser('Chromium');
  if ('missing' in chromium) {
    for (const [, title] of names) skip(title, chromium.missing);
    return;
  }
  const html = readFileSync(new URL('../bundlers/pages.html', import.meta.url), 'utf8');
  const folders = Object.fromEntries([...pages].map(([name, { path }]) => [name, path]));
  writeFileSync(
    join(scratch, 'index.html'),
    html.replace('FOLDERS', () => JSON.stringify(folders)),
  );
  const reports = await openPage('Chromium', chromium, scratch, { seconds: 180 });
  const component = [...readFileSync(`${repository}tests/runtimes/components/add.wasm`)];
  for (const [name, title] of names) {
    const isRight = await test(title, () => {
      const { results, error } = reports[name];
      assert.equal(error, undefined);
      assert.deepEqual(results, { ...expected, component });
    });
    if (isRight) ran[pages.get(name).framework.app].add('browsers');
  }
}
