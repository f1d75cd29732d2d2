/**
 * `node --expose-gc tests/bench/calls.mjs [--impls hand,windlass,peer] [--ref hand] [--rounds 31]
 * [--ms 1.5] [--filter REGEXP] [--json FILE] [--verify]`: the call cases alone, on what
 * `build.mjs` built.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure, verify } from './core.mjs';
import { formatNs, formatRatio, geometricMean, table } from './lib/stats.mjs';

const { values: args } = parseArgs({
  options: {
    impls: { type: 'string', default: 'hand,windlass,peer' },
    ref: { type: 'string', default: 'hand' },
    rounds: { type: 'string', default: '31' },
    ms: { type: 'string', default: '1.5' },
    warm: { type: 'string', default: '60' },
    filter: { type: 'string' },
    json: { type: 'string' },
    verify: { type: 'boolean', default: false },
  },
});

const filter = args.filter && new RegExp(args.filter);
const impls = [];
for (const name of args.impls.split(',')) {
  const { load } = await import(`./impls/${name}.mjs`);
  impls.push({ name, m: await load() });
}
const differences = verify(impls, filter);
for (const difference of differences) console.log(difference);
console.log(
  `calls: ${differences.length} differences between ${impls.map(({ name }) => name).join(', ')}`,
);
if (args.verify || differences.length > 0) process.exit(differences.length > 0 ? 1 : 0);

const rows = measure(impls, {
  rounds: Number(args.rounds),
  minMs: Number(args.ms),
  warmMs: Number(args.warm),
  ref: args.ref,
  filter,
  log: ({ group, name }) => console.error(`${group}: ${name}`),
});
console.log(report(rows));
if (args.json) writeFileSync(args.json, JSON.stringify(rows));

/** A line per case, then geometric means. */
function report(rows) {
  const names = impls.map(({ name }) => name);
  const others = names.filter((name) => name !== args.ref);
  const lines = rows.map((row) => [
    `${row.group}: ${row.name}`,
    ...names.map((name) => formatNs(row.impls[name].median)),
    ...others.map((name) => {
      const { ratio, low, high } = row.impls[name];
      return `${formatRatio(ratio)} [${formatRatio(low)}–${formatRatio(high)}]`;
    }),
  ]);
  const mean = (ratio) => formatRatio(geometricMean(rows.map(ratio)));
  lines.push([
    'geometric mean',
    ...names.map(() => ''),
    ...others.map((name) => mean((row) => row.impls[name].ratio)),
  ]);
  const text = [
    table(['case', ...names, ...others.map((name) => `${name} ÷ ${args.ref} [p10–p90]`)], lines),
  ];
  if (names.includes('windlass') && names.includes('peer')) {
    const ratio = mean((row) => row.impls.peer.median / row.impls.windlass.median);
    text.push(`Geometric mean of peer ÷ windlass: ${ratio}`);
  }
  return text.join('\n\n');
}
