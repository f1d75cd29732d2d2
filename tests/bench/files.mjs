/** What a file costs: windlass, `node:wasi` and the peer, timed by the guest. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { zigCc } from '../guests/lib/steps.mjs';
import { alternate, spread } from './lib/compare.mjs';
import { installed, windlassIn } from './lib/installed.mjs';
import { BENCH, CACHE, PEER, PEER_CLI } from './lib/paths.mjs';
import { formatRatio, median, table } from './lib/stats.mjs';

export const title = 'Files: microseconds for each operation, median [p10–p90]';
export const components = [];

const CORE = `${CACHE}files.core.wasm`;
const COMPONENT = `${CACHE}files.wasm`;
const FOLDER = `${CACHE}files/`;
const DEEP = '1/2/3/4/5/6/7/8/9/10';

/** What is done, where, and how often. */
const cases = {
  'read 4 KiB': ['read', 'f', 20_000],
  'write 4 KiB': ['write', 'w', 5000],
  'open and close': ['open', 'f', 5000],
  'open and close, ten folders deep': ['open', `${DEEP}/f`, 5000],
  stat: ['stat', 'f', 5000],
  'stat, ten folders deep': ['stat', `${DEEP}/f`, 5000],
  'print a line': ['println', 'f', 20_000],
};

export async function run({ rounds = 11 }) {
  const windlass = `${windlassIn(await installed())}bin/windlass.cjs`;
  await prepare(windlass);
  const programs = {
    windlass: (...args) => [windlass, 'run', '--dir', `${FOLDER}::/data`, COMPONENT, ...args],
    'windlass, WASI 0.1': (...args) => [
      windlass,
      'run',
      '--dir',
      `${FOLDER}::/data`,
      CORE,
      ...args,
    ],
    'node:wasi': (...args) => [`${BENCH}programs/node-wasi.mjs`, CORE, FOLDER, ...args],
    peer: (...args) => [PEER_CLI, 'run', COMPONENT, ...args],
  };
  const names = Object.keys(programs);
  const rows = [];
  for (const [name, [op, path, count]] of Object.entries(cases)) {
    const samples = await alternate(rounds, names, (which) => {
      // The peer grants everything, by the paths of the host.
      const at = which === 'peer' ? FOLDER + path : `/data/${path}`;
      return measured(programs[which](op, at, String(count)));
    });
    const base = median(samples['node:wasi']);
    const cells = names.map((which) => spread(samples[which], 2));
    const ratios = ['windlass', 'windlass, WASI 0.1', 'peer'].map((which) =>
      formatRatio(median(samples[which]) / base),
    );
    rows.push([name, ...cells, ratios.join(' / ')]);
  }
  console.log(table(['operation', ...names, '÷ node:wasi'], rows));
}

/** The microseconds that the guest tells. */
function measured(args) {
  const { status, stderr, error } = spawnSync(process.execPath, ['--no-warnings', ...args], {
    cwd: PEER,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const told = Number(stderr?.trim().split('\n').at(-1));
  if (status !== 0 || !(told > 0)) throw error ?? new Error(`${args.join(' ')}: ${stderr}`);
  return told / 1000;
}

async function prepare(windlass) {
  mkdirSync(FOLDER + DEEP, { recursive: true });
  for (const path of ['f', `${DEEP}/f`]) {
    writeFileSync(FOLDER + path, '');
    // More than is read, and nothing on the disk.
    truncateSync(FOLDER + path, 2 ** 27);
  }
  if (!existsSync(CORE)) await zigCc('-O2', `${BENCH}fixtures/files/files.c`, '-o', CORE);
  const args = [windlass, 'new', CORE, '-o', COMPONENT];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
