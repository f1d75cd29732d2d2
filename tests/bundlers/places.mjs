/**
 * Places of core modules when code runs on a server, in a library or in a script: in
 * files beside the code or inside it, never at a URL of a site, and never awaited where
 * nothing can be.
 *
 * All with what tools do by themselves, and the plugin without options but for those in
 * the name of a test. What was built is moved away before it runs.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root as repository } from '../lib/setup.mjs';
import { test } from '../lib/report.mjs';
import { nodes } from '../runtimes/programs.mjs';
import { pack } from './bundlers/packing.mjs';
import { padded } from './components.mjs';
import { scratch } from './setup.mjs';
import { load } from './tools.mjs';

const small = readFileSync(`${repository}tests/runtimes/components/add.wasm`);
const sources = {
  'package.json': '{ "private": true, "type": "module" }\n',
  'main.js': `import { add } from './small.wasm';
import { add as large } from './large.wasm';
console.log(add(1, large(2, 3)));
`,
  'exports.js':
    "export { add as small } from './small.wasm';\nexport { add } from './large.wasm';\n",
  'folder/main.js': "import '../main.js';\n",
};

/** The places by bundler: each builds in a folder, and names what then runs. */
const places = {
  vite: {
    'a build for a server': (root, major) => vite(root, major, { ssr: 'main.js' }),
    'a build for a server that emits assets': (root, major) =>
      vite(root, major, { ssr: 'main.js', ssrEmitAssets: true }),
    'a build for a server, inline: 0': (root, major) =>
      vite(root, major, { ssr: 'main.js' }, { inline: 0 }),
    'a build for a server that emits assets, inline: 0': (root, major) =>
      vite(root, major, { ssr: 'main.js', ssrEmitAssets: true }, { inline: 0 }),
    'a build for a server as CommonJS': (root, major) =>
      vite(root, major, {
        ssr: 'main.js',
        rollupOptions: { output: { format: 'cjs', entryFileNames: 'main.cjs' } },
      }),
    'a library': (root, major) => vite(root, major, library(['es'])),
    'a library, inline: 0': (root, major) => vite(root, major, library(['es']), { inline: 0 }),
    'a library in the formats that are made without any': (root, major) =>
      vite(root, major, library()),
    'a library as CommonJS': (root, major) => vite(root, major, library(['cjs'])),
    'the target es2020, which has no top-level await': (root, major) =>
      vite(root, major, {
        target: 'es2020',
        rollupOptions: { input: 'main.js', output: { entryFileNames: 'main.js' } },
      }),
    'the target that it has by itself': async (root, major) => {
      const output = { entryFileNames: 'main.js' };
      const files = await vite(root, major, { rollupOptions: { input: 'main.js', output } });
      // Since 7 it has top-level await, by which files of a site are fetched: those run in a page.
      return major === undefined || major >= 7 ? [] : files;
    },
  },
  rollup: {
    'CommonJS, by a configuration': (root) => rollup(root, 'cjs', true),
    'a script, by a configuration': (root) => rollup(root, 'iife', true),
    'CommonJS, named late, inline: true': (root) => rollup(root, 'cjs', false, { inline: true }),
  },
  rolldown: {
    CommonJS: (root, major) => rolldown(root, major, 'cjs'),
    'a script': (root, major) => rolldown(root, major, 'iife'),
    'a module': (root, major) => rolldown(root, major, 'es'),
  },
  webpack: packPlaces('webpack'),
  rspack: packPlaces('rspack'),
  esbuild: {
    'platform node': (root, major) => esbuild(root, major, {}),
    'platform node, a module in a folder': (root, major) =>
      esbuild(root, major, { format: 'esm', entryPoints: ['folder/main.js'], outbase: '.' }),
    'platform node, a module, with a public path': (root, major) =>
      esbuild(root, major, { format: 'esm', publicPath: '/site/' }),
    'platform node, a module, with a public path, inline: 0': (root, major) =>
      esbuild(root, major, { format: 'esm', publicPath: '/site/' }, { inline: 0 }),
  },
};

/**
 * @param {string} name of the bundler
 * @param {string} label of the bundler and its major
 * @param {number} major
 * @returns {Promise<boolean>} whether all is well
 */
export async function checkPlaces(name, label, major) {
  const results = [];
  for (const [place, build] of Object.entries(places[name] ?? {})) {
    results.push(
      await test(`${label}, places: ${place}`, async () => {
        const root = application(`${label} places ${place}`);
        const files = await build(root, major);
        await checkRuns(root, [files].flat());
      }),
    );
  }
  if (name === 'rollup') {
    results.push(
      await test('rollup, places: CommonJS that is named late says which option to take', async () => {
        const root = application('rollup places late');
        await assert.rejects(rollup(root, 'cjs', false), (error) => {
          assert.match(error.message, /large\.wasm: error\[top-level-await\]: .*`cjs`/);
          assert.match(error.message, /help: pass `inline: true` or `tla: false`/);
          return true;
        });
      }),
    );
  }
  return results.every(Boolean);
}

/** tsdown, which needs a later Node than its bundler. */
export async function checkTsdown() {
  return test('tsdown, places: a library as module and CommonJS', async () => {
    const root = application('tsdown places');
    const config = `import { windlass } from '@windlass/unplugin/rolldown';
export default { entry: ['exports.js'], format: ['esm', 'cjs'], outDir: 'out', dts: false, plugins: [windlass()] };
`;
    writeFileSync(join(root, 'tsdown.config.mjs'), config);
    const program = new URL('node_modules/tsdown/dist/run.mjs', import.meta.url).pathname;
    const { code, output } = await capture(nodes['Node 24'], [program], { cwd: root });
    assert.equal(code, 0, output);
    const made = readdirSync(join(root, 'out')).filter((file) => /^exports\.[cm]?js$/.test(file));
    assert.equal(made.length, 2, made.join());
    await checkRuns(
      root,
      made.map((file) => `out/${file}`),
    );
  });
}

function application(name) {
  const root = join(scratch, name.replaceAll(/\W+/g, '-'));
  mkdirSync(join(root, 'folder'), { recursive: true });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(root, file), text);
  writeFileSync(join(root, 'small.wasm'), small);
  writeFileSync(join(root, 'large.wasm'), padded(small, 10_000));
  return root;
}

/** Runs what was built in another place, where neither sources nor modules made of them are. */
async function checkRuns(root, files) {
  const moved = `${root}-moved`;
  cpSync(join(root, 'out'), join(moved, 'out'), { recursive: true });
  writeFileSync(join(moved, 'package.json'), sources['package.json']);
  rmSync(root, { recursive: true });
  for (const file of files) {
    const path = join(moved, file);
    const isLibrary = /exports/.test(file);
    const text = isLibrary
      ? `import(${JSON.stringify(path)}).then(({ default: umd, ...es }) => {
          const { small, add } = umd ?? es;
          console.log(small(1, add(2, 3)));
        })`
      : `import(${JSON.stringify(path)})`;
    const { code, output } = await capture(process.execPath, ['-e', text], { cwd: scratch });
    assert.equal(code, 0, `${file}: ${output}`);
    assert.equal(output, '6\n', file);
  }
}

const library = (formats) => ({
  lib: { entry: 'exports.js', name: 'exported', fileName: 'exports', ...(formats && { formats }) },
});

async function vite(root, major, build, options) {
  const { build: run } = await load('vite', major);
  const { windlass } = await import('@windlass/unplugin/vite');
  const resolved = { ...build };
  for (const key of ['ssr']) if (build[key]) resolved[key] = join(root, build[key]);
  if (build.lib) resolved.lib = { ...build.lib, entry: join(root, build.lib.entry) };
  const { input } = build.rollupOptions ?? {};
  if (input) resolved.rollupOptions = { ...build.rollupOptions, input: join(root, input) };
  await run({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [windlass(options)],
    build: { outDir: 'out', ...resolved },
  });
  const made = readdirSync(join(root, 'out')).filter((file) => /\.[cm]?js$/.test(file));
  return made.map((file) => `out/${file}`);
}

async function rollup(root, format, isKnown, options) {
  const { rollup: run } = await load('rollup');
  const { windlass } = await import('@windlass/unplugin/rollup');
  const output = { format, file: join(root, 'out/main.cjs'), name: 'main' };
  const plugins = [windlass({ root, ...options })];
  const bundle = await run({ input: join(root, 'main.js'), plugins, ...(isKnown && { output }) });
  await bundle.write(output);
  await bundle.close();
  return 'out/main.cjs';
}

async function rolldown(root, major, format) {
  const { rolldown: run } = await load('rolldown', major);
  const { windlass } = await import('@windlass/unplugin/rolldown');
  const file = format === 'es' ? 'out/main.js' : 'out/main.cjs';
  const bundle = await run({ cwd: root, input: 'main.js', plugins: [windlass({ root })] });
  await bundle.write({ format, file: join(root, file), name: 'main' });
  await bundle.close();
  return file;
}

async function esbuild(root, major, settings, options) {
  const { build } = await load('esbuild', major);
  const { windlass } = await import('@windlass/unplugin/esbuild');
  const extension = settings.format === 'esm' ? '.js' : '.cjs';
  await build({
    absWorkingDir: root,
    entryPoints: ['main.js'],
    bundle: true,
    platform: 'node',
    outdir: 'out',
    outExtension: { '.js': extension },
    logLevel: 'silent',
    plugins: [windlass(options)],
    ...settings,
  });
  return `out/${settings.outbase ? 'folder/' : ''}main${extension}`;
}

/** Places of webpack and Rspack. */
function packPlaces(name) {
  const node = { target: 'node' };
  // As Next has it for its server.
  const relative = { module: { parser: { javascript: { url: 'relative' } } } };
  const modules = { experiments: { outputModule: true } };
  const build = (config, output) => (root, major) => packed(name, root, major, config, output);
  return {
    'target node': build(node, {}),
    'target node, in a folder': build({ ...node, entry: { 'folder/main': './main.js' } }, {}),
    'target node, with a public path': build(node, { publicPath: '/site/' }),
    'target node, with a public path and relative URLs': build(
      { ...node, ...relative },
      { publicPath: '/site/', library: { type: 'commonjs2' } },
    ),
    'target node, a module with a public path, inline: 0': build(
      { ...node, ...modules, options: { inline: 0 } },
      { publicPath: '/site/', module: true, chunkFormat: 'module' },
    ),
    'target node, a module in a folder, inline: 0': build(
      { ...node, ...modules, entry: { 'folder/main': './main.js' }, options: { inline: 0 } },
      { module: true, chunkFormat: 'module' },
    ),
  };
}

async function packed(name, root, major, { options, ...config }, output) {
  const module = await load(name, major);
  const { windlass } = await import(`@windlass/unplugin/${name}`);
  const extension = output.module ? 'js' : 'cjs';
  const entry = config.entry ?? { main: './main.js' };
  const compiler = (module.rspack ?? module.default)({
    context: root,
    mode: 'production',
    performance: false,
    ...config,
    entry,
    output: { path: join(root, 'out'), filename: `[name].${extension}`, ...output },
    plugins: [windlass(options)],
  });
  await pack(compiler);
  return `out/${Object.keys(entry)[0]}.${extension}`;
}
