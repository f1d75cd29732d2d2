/** From the start of a process to the answer of the first call. */
import { alternate, BOTH, of, ratio, spread } from './lib/compare.mjs';
import { BENCH, PEER } from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { formatBytes, median, table } from './lib/stats.mjs';

export const title =
  'Start of the process to the answer of the first call: milliseconds, median [p10–p90]';
export const components = ['answer', 'rust', 'js', 'python'];

export async function run({ rounds = 10 }) {
  const rows = [];
  for (const name of components) {
    const samples = await alternate(rounds, BOTH, (which) => {
      const sample = runNode([`${BENCH}programs/first-call.mjs`, which, name], PEER);
      return { ...sample, answered: Number(sample.output) };
    });
    for (const which of BOTH) {
      rows.push([
        name,
        which,
        spread(of(samples[which], 'answered')),
        spread(of(samples[which], 'cpu')),
        formatBytes(median(of(samples[which], 'memory'))),
      ]);
    }
    const ratios = ['answered', 'cpu', 'memory'].map((key) => ratio(samples, key));
    rows.push(['', 'peer ÷ windlass', ...ratios]);
  }
  console.log(table(['component', 'by', 'wall', 'CPU', 'memory'], rows));
}
