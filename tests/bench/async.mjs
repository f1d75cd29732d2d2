/**
 * `node tests/bench/async.mjs [--rounds 15] [--ms 40] [--filter REGEXP]`: asynchronous calls,
 * streams and futures, Windlass against the peer, on what `build.mjs` built.
 *
 * Both are the same component with the same host, in one process, round by round in random
 * order. How much one round does is found for each by itself, so that it lasts `--ms` at
 * least: the peer waits for timers where Windlass does not.
 */
import { parseArgs } from 'node:util';
import { CACHE, PEER_CACHE } from './lib/paths.mjs';
import { formatNs, formatRatio, median, quantile, shuffle, table } from './lib/stats.mjs';

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    ms: { type: 'string', default: '40' },
    filter: { type: 'string' },
  },
});
const CHUNK = new Uint8Array(65536).fill(7);
const LARGEST = 2 ** 28;

/** Calls `f` again and again, each after the one before. */
const repeated = (f) => async (m, n) => {
  let last;
  for (let i = 0; i < n; i++) last = await f(m, i);
  return last;
};

function* bytes(size) {
  for (let left = size; left > 0; left -= CHUNK.length) {
    // A stream may take what it gets.
    yield CHUNK.slice(0, left);
  }
}

function* items(count) {
  for (let id = 0; id < count; id++) yield { id, x: id * 0.5, name: 'item' };
}

async function lengthOf(stream) {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

async function countOf(stream) {
  let sum = 0;
  for await (const { id } of stream) sum += id;
  return sum;
}

const sumTo = (n) => (n * (n - 1)) / 2;

/** `run(m, n)` does it `n` times, or with `n` bytes or items, and gives what `gives(n)` says. */
const cases = [
  {
    name: 'call of a synchronous function',
    run: (m, n) => {
      let last;
      for (let i = 0; i < n; i++) last = m.plain(i % 1000);
      return last;
    },
    gives: (n) => ((n - 1) % 1000) ** 2,
  },
  { name: 'call that completes at once', run: repeated((m, i) => m.add(i, 1)), gives: (n) => n },
  { name: 'call with a text', run: repeated((m) => m.echo('hello')), gives: () => 'hello' },
  {
    name: 'call that waits for the host',
    run: repeated((m) => m.askLater(1)),
    gives: () => 0,
  },
  {
    name: 'call of the host that answers at once',
    run: (m, n) => m.askNow(n),
    gives: sumTo,
    most: 30_000,
  },
  {
    name: 'call of the host that answers later',
    run: (m, n) => m.askLater(n),
    gives: sumTo,
    most: 30_000,
  },
  { name: 'future out', run: repeated((m) => m.futureOut(7)), gives: () => 7 },
  {
    name: 'future in',
    run: repeated((m) => m.futureIn(Promise.resolve(7))),
    gives: () => 7,
  },
  {
    name: 'stream<u8> out',
    unit: 'MB/s',
    run: async (m, n) => lengthOf(await m.bytesOut(BigInt(n))),
    gives: (n) => n,
  },
  {
    name: 'stream<u8> in',
    unit: 'MB/s',
    run: async (m, n) => Number(await m.bytesIn(ReadableStream.from(bytes(n)))),
    gives: (n) => n,
  },
  {
    name: 'stream<u8> through',
    unit: 'MB/s',
    run: async (m, n) => lengthOf(await m.bytesThrough(ReadableStream.from(bytes(n)))),
    gives: (n) => n,
  },
  {
    name: 'stream of records out',
    unit: 'items/s',
    run: async (m, n) => countOf(await m.itemsOut(n)),
    gives: sumTo,
  },
  {
    name: 'stream of records in',
    unit: 'items/s',
    run: async (m, n) => Number(await m.itemsIn(ReadableStream.from(items(n)))),
    gives: sumTo,
  },
];

/** The display of a median in nanoseconds, of one byte for `MB/s`. */
const shown = {
  undefined: formatNs,
  'MB/s': (ns) => `${formatRatio(1e3 / ns)} MB/s`,
  'items/s': (ns) => `${Math.round(1e9 / ns).toLocaleString('en')} /s`,
};

const impls = {
  windlass: (await import(`${CACHE}windlass/async/async.js`)).calls,
  peer: (await import(`${PEER_CACHE}async/async.js`)).calls,
};
const minimum = Number(args.ms);
const rows = [];
for (const test of cases) {
  if (args.filter && !new RegExp(args.filter).test(test.name)) continue;
  const runs = [];
  for (const [name, m] of Object.entries(impls)) runs.push(await calibrated(test, name, m));
  for (let round = 0; round < Number(args.rounds); round++) {
    globalThis.gc?.();
    for (const run of shuffle([...runs])) run.ns.push((await timed(test, run)) / run.n);
  }
  const [ours, theirs] = runs.map(({ ns }) => ns);
  const ratios = ours.map((ns, round) => theirs[round] / ns);
  const cell = (ns) => {
    const [slow, fast] = [quantile(ns, 0.9), quantile(ns, 0.1)];
    const show = shown[test.unit];
    return test.unit
      ? `${show(median(ns))} [${show(slow)}–${show(fast)}]`
      : `${show(median(ns))} [${show(fast)}–${show(slow)}]`;
  };
  rows.push([
    test.name,
    cell(ours),
    cell(theirs),
    `${formatRatio(median(ratios))} [${formatRatio(quantile(ratios, 0.1))}–${formatRatio(quantile(ratios, 0.9))}]`,
  ]);
  console.error(rows.at(-1).join(': '));
}
const head = ['case', 'windlass [p10–p90]', 'peer [p10–p90]', 'peer ÷ windlass [p10–p90]'];
console.log(table(head, rows));
// The shims of the peer keep a worker alive.
process.exit();

/** Finds the `n` that takes long enough, which also warms up. */
async function calibrated(test, name, m) {
  const run = { name, m, n: test.unit === 'MB/s' ? 4096 : 8, ns: [] };
  const most = test.most ?? LARGEST;
  const begin = performance.now();
  for (;;) {
    const took = (await timed(test, run)) / 1e6;
    const isLong = took > minimum || run.n >= most;
    if (isLong && performance.now() - begin > 4 * minimum) return run;
    if (!isLong) run.n = Math.min(run.n * 2, most);
  }
}

/** Nanoseconds of a round. */
async function timed(test, { name, m, n }) {
  const begin = performance.now();
  const value = await test.run(m, n);
  const took = performance.now() - begin;
  if (value !== test.gives(n)) {
    throw new Error(`${test.name}: ${name} gives ${value}, not ${test.gives(n)}`);
  }
  return took * 1e6;
}
