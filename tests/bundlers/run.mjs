/**
 * `node tests/bundlers/run.mjs [NAME...]`: an application that imports components
 * in every way, built by each bundler and run in Node.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, root as repository } from '../lib/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = join(here, 'scratch');
const counts = { passed: 0, failed: 0, skipped: 0 };

if (!existsSync(join(here, 'node_modules/vite'))) {
  // Not `ci`, which wants the packages of every platform in the lock file.
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...flags], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
const built = await capture(process.execPath, ['tests/guests/build.mjs', 'hello']);
if (built.code !== 0) throw new Error(built.output);
const { bundlers } = await import('./bundlers.mjs');

/** Every line marked as an error has to be one. */
const typed = `
import { add } from './add.wasm';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import url from './add.wasm?url';
import { guests, longestLine, shout } from './hello.wasm';

const sum: number = add(1, 2) + twice(3);
const text: string = shout('a') + url;
// @ts-expect-error -- a string is no number
add('1', 2);
// @ts-expect-error -- a number is no string
shout(1);
// @ts-expect-error -- one argument is missing
add(1);
const greeting: string = guests.greet({ name: 'Ada', languages: ['fr'] });
const own: unknown = instantiate({}).twice;
export { greeting, longestLine, own, sum, text };
`;

const wanted = process.argv.slice(2);
rmSync(scratch, { recursive: true, force: true });
for (const [name, build] of Object.entries(bundlers)) {
  if (wanted.length > 0 && !wanted.some((text) => name.includes(text))) continue;
  await test(`${name}: core modules in files`, async () => {
    const root = folder(`${name} files`);
    const main = await build(root, { inline: 0, map: { 'test:app/*': './*.js' } });
    await check(main);
    const files = wasmFiles(join(root, 'out'));
    // Of three components the core modules, and one component whole.
    assert.ok(files.length >= 6, files.join());
  });
  await test(`${name}: core modules in files when they are large`, async () => {
    const root = folder(`${name} default`, {
      'windlass.config.json': '{ "map": { "test:app/*": "./*.js" } }',
    });
    const main = await build(root, {});
    await check(main);
    const files = wasmFiles(join(root, 'out'));
    assert.ok(files.length >= 2 && files.length < 6, files.join());
    const types = readFileSync(join(root, 'add.d.wasm.ts'), 'utf8');
    assert.match(types, /export declare function add\(a: number, b: number\): number;/);
  });
  await test(`${name}: core modules in the JavaScript`, async () => {
    const root = folder(`${name} inline`);
    const main = await build(root, { inline: true, types: false, map: { 'test:app/*': './*.js' } });
    const out = await check(main);
    if (!out.startsWith('data:')) assert.ok(name.startsWith('vite'), out);
    assert.ok(!existsSync(join(root, 'add.d.wasm.ts')));
  });
  await test(`${name}: a component that is refused is named, and why`, async () => {
    const root = folder(`${name} refused`);
    writeFileSync(join(root, 'main.js'), "import './bad.wasm';\n");
    writeFileSync(
      join(root, 'bad.wasm'),
      Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9]),
    );
    await assert.rejects(build(root, {}), (error) => {
      assert.match(String(error.message), /bad\.wasm/);
      assert.match(String(error.message), /invalid-component/);
      return true;
    });
  });
}

if (wanted.length === 0 || wanted.some((text) => 'vite dev'.includes(text))) {
  await test('vite dev: modules, reload, errors in the overlay', async () => {
    const { checkDevServer } = await import('./vite-dev.mjs');
    const root = folder('vite dev');
    await checkDevServer(root, join(root, 'calls.wasm'));
  });
}

for (const [resolution, types] of [
  ['bundler', true],
  ['nodenext', true],
  ['bundler', 'types'],
]) {
  const name = `types: strict, moduleResolution ${resolution}, written ${types === true ? 'beside' : `to ${types}`}`;
  if (wanted.length > 0 && !wanted.some((text) => name.includes(text))) continue;
  await test(name, async () => {
    const root = folder(name.replaceAll(/\W+/g, ' '));
    const options = { types, map: { 'test:app/*': './*.js' } };
    await bundlers.rolldown(root, options);
    writeFileSync(join(root, 'main.ts'), typed);
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        lib: ['es2023', 'dom', 'esnext.disposable'],
        module: resolution === 'bundler' ? 'preserve' : 'nodenext',
        moduleResolution: resolution,
        allowArbitraryExtensions: true,
        types: ['@windlass/unplugin/client'],
        rootDirs: types === true ? undefined : ['.', types],
      },
      files: ['main.ts'],
    };
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config));
    const tsc = `${repository}node_modules/typescript/bin/tsc`;
    const { code, output } = await capture(
      process.execPath,
      [tsc, '-p', '.', '--pretty', 'false'],
      {
        cwd: root,
      },
    );
    assert.equal(code, 0, output);
  });
}

console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/** A copy of the application, with the components. */
function folder(name, files = {}) {
  const root = join(scratch, name.replaceAll(' ', '-'));
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  cpSync(join(here, 'app'), root, { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  for (const component of [
    'tests/runtimes/components/add',
    'tests/runtimes/components/calls',
    'tests/guests/build/hello',
  ]) {
    cpSync(`${repository}${component}.wasm`, join(root, `${component.split('/').at(-1)}.wasm`));
  }
  return root;
}

/** Runs what was built, from elsewhere, and gives the URL of the component that it has as a file. */
async function check(main) {
  const { code, output } = await capture(process.execPath, [main], { seconds: 60 });
  assert.equal(code, 0, output);
  const { asset, ...results } = JSON.parse(output);
  assert.deepEqual(results, {
    plain: 42,
    inlined: 2,
    mapped: 45,
    own: 25,
    wasi: 'ÜBER',
    granted: 'Ada',
    url: 'string',
  });
  if (asset.startsWith('file:')) assert.equal(statSync(new URL(asset)).size, 144);
  return asset;
}

function wasmFiles(out) {
  return readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.wasm'));
}

async function test(name, body) {
  try {
    await body();
    counts.passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL ${name}\n     ${String(error.stack ?? error).replaceAll('\n', '\n     ')}`);
  }
}
