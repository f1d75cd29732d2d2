/**
 * `node tests/conformance/suite.mjs [--only TEXT]`: the official component-model
 * suite on the Node that runs this file, compared with what is committed in
 * `results.snap` (`results.node20.snap` on Node 20); `UPDATE=1` rewrites it.
 * A directive that fails as listed there counts as skipped, any difference in
 * either direction as failed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTranspiler, builtProgram, root, targetDir } from './transpiler.mjs';

const FOLDERS = ['values', 'resources', 'linking', 'binary', 'validation', 'async'];

const { values: args } = parseArgs({
  options: { only: { type: 'string' }, node: { type: 'string', default: process.execPath } },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The harness itself needs a newer Node than the workers that it starts.
if (Number(process.versions.node.split('.')[0]) < 24) {
  const { node26 } = await import('../node26/index.mjs');
  const forward = [here('./suite.mjs'), '--node', args.node];
  if (args.only) forward.push('--only', args.only);
  process.exit(spawnSync(node26, forward, { stdio: 'inherit' }).status ?? 1);
}
const { runScripts, scriptsOf } = await import('./lib/suite.mjs');
const { createConverter } = await import('./lib/convert.mjs');
const { diff, parse, print, summarize } = await import('./lib/snapshot.mjs');

buildTranspiler();

const cacheDir = join(targetDir, 'conformance-cache');
await mkdir(cacheDir, { recursive: true });
const converter = await createConverter({ command: builtProgram('wast2json'), cacheDir });
const suite = locateSuite();
const scripts = FOLDERS.flatMap((folder) =>
  scriptsOf(`component-model=${suite}@${folder}/**/*.wast`),
).filter(({ path }) => !args.only || path.includes(args.only));

const own = args.node === process.execPath ? selfTests() : { passed: 0, failed: 0 };

let done = 0;
const files = await runScripts(scripts, {
  converter,
  skips: JSON.parse(readFileSync(here('./skips.json'), 'utf8')),
  jobs: availableParallelism(),
  node: args.node,
  nodeArgs: [],
  adapter: here('./adapter.mjs'),
  adapterOptions: {},
  traps: 'message',
  texts: JSON.parse(readFileSync(here('./texts.json'), 'utf8')),
  timeout: 10_000,
  fileTimeout: 180_000,
  onResult({ path }) {
    done += 1;
    console.log(`${done}/${scripts.length} ${path}`);
  },
});

const nodeVersion = execFileSync(args.node, ['--version'], { encoding: 'utf8' }).trim();
const major = Number(/^v(\d+)/.exec(nodeVersion)[1]);
const snapshot = here(major >= 24 ? './results.snap' : `./results.node${major}.snap`);
const now = summarize(files);

if (process.env.UPDATE && !args.only) writeFileSync(snapshot, print(now));
const known = existsSync(snapshot)
  ? parse(readFileSync(snapshot, 'utf8'))
  : { groups: [], failures: new Map() };
const ran = new Set(files.map((file) => file.path));
const differences = diff(known, now, args.only && ((path) => ran.has(path)));

console.log(`\nwindlass on Node ${nodeVersion}; ${converter.identity}`);
for (const group of now.groups) console.log(group);
const listed = [...now.failures].filter(([key, why]) => known.failures.get(key) === why);
for (const [why, count] of countBy([...listed.map(([, why]) => why), ...now.skipped]))
  console.log(`known: ${count} × ${why}`);
for (const line of differences) console.log(line);
if (differences.length > 0) console.log('UPDATE=1 rewrites the snapshot');
const failed = differences.length + own.failed;
console.log(
  `${now.passed + own.passed} passed, ${failed} failed, ${now.skipped.length + listed.length} skipped`,
);
process.exit(failed > 0 ? 1 : 0);

/** The suite's folder: inside the package `wasm-tools`, which Cargo fetched. */
function locateSuite() {
  const text = execFileSync('cargo', ['metadata', '--format-version', '1', '--locked'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { manifest_path: manifest } = JSON.parse(text).packages.find(
    (p) => p.name === 'wasm-tools',
  );
  return join(dirname(manifest), 'tests/component-model/test');
}

/** The tests of the harness. */
function selfTests() {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      '--test',
      '--test-reporter=tap',
      here('./test/lib.test.mjs'),
      here('./test/run.test.mjs'),
      here('./test/snapshot.test.mjs'),
    ],
    { encoding: 'utf8' },
  );
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
  if (status !== 0) console.log(stdout);
  return { passed: count('pass'), failed: status === 0 ? 0 : Math.max(count('fail'), 1) };
}

function countBy(list) {
  const counts = new Map();
  for (const item of list) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
