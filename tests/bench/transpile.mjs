/** The cost of transpiling, with the start of the process and without. */
import { statSync } from 'node:fs';
import { componentPath } from './build.mjs';
import { alternate, BOTH, of, ratio, spread } from './lib/compare.mjs';
import { installed, windlassIn } from './lib/installed.mjs';
import { BENCH, CACHE, PEER, PEER_TRANSPILE } from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { formatBytes, median, table } from './lib/stats.mjs';
import { transpile } from './lib/transpile.mjs';

export const title = 'Transpiling: milliseconds, median [p10–p90], and peak memory';
export const components = ['answer', 'rust', 'js', 'python'];

export async function run({ rounds = 5 }) {
  const packages = { windlass: windlassIn(await installed()), peer: PEER_TRANSPILE };
  const rows = [];
  for (const name of components) {
    const path = componentPath(name);
    const byCli = await alternate(rounds, BOTH, (which) => transpile(which, name, `${CACHE}out`));
    const byApi = await alternate(rounds, BOTH, (which) => {
      const { output, memory } = runNode(
        [`${BENCH}programs/api.mjs`, which, packages[which], path],
        PEER,
      );
      return { ...JSON.parse(output), memory };
    });
    for (const which of BOTH) {
      rows.push([
        `${name}, ${formatBytes(statSync(path).size)}`,
        which,
        spread(of(byCli[which], 'wall')),
        spread(of(byCli[which], 'cpu')),
        formatBytes(median(of(byCli[which], 'memory'))),
        spread(of(byApi[which], 'first')),
        spread(of(byApi[which], 'later')),
        formatBytes(median(of(byApi[which], 'memory'))),
      ]);
    }
    rows.push([
      '',
      'peer ÷ windlass',
      ...['wall', 'cpu', 'memory'].map((key) => ratio(byCli, key)),
      ...['first', 'later', 'memory'].map((key) => ratio(byApi, key)),
    ]);
  }
  const head = ['CLI', 'CLI CPU', 'CLI memory', 'API first', 'API later', 'API memory'];
  console.log(table(['component', 'by', ...head], rows));
}
