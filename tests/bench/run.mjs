/**
 * `npm run bench [-- --only calls,async,sizes,transpile,start,install] [--rounds N] [--filter REGEXP]`
 *
 * Windlass against glue written by hand and against the newest `@bytecodealliance/jco`:
 * calls, asynchronous calls and streams, size of the output, cost of transpiling, start,
 * installed size. Programs that are compared take turns, so that what else the machine
 * does meets all alike.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { node26 } from '../node26/index.mjs';
import { componentPath, hostMap, prepare } from './build.mjs';
import {
  BENCH,
  CACHE,
  COMPONENTS,
  PEER,
  PEER_CACHE,
  PEER_CLI,
  WINDLASS_CLI,
} from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { formatBytes, formatRatio, median, quantile, shuffle, table } from './lib/stats.mjs';

const { values: args } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    filter: { type: 'string' },
  },
});
const WALL_ROUNDS = 5;

// The engine that everything else here is run with, whatever `node` is on the path.
if (process.execPath !== node26) {
  const { status } = spawnSync(node26, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const sections = { calls, async: asynchronous, sizes, transpile, start, install };
const wanted = args.only?.split(',') ?? Object.keys(sections);
await prepare();
for (const name of wanted) {
  if (!sections[name])
    throw new Error(`no section ${name}; there are ${Object.keys(sections).join(', ')}`);
  await sections[name]();
}

function heading(text) {
  console.log(`\n## ${text}\n`);
}

function calls() {
  heading(`Calls (Node ${process.versions.node}, medians)`);
  measured('calls.mjs', args.rounds ?? '31');
}

function asynchronous() {
  heading(`Asynchronous calls and streams (Node ${process.versions.node}, medians)`);
  measured('async.mjs', args.rounds ?? '15');
}

/** Runs a program of cases. */
function measured(program, rounds) {
  const options = ['--rounds', rounds, ...(args.filter ? ['--filter', args.filter] : [])];
  const { status } = spawnSync(node26, ['--expose-gc', `${BENCH}${program}`, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exitCode = 1;
}

function filesBelow(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function javascriptIn(dir) {
  return Buffer.concat(
    filesBelow(dir)
      .filter((path) => path.endsWith('.js'))
      .map((path) => readFileSync(path)),
  );
}

function sizes() {
  heading('JavaScript emitted, all files together');
  const rows = [];
  for (const [name, { what }] of Object.entries(COMPONENTS)) {
    for (const which of ['windlass', 'peer']) {
      const dir = which === 'peer' ? `${PEER_CACHE}${name}` : `${CACHE}windlass/${name}`;
      const small = `${dir}-min`;
      rmSync(small, { recursive: true, force: true });
      cli(which, ['--minify', ...hostMap(name, small)], name, small);
      const minified = javascriptIn(small);
      rows.push([
        `${name}: ${what}`,
        which,
        ...[
          javascriptIn(dir),
          minified,
          gzipSync(minified, { level: 9 }),
          brotliCompressSync(minified),
        ].map(({ length }) => formatBytes(length)),
      ]);
    }
  }
  console.log(table(['component', 'by', 'raw', 'minified', 'min + gzip', 'min + brotli'], rows));
}

/** Runs the command line once. */
function cli(which, options, name, dir) {
  const program = which === 'peer' ? [PEER_CLI, 'transpile', '-q'] : [WINDLASS_CLI, 'transpile'];
  return runNode([...program, componentPath(name), '-o', dir, '--name', name, ...options], PEER);
}

/** Lets both take turns; gives the samples of each. */
function alternate(rounds, run) {
  const samples = { windlass: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    for (const which of shuffle(['windlass', 'peer'])) samples[which].push(run(which));
  }
  return samples;
}

function spread(values) {
  const [middle, low, high] = [median(values), quantile(values, 0.1), quantile(values, 0.9)];
  return `${middle.toFixed(0)} [${low.toFixed(0)}–${high.toFixed(0)}]`;
}

function of(samples, key) {
  return samples.map((sample) => sample[key]);
}

function transpile() {
  heading('Transpiling: milliseconds, median [p10–p90], and peak memory');
  const rows = [];
  for (const name of ['answer', 'rust', 'js', 'python']) {
    const size = formatBytes(statSync(componentPath(name)).size);
    const byCli = alternate(WALL_ROUNDS, (which) => cli(which, [], name, `${CACHE}out`));
    const byApi = alternate(WALL_ROUNDS, (which) => {
      const { output, memory } = runNode([`${BENCH}api.mjs`, which, componentPath(name)], PEER);
      return { ...JSON.parse(output), memory };
    });
    for (const which of ['windlass', 'peer']) {
      rows.push([
        `${name}, ${size}`,
        which,
        spread(of(byCli[which], 'wall')),
        spread(of(byCli[which], 'cpu')),
        formatBytes(median(of(byCli[which], 'memory'))),
        spread(of(byApi[which], 'first')),
        spread(of(byApi[which], 'later')),
        formatBytes(median(of(byApi[which], 'memory'))),
      ]);
    }
    const ratio = (samples, key) =>
      formatRatio(median(of(samples.peer, key)) / median(of(samples.windlass, key)));
    rows.push([
      '',
      'peer ÷ windlass',
      ratio(byCli, 'wall'),
      ratio(byCli, 'cpu'),
      ratio(byCli, 'memory'),
      ratio(byApi, 'first'),
      ratio(byApi, 'later'),
      ratio(byApi, 'memory'),
    ]);
  }
  console.log(
    table(
      ['component', 'by', 'CLI', 'CLI CPU', 'CLI memory', 'API first', 'API later', 'API memory'],
      rows,
    ),
  );
}

function start() {
  heading('Start of the process to the answer of the first call: milliseconds, median [p10–p90]');
  const rows = [];
  for (const name of ['answer', 'rust', 'js', 'python']) {
    const samples = alternate(WALL_ROUNDS * 2, (which) => {
      const sample = runNode([`${BENCH}start.mjs`, which, name], PEER);
      return { ...sample, answered: Number(sample.output) };
    });
    for (const which of ['windlass', 'peer']) {
      const memory = formatBytes(median(of(samples[which], 'memory')));
      rows.push([
        name,
        which,
        spread(of(samples[which], 'answered')),
        spread(of(samples[which], 'cpu')),
        memory,
      ]);
    }
  }
  console.log(table(['component', 'by', 'wall', 'CPU', 'memory'], rows));
}

function install() {
  heading('Installed size');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folders = ['npm/windlass', 'npm/native', 'npm/wasm', 'shims'].filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
  let ours = 0;
  for (const folder of folders) {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: join(root, folder),
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    ours += packed.unpackedSize;
  }
  const commander = join(root, 'node_modules', 'commander');
  if (existsSync(commander))
    ours += filesBelow(commander).reduce((sum, path) => sum + statSync(path).size, 0);
  const packages = join(PEER, 'node_modules');
  const theirs = filesBelow(packages).reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(
    table(
      ['by', 'bytes'],
      [
        ['windlass', formatBytes(ours)],
        ['peer', formatBytes(theirs)],
      ],
    ),
  );
}
