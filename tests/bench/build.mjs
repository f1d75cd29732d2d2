/**
 * `node tests/bench/build.mjs`: builds the guests, and transpiles them with Windlass and
 * with the peer. What is there already is not built again; `--fresh` does it all again.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as buildProject, install } from '../lib/setup.mjs';
import {
  ASYNC_HOST,
  BENCH,
  CACHE,
  COMPONENTS,
  HOST,
  PEER,
  PEER_CACHE,
  PEER_CLI,
  WINDLASS_CLI,
} from './lib/paths.mjs';

const TARGET = `${CACHE}target`;

/** The path of a component. */
export const componentPath = (name) => `${CACHE}${name}.wasm`;

/**
 * Makes what the benchmark reads.
 *
 * @param {string[]} names of the components
 * @param {{ build?: boolean, note?: (text: string) => void }} options `build: false` leaves the packages as they are
 */
export async function prepare(
  names = Object.keys(COMPONENTS),
  { build = true, note = (text) => console.error(text) } = {},
) {
  mkdirSync(CACHE, { recursive: true });
  await install(note);
  await install((text) => note(`peer: ${text}`), PEER);
  for (const name of names) {
    await once(componentPath(name), async () => {
      note(`guest ${name}`);
      await guests[name](componentPath(name));
    });
  }
  for (const name of names) {
    await once(`${PEER_CACHE}${name}/${name}.js`, () => {
      note(`peer: transpile ${name}`);
      const dir = `${PEER_CACHE}${name}`;
      run(
        process.execPath,
        [
          PEER_CLI,
          'transpile',
          '-q',
          componentPath(name),
          '-o',
          dir,
          '--name',
          name,
          ...hostMap(name, dir),
        ],
        PEER,
      );
    });
  }
  if (build) await buildProject(note);
  for (const name of names) {
    // Always anew: what is measured is the transpiler as it is now.
    const dir = `${CACHE}windlass/${name}`;
    rmSync(dir, { recursive: true, force: true });
    run(
      process.execPath,
      [WINDLASS_CLI, 'transpile', componentPath(name), '-o', dir, '--name', name, ...hostMap(name)],
      BENCH,
    );
  }
}

/**
 * The options that map the host functions of the cases.
 *
 * @param {string} [dir] where paths begin; without it they are absolute
 */
export function hostMap(name, dir) {
  const hosts = { bench: ['perf:bench', HOST], async: ['perf:async-bench', ASYNC_HOST] };
  if (!hosts[name]) return [];
  const [pkg, path] = hosts[name];
  return ['--map', `${pkg}/host=${dir === undefined ? path : relative(dir, path)}`];
}

const guests = {
  answer: text,
  add: text,
  async bench(path) {
    cargo('guest', 'wasm32-unknown-unknown');
    const core = `${TARGET}/wasm32-unknown-unknown/release/bench_guest.wasm`;
    copyFileSync(core, `${CACHE}bench.core.wasm`);
    const { componentNew } = await peer();
    writeFileSync(path, await componentNew(readFileSync(core)));
  },
  async: (path) => rust('async', path),
  rust: (path) => rust('rust', path),
  async js(path) {
    const { componentize } = await import(
      pathToFileURL(`${PEER}node_modules/@bytecodealliance/componentize-js/src/componentize.js`)
    );
    const sourcePath = `${BENCH}fixtures/js/app.js`;
    const witWorld = readFileSync(`${BENCH}fixtures/js/wit/w.wit`, 'utf8');
    writeFileSync(
      path,
      (await componentize({ sourcePath, witWorld, worldName: 'scripted' })).component,
    );
  },
  python(path) {
    const env = `${CACHE}python`;
    if (!existsSync(env)) {
      run('python3', ['-m', 'venv', env]);
      run(`${env}/bin/pip`, ['-q', 'install', 'componentize-py==0.25.*']);
    }
    run(
      `${env}/bin/componentize-py`,
      ['-d', 'wit', '-w', 'scripted', 'componentize', 'app', '-o', path],
      `${BENCH}fixtures/python`,
    );
  },
};

function rust(name, path) {
  cargo(`fixtures/${name}`, 'wasm32-wasip2');
  copyFileSync(`${TARGET}/wasm32-wasip2/release/bench_${name}.wasm`, path);
}

async function text(path) {
  const { parse } = await peer();
  const name = path.slice(CACHE.length, -'.wasm'.length);
  writeFileSync(path, await parse(readFileSync(`${BENCH}fixtures/${name}/component.wat`, 'utf8')));
}

const peer = () => import(pathToFileURL(`${PEER}node_modules/@bytecodealliance/jco/dist/api.js`));

function cargo(dir, target) {
  run(
    'cargo',
    ['build', '--release', '--quiet', '--target', target, '--target-dir', TARGET],
    join(BENCH, dir),
  );
}

/** Runs a program, whose output is shown when it fails. */
function run(program, args, cwd = BENCH) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
}

async function once(path, make) {
  if (existsSync(path) && statSync(path).size > 0) return;
  await make();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--fresh')) {
    rmSync(CACHE, { recursive: true, force: true });
    rmSync(PEER_CACHE, { recursive: true, force: true });
  }
  await prepare();
}
