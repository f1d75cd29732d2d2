/** The time that the command line takes before it does anything. */
import assert from 'node:assert/strict';
import { alternate, BOTH, of, ratio, spread } from './lib/compare.mjs';
import { installed, windlassIn } from './lib/installed.mjs';
import { PEER, PEER_CLI } from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { formatBytes, median, table } from './lib/stats.mjs';

export const title = 'Start of the command line: milliseconds, median [p10–p90], and peak memory';
export const components = [];

const expected = { '--version': /^\d+\.\d+\.\d+\s*$/, '--help': /transpile/ };

export async function run({ rounds = 15 }) {
  const folder = await installed();
  const programs = {
    windlass: [`${windlassIn(folder)}bin/windlass.cjs`, folder],
    peer: [PEER_CLI, PEER],
  };
  const rows = [];
  for (const option of Object.keys(expected)) {
    const samples = await alternate(rounds, BOTH, (which) => {
      const [program, cwd] = programs[which];
      const sample = runNode([program, option], cwd);
      assert.match(sample.output, expected[option], `${which} ${option}`);
      return sample;
    });
    for (const which of BOTH) {
      const memory = formatBytes(median(of(samples[which], 'memory')));
      const [wall, cpu] = ['wall', 'cpu'].map((key) => spread(of(samples[which], key)));
      rows.push([option, which, wall, cpu, memory]);
    }
    const ratios = ['wall', 'cpu', 'memory'].map((key) => ratio(samples, key));
    rows.push(['', 'peer ÷ windlass', ...ratios]);
  }
  console.log(table(['option', 'by', 'wall', 'CPU', 'memory'], rows));
}
