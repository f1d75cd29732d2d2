/**
 * `npm run build [-- native wasm typescript]`: builds the addon, the Wasm build
 * and the TypeScript packages, all if none is named. Steps whose input has not
 * changed do nothing.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { addons, libraryIn } from './addon.mjs';
import { capture, install, need, root, toolchain } from '../tests/lib/setup.mjs';

const steps = { native, wasm, typescript };

/**
 * @param {(text: string) => void} note told about each step
 * @param {string[]} parts names of steps, all if empty
 */
export async function build(note, parts = []) {
  for (const [name, step] of Object.entries(steps)) {
    if (parts.length === 0 || parts.includes(name)) await step(note);
  }
}

/** The packages in TypeScript, each after those that it imports. */
export const typescriptProjects = ['shims', 'npm/windlass', 'npm/unplugin'];

/** Builds the addons, each beside the `package.json` that names it. */
async function native(note) {
  for (const { crate, file, profile } of Object.values(addons)) {
    note(`native addon ${basename(file)} (cargo build --profile ${profile})`);
    await cargo(note, ['build', '--profile', profile, '-p', crate]);
    const built = libraryIn(`${target()}/${profile}`, crate);
    const addon = root + file;
    if (existsSync(addon) && readFileSync(addon).equals(readFileSync(built))) continue;
    // A running process keeps the file it has mapped; writing into it would end that process.
    copyFileSync(built, `${addon}.${process.pid}`);
    renameSync(`${addon}.${process.pid}`, addon);
  }
}

/** The Wasm modules of `npm/wasm/pkg` by name, and the crates that they are made of. */
const modules = { windlass: 'windlass-wasm', tools: 'windlass-tools' };

/**
 * The name of a module's file. The tools are for the command line only, where
 * unpacking takes a moment and saves three quarters of what is installed.
 */
const fileOf = (name) => (name === 'tools' ? 'tools_bg.wasm.br' : `${name}_bg.wasm`);

/** Builds `npm/wasm/pkg`: rustc, wasm-bindgen, wasm-opt. */
async function wasm(note) {
  for (const [name, crate] of Object.entries(modules)) {
    note(`Wasm build of ${name} (cargo build --profile wasm)`);
    const goal = ['--profile', 'wasm', '--target', 'wasm32-unknown-unknown'];
    // One by one: together, a feature that one of them asks for would be in the other.
    await cargo(note, ['build', ...goal, '-p', crate]);
    await bind(note, name, crate);
  }
}

/** The runs of wasm-opt. The second still saves two kilobytes, a third saves nothing. */
const passes = ['-Oz', '-Oz'];

/** Runs wasm-bindgen and wasm-opt on what rustc built. */
async function bind(note, name, crate) {
  const built = `${target()}/wasm32-unknown-unknown/wasm/${crate.replace('-', '_')}.wasm`;
  const pkg = `${root}npm/wasm/pkg`;
  const tool = readFileSync(`${root}npm/wasm/build/src/main.rs`);
  const hash = createHash('sha256')
    .update(readFileSync(built))
    .update(tool)
    .update(passes.join())
    .digest('hex');
  const stamp = `${target()}/${name}.wasm.stamp`;
  if (
    existsSync(`${pkg}/${fileOf(name)}`) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash
  )
    return;

  note(`Wasm build of ${name} (wasm-bindgen, wasm-opt)`);
  const bound = `${target()}/wasm-bindgen`;
  await cargo(note, ['run', '--release', '-p', 'windlass-wasm-build', '--', built, bound, name]);
  const opt = `${root}node_modules/binaryen/bin/wasm-opt`;
  const out = `${bound}/${name}_bg.opt.wasm`;
  await run(process.execPath, [opt, ...passes, `${bound}/${name}_bg.wasm`, '-o', out]);
  mkdirSync(pkg, { recursive: true });
  writeFileSync(`${pkg}/${name}.js`, await parsedByOldNodes(`${bound}/${name}.js`));
  const optimized = readFileSync(out);
  const file = fileOf(name);
  writeFileSync(`${pkg}/${file}`, file.endsWith('.br') ? brotliCompressSync(optimized) : optimized);
  writeFileSync(stamp, hash);
}

/** A module in the syntax that `npm/windlass/tsconfig.json` names, for a package that imports it. */
async function parsedByOldNodes(path) {
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(path, 'utf8'), { target: 'es2019' });
  return code;
}

/** Compiles the TypeScript packages into their `dist` folders, and bundles the command line. */
async function typescript(note) {
  note('TypeScript packages (tsc --build)');
  for (const name of Object.keys(modules)) {
    const glue = `${root}npm/wasm/pkg/${name}.js`;
    if (existsSync(glue)) continue;
    // `windlass` imports it, though it works without where there is an addon.
    mkdirSync(`${root}npm/wasm/pkg`, { recursive: true });
    writeFileSync(
      glue,
      "export function initSync() {\n  throw new Error('not built: npm run build -- wasm');\n}\n",
    );
  }
  // One after the other: each needs the declarations of those before it.
  for (const project of typescriptProjects) {
    sweep(project);
    await run(`${root}node_modules/.bin/tsc`, ['--build', '--pretty', 'false', project]);
  }
  await commandLine();
  await bundleHooks();
  await bundleRuntime();
}

/** Removes what tsc once made of sources that are gone. Bundles go too, and are made again. */
function sweep(project) {
  const dist = `${root}${project}/dist`;
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true })) {
    const stem = /^(.*?)(?:\.d)?\.[cm]?[jt]s$/.exec(file)?.[1];
    const isStale = stem !== undefined && !existsSync(`${root}${project}/src/${stem}.ts`);
    if (isStale) rmSync(`${dist}/${file}`);
  }
}

/** Makes `windlass/register` one file: each module more would delay every start of an application. */
async function bundleHooks() {
  const { build: bundle } = await import('esbuild');
  const hooks = `${root}npm/windlass/dist/hooks`;
  // Others throw that class too, and who catches it must know it. All packages are external
  // but for the file of one that is needed at once.
  const error = {
    name: 'error',
    setup({ onResolve }) {
      onResolve({ filter: /\/error\.js$/ }, () => ({ path: '../error.js', external: true }));
      const nearest = `${root}shims/dist/nearest.js`;
      onResolve({ filter: /^@windlass\/wasi\/nearest$/ }, () => ({ path: nearest }));
    },
  };
  // The manifest says so of the files that are published.
  const node = {
    name: 'node',
    setup({ onResolve }) {
      const path = `${root}npm/windlass/src/node.ts`;
      onResolve({ filter: /\/node\.js$/ }, () => ({ path, sideEffects: true }));
    },
  };
  await bundle({
    entryPoints: [`${root}npm/windlass/src/hooks/register.ts`],
    outfile: `${hooks}/bundle.js`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    minifyWhitespace: true,
    minifySyntax: true,
    // Node shows the line that throws, before what it throws.
    lineLimit: 100,
    plugins: [error, node],
    logLevel: 'error',
  });
}

/**
 * Makes what modules of the plugins import, out of what emitted modules have inside:
 * each file holds what it needs, and no more for a bundler to look at.
 */
async function bundleRuntime() {
  const { build: bundle } = await import('esbuild');
  const runtime = `${root}npm/unplugin/src/runtime`;
  await bundle({
    entryPoints: readdirSync(runtime).map((name) => `${runtime}/${name}`),
    outdir: `${root}npm/unplugin/dist/runtime`,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
}

/**
 * Bundles `npm/windlass/dist/cli.script.js`: the command line is there in half the time
 * as one file, and with `require`, by which `node:fs` is not taken apart into exports.
 */
async function commandLine() {
  const esbuild = await import('esbuild');
  const license = readFileSync(`${root}node_modules/commander/LICENSE`, 'utf8');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['npm/windlass/src/cli/main.ts'],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Only `createRequire` asks for it, which takes a path too and has no URL to parse then.
    define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
    minifyWhitespace: true,
    minifySyntax: true,
    // Without the Wasm build there is a module that only says so.
    // `bin/windlass.cjs` has looked at the version of Node.
    logOverride: { 'import-is-undefined': 'silent', 'ignored-bare-import': 'silent' },
    plugins: [imports],
    // A script that gives a function, so that what V8 makes of it can be kept.
    banner: { js: '(function (require, __filename, __dirname, givenImport) {' },
    footer: { js: `})\n/* commander: ${license.trim()} */` },
  });
  const [{ text, hash }] = outputFiles;
  // Code that is kept of the file is known by it to be of this one.
  writeFileSync(`${root}npm/windlass/dist/cli.script.js`, `//${hash}\n${text}`);
}

/** Replacements for imports of the bundle. */
const imports = {
  name: 'imports',
  setup({ onResolve, onLoad }) {
    // In the bundle too: Node 20 does not find what a module imports that is required in Yarn's archives.
    onResolve({ filter: /^@windlass\/wasm(?:\/tools)?$/ }, ({ path }) => ({
      path: `${root}npm/wasm/${path.endsWith('tools') ? 'tools.bundled' : 'bundled'}.js`,
    }));
    onLoad({ filter: /\/src\/import\.ts$/ }, () => ({
      contents: 'export const importModule = givenImport;',
    }));
    // Node takes a millisecond to find and read it.
    onLoad({ filter: /\/src\/cli\/manifest\.ts$/ }, () => {
      const { version, dependencies } = JSON.parse(
        readFileSync(`${root}npm/windlass/package.json`, 'utf8'),
      );
      return { contents: `export const manifest = ${JSON.stringify({ version, dependencies })};` };
    });
    // Commander can run commands that are programs of their own, and loads for
    // it what takes milliseconds.
    onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('node_modules/commander/') ? { path, namespace: 'absent' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

function target() {
  return process.env.CARGO_TARGET_DIR ?? `${root}target`;
}

/** Runs cargo and repeats its latest line now and then, since a first build takes minutes. */
async function cargo(note, args) {
  let latest = '';
  const timer = setInterval(() => note(`  ${latest}`), 20_000);
  try {
    await run('cargo', args, (line) => (latest = line.trim()));
  } finally {
    clearInterval(timer);
  }
}

async function run(program, args, onLine) {
  const { code, output } = await capture(program, args, { onLine });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed\n${output}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const parts = process.argv.slice(2);
  const unknown = parts.find((part) => !(part in steps));
  if (unknown) {
    console.error(
      `error: there is no step \`${unknown}\`; there are ${Object.keys(steps).join(', ')}`,
    );
    process.exit(2);
  }
  need();
  await toolchain((text) => console.log(`rust     ${text}`));
  try {
    await install((text) => console.log(`install  ${text}`));
    await build((text) => console.log(`build    ${text}`), parts);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
