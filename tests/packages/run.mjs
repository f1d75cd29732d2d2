/**
 * `node tests/packages/run.mjs`: what npm would publish, packed, installed into
 * empty folders and used there, with the addon and without it.
 */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { thisPlatform } from '../../npm/addon.mjs';
import { pack } from '../../npm/release.mjs';
import { finish, skip, test } from '../lib/report.mjs';
import { capture, root } from '../lib/setup.mjs';
import { browserNames, findBrowser, openPage } from '../runtimes/browsers.mjs';
import { bundle, edge } from '../runtimes/bundle.mjs';
import { importMap } from '../runtimes/import-map.mjs';
import { bun, deno, nodes } from '../runtimes/programs.mjs';
import { withWorkerd } from '../runtimes/workerd.mjs';
import { readmeExamples } from './readme.mjs';
import { attw, knip } from './tools.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'windlass-packages-'));
const native = `@windlass/native-${thisPlatform}`;
const hello = `${root}tests/guests/build/hello.wasm`;
const runtimes = new URL('../runtimes/', import.meta.url);

/** kB of each package at most, unpacked. */
const budgets = {
  [native]: 7500,
  // The addon has 484; licence and README are the rest.
  [`@windlass/wasi-native-${thisPlatform}`]: 520,
  // With the adapters of frameworks, and the documentation of each.
  '@windlass/unplugin': 160,
  '@windlass/parcel-transformer': 20,
  '@windlass/jest': 25,
  // WASI 0.1, 0.2 and 0.3.
  '@windlass/wasi': 450,
  // The transpiler, and the tools of the command line.
  '@windlass/wasm': 3050,
  // With what the command line is made of in one file, which others would install beside it, and
  // the server, 120.
  windlass: 700,
};

const packed = await pack(join(scratch, 'packed'));
const built = await capture(process.execPath, ['tests/guests/build.mjs', 'hello']);
if (built.code !== 0) throw new Error(built.output);

await test('knip finds nothing that is unused or not declared', async () => {
  await output(process.execPath, [knip, '--no-progress'], { cwd: root });
});

for (const [name, { folder, tarball }] of Object.entries(packed)) {
  await test(`${name}: publint`, async () => {
    const buffer = readFileSync(tarball);
    const { messages } = await publint({
      pack: { tarball: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length) },
      strict: true,
    });
    const pkg = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });
  await test(`${name}: has what it needs and nothing else`, async () => {
    const { output } = await capture('tar', ['-tzf', tarball]);
    const files = output.trim().split('\n');
    assert.ok(files.includes('package/LICENSE'), 'no license');
    assert.ok(files.includes('package/README.md'), 'no README');
    const stray = files.filter((file) =>
      /\.rs$|\.tsbuildinfo$|\/(?:src|test)\/|Cargo|(?<!\.d)\.ts$/.test(file),
    );
    assert.deepEqual(stray, []);
  });
  await test(`${name}: attw`, async () => {
    // The module itself is no JavaScript, which is what is asked here.
    const flags = ['--profile', 'esm-only', '--exclude-entrypoints', 'windlass.wasm'];
    await output(process.execPath, [attw, tarball, ...flags], { cwd: scratch });
  });
  await test(`${name}: keeps its budget`, async () => {
    const unpacked = join(scratch, 'unpacked', name);
    mkdirSync(unpacked, { recursive: true });
    await output('tar', ['-xzf', tarball, '-C', unpacked]);
    const bytes = sizeOf(unpacked);
    console.log(`     ${kB(bytes)} of ${budgets[name]} kB, ${kB(statSync(tarball).size)} packed`);
    assert.ok(bytes < budgets[name] * 1000);
  });
}

await test('the Wasm build keeps its budget', () => {
  const module = readFileSync(join(packed['@windlass/wasm'].folder, 'pkg/windlass_bg.wasm'));
  const brotli = brotliCompressSync(module).length;
  console.log(`     ${kB(module.length)} raw, ${kB(brotli)} brotli`);
  // Of which links that are checked, limits and hidden characters took 3 %, and the code that
  // makes others interruptible 2 %.
  assert.ok(module.length < 2_330_000, `${kB(module.length)} raw, 2330 kB at most`);
  assert.ok(brotli < 690_000, `${kB(brotli)} brotli, 690 kB at most`);
});

await test('the tools keep their budget', () => {
  const { size } = statSync(join(packed['@windlass/wasm'].folder, 'pkg/tools_bg.wasm.br'));
  console.log(`     ${kB(size)} brotli`);
  assert.ok(size < 700_000, `${kB(size)}, 700 kB at most`);
});

// They bring a part of Parcel and of Babel, and are used in the tests of bundlers.
const { '@windlass/parcel-transformer': _, '@windlass/jest': __, ...everywhere } = packed;
const whole = await installed('whole', Object.keys(everywhere));
await test('installed size', () => {
  const bytes = sizeOf(join(whole, 'node_modules'));
  console.log(`     ${kB(bytes)}`);
  assert.ok(bytes < 12_000_000, `${kB(bytes)}, 12 MB at most`);
});
const bare = await installed(
  'bare',
  Object.keys(everywhere).filter((name) => name !== native),
);

for (const [where, folder, bindings] of [
  ['with the addon', whole, [undefined, 'native', 'wasm']],
  ['without the addon', bare, [undefined, 'wasm']],
]) {
  for (const binding of bindings) {
    const by = binding ? `${where}, WINDLASS_BINDING=${binding}` : where;
    const env = { WINDLASS_BINDING: binding, NO_COLOR: '1' };
    for (const [version, node] of Object.entries(nodes)) {
      await test(`${by}, ${version}: API`, async () => {
        assert.match(await output(node, ['use.mjs', hello], { cwd: folder, env }), /^used$/m);
      });
    }
    await test(`${by}: command line`, async () => {
      const windlass = 'node_modules/windlass/bin/windlass.cjs';
      const out = `out-${binding ?? 'default'}`;
      await output(process.execPath, [windlass, 'transpile', hello, '-o', out], {
        cwd: folder,
        env,
      });
      writeFileSync(
        join(folder, `${out}.mjs`),
        `import { shout } from './${out}/hello.js';\nconsole.log(shout('packed'));\n`,
      );
      assert.equal(await output(process.execPath, [`${out}.mjs`], { cwd: folder }), 'PACKED\n');
    });
  }
  for (const [runtime, program, flags] of [
    ['Deno', deno, ['run', '-A', '--node-modules-dir=manual']],
    ['Bun', bun, []],
  ]) {
    await test(`${where}, ${runtime}: API`, async () => {
      const args = [...flags, 'use.mjs', hello];
      assert.match(await output(program, args, { cwd: folder }), /^used$/m);
    });
  }
}

for (const [where, folder] of [
  ['with the addon', whole],
  ['without the addon', bare],
]) {
  await test(`${where}: components are imported by the hooks`, async () => {
    writeFileSync(join(folder, 'hello.wasm'), readFileSync(hello));
    const text = "import { shout } from './hello.wasm';\nconsole.log(shout('hooks'));\n";
    writeFileSync(join(folder, 'hooks.mjs'), text);
    const env = { WINDLASS_CACHE: join(folder, 'cache'), NODE_NO_WARNINGS: '1' };
    for (const node of Object.values(nodes)) {
      const args = ['--import', 'windlass/register', 'hooks.mjs'];
      assert.equal(await output(node, args, { cwd: folder, env }), 'HOOKS\n');
    }
  });
  await test(`${where}: plugins load`, async () => {
    // The first holds the plugins of all bundlers; the others export no plugin.
    const unlikePlugins = {
      '.': 'windlass.vite',
      './jest': 'componentsIn',
      './next': 'withWindlass',
      './nuxt': 'default',
      './parcel': 'transform',
      './turbopack': 'default',
    };
    const adapters = readdirSync(join(folder, 'node_modules/@windlass/unplugin/dist/adapters'));
    const names = adapters.filter((name) => name.endsWith('.js')).map((name) => `./${name}`);
    // Bun's is for Bun.
    const entries = ['.', ...names.map((name) => name.slice(0, -'.js'.length))].filter(
      (entry) => entry !== './bun',
    );
    const text = entries.map((key) => {
      const specifier = key.replace('.', '@windlass/unplugin');
      const name = unlikePlugins[key] ?? 'windlass';
      return `console.log('${key}', typeof (await import('${specifier}')).${name});\n`;
    });
    writeFileSync(join(folder, 'plugins.mjs'), text.join(''));
    assert.equal(
      await output(process.execPath, ['plugins.mjs'], { cwd: folder }),
      entries.map((key) => `${key} function\n`).join(''),
    );
  });
}

const page = readFileSync(new URL('app/index.html', runtimes), 'utf8')
  .replace('IMPORTS', () => JSON.stringify(importMap(bare)))
  .replace('PAGE', 'api.mjs');
writeFileSync(join(bare, 'index.html'), page);
for (const file of ['app/api.mjs', 'app/check.mjs']) {
  copyFileSync(new URL(file, runtimes), join(bare, file.slice('app/'.length)));
}
for (const name of ['add', 'calls', 'core']) {
  copyFileSync(new URL(`components/${name}.wasm`, runtimes), join(bare, `${name}.wasm`));
}
for (const name of browserNames) {
  const browser = await findBrowser(name);
  if ('missing' in browser) {
    skip(name, browser.missing);
    continue;
  }
  await test(`${name}: API and polyfill`, async () => {
    const { results } = await openPage(name, browser, bare);
    assert.ok(results.length > 10);
    assert.deepEqual(
      results.filter(({ error }) => error),
      [],
    );
  });
}

await test('workerd: transpiled before, and transpiled there', async () => {
  const windlass = 'node_modules/windlass/bin/windlass.cjs';
  const args = [windlass, 'transpile', hello, '--target', 'workerd', '-o', 'hello.workerd'];
  await output(process.execPath, args, { cwd: bare });
  copyFileSync(new URL('edge.mjs', import.meta.url), join(bare, 'edge.mjs'));
  const { wasm } = await bundle(bare, 'edge.mjs', 'edge.js', edge);
  await withWorkerd(bare, ['edge.js', ...wasm], async (url) => {
    const response = await fetch(url, { method: 'POST', body: readFileSync(hello) });
    assert.deepEqual(await response.json(), ['EDGE', 'request', 'hello.js']);
  });
});

const addon = `${native}/windlass.node`;
const wasmModule = '@windlass/wasm/pkg/windlass_bg.wasm';
const gone = (name) => `${name} is not installed`;
const broken = (name) => `${name} does not load (`;
for (const [what, folder, binding, damaged, contents, expected] of [
  ['the addon by hand where there is none', bare, 'native', [], undefined, [gone(native)]],
  ['the Wasm build by hand', whole, 'wasm', [wasmModule], undefined, [gone('@windlass/wasm')]],
  ['with neither', bare, undefined, [wasmModule], undefined, [native, '@windlass/wasm'].map(gone)],
  [
    'with two that do not load',
    whole,
    undefined,
    [addon, wasmModule],
    'neither',
    [native, '@windlass/wasm'].map(broken),
  ],
]) {
  await test(`${what}: says what was tried`, async () => {
    await without(folder, damaged, contents, async () => {
      const { code, output: text } = await transpileHello(folder, binding);
      assert.equal(code, 1);
      assert.match(text, /^error\[no-binding\]: the transpiler cannot be loaded: /);
      for (const part of expected) assert.ok(text.includes(part), text);
    });
  });
}
await test('an addon that does not load: the Wasm build is there', () =>
  without(whole, [addon], 'no library', async () => {
    const { code, output: text } = await transpileHello(whole, undefined);
    assert.equal(code, 0, text);
  }));
await test('the addon by hand needs no Wasm build', () =>
  without(whole, [wasmModule], undefined, async () => {
    const { code, output: text } = await transpileHello(whole, 'native');
    assert.equal(code, 0, text);
  }));
await test('a binding that there is not', async () => {
  const { code, output: text } = await transpileHello(whole, 'moon');
  assert.notEqual(code, 0);
  assert.match(text, /WINDLASS_BINDING is `moon`/);
});

const { examples, end } = await readmeExamples(whole, hello);
await test('the README has examples', () => assert.ok(examples.length > 3));
for (const { name, run, reason } of examples) {
  if (run) await test(name, run);
  else skip(name, reason);
}
await end();

for (const resolution of ['nodenext', 'bundler']) {
  await test(`types under moduleResolution ${resolution}`, async () => {
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        lib: ['es2023', 'dom', 'esnext.disposable'],
        module: resolution === 'bundler' ? 'preserve' : 'nodenext',
        moduleResolution: resolution,
        types: [],
      },
      files: ['use.ts'],
    };
    const file = join(whole, `tsconfig.${resolution}.json`);
    writeFileSync(file, JSON.stringify(config));
    await output(`${root}node_modules/.bin/tsc`, ['-p', file], { cwd: whole });
  });
}

rmSync(scratch, { recursive: true });
finish();

/** An empty folder with packages installed, and the scripts that use them. */
async function installed(name, packages) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = packages.map((one) => packed[one].tarball);
  const args = ['install', '--no-audit', '--no-fund', '--no-save', '--prefer-offline'];
  const { code, output: text } = await capture('npm', [...args, ...tarballs], { cwd: folder });
  if (code !== 0) throw new Error(`npm install failed\n${text}`);
  for (const file of ['use.mjs', 'use.ts']) {
    writeFileSync(join(folder, file), readFileSync(new URL(file, import.meta.url)));
  }
  return folder;
}

function transpileHello(folder, binding) {
  const args = ['node_modules/windlass/bin/windlass.cjs', 'transpile', hello, '-o', 'hello.out'];
  const env = { WINDLASS_BINDING: binding, NO_COLOR: '1' };
  return capture(process.execPath, args, { cwd: folder, env });
}

/** Runs `body` while files of packages are absent, or hold something else. */
async function without(folder, files, contents, body) {
  const paths = files.map((file) => join(folder, 'node_modules', file));
  for (const path of paths) {
    renameSync(path, `${path}.kept`);
    if (contents !== undefined) writeFileSync(path, contents);
  }
  try {
    await body();
  } finally {
    for (const path of paths) renameSync(`${path}.kept`, path);
  }
}

async function output(program, args, options) {
  const { code, output: text } = await capture(program, args, options);
  assert.equal(code, 0, `${args.join(' ')} ended with code ${code}\n${text}`);
  return text;
}

function sizeOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function kB(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
