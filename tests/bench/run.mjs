/**
 * `npm run bench [-- --only SECTION[,SECTION]] [--rounds N] [--filter REGEXP] [--no-build]`
 *
 * Windlass against glue written by hand and against the newest `@bytecodealliance/jco`.
 * Programs that are compared take turns, so that what else the machine does meets all
 * alike. A section is a file here, and prints tables in Markdown:
 *
 * - `calls`: calls in both directions, resources (`--filter` chooses cases)
 * - `async`: asynchronous calls, streams and futures (`--filter` too)
 * - `sizes`: JavaScript that is emitted
 * - `transpile`: what transpiling costs, by the command line and by the API
 * - `start`: from the start of a process to the answer of the first call
 * - `install`: what `npm install` puts on the disk, and how many packages
 * - `cli`: what the command line takes to say its version
 * - `hooks`: what an `import` of a component costs over one of a core module by hand
 * - `bundles`: JavaScript of an application that imports one function (`--filter` chooses bundlers)
 * - `files`: what a file costs, beside `node:wasi`
 * - `workerd`: from its start to the first response of a worker with a component
 * - `serve`: requests a second of `windlass serve`, `node:http` and the peer, on Linux
 *
 * No time makes it fail; a program that ends in an error, or gives a wrong result, does.
 * `--no-build` measures the packages as they are built.
 */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { node26 } from '../node26/index.mjs';
import { prepare } from './build.mjs';
import { BENCH } from './lib/paths.mjs';

// The engine that everything else here is run with, whatever `node` is on the path.
if (process.execPath !== node26) {
  const { status } = spawnSync(node26, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values: args } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    filter: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
  },
});

/** Those that are programs of their own, which need the garbage collector, and their rounds. */
const programs = {
  calls: { title: 'Calls', components: ['bench'], rounds: 31 },
  async: { title: 'Asynchronous calls and streams', components: ['async'], rounds: 15 },
};
const names = [
  'calls',
  'async',
  'sizes',
  'transpile',
  'start',
  'install',
  'cli',
  'hooks',
  'bundles',
  'files',
  'workerd',
  'serve',
];

const wanted = args.only?.split(',') ?? names;
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`error: there is no section \`${unknown}\`; there are ${names.join(', ')}`);
  process.exit(2);
}
const sections = await Promise.all(
  wanted.map(async (name) => ({ name, ...(programs[name] ?? (await import(`./${name}.mjs`))) })),
);
await prepare([...new Set(sections.flatMap(({ components }) => components))], {
  build: !args['no-build'],
});
for (const { name, title, run, rounds } of sections) {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n## ${title} (Node ${process.versions.node}, load ${load.join(' ')})\n`);
  try {
    if (run) await run({ ...args, rounds: args.rounds && Number(args.rounds) });
    else runProgram(name, args.rounds ?? rounds);
  } catch (error) {
    console.log(`FAIL ${name}: ${error.stack}`);
    process.exitCode = 1;
  }
}

function runProgram(name, rounds) {
  const options = ['--rounds', rounds, ...(args.filter ? ['--filter', args.filter] : [])];
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', `${BENCH}${name}.mjs`, ...options],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0) process.exitCode = 1;
}
