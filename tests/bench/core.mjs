/**
 * The measuring of calls. All implementations run in one process, round by round in
 * random order, and ratios are taken inside each round, so that whatever else the
 * machine does meets all of them alike.
 */
import { cases, data } from './cases.mjs';
import { median, quantile, shuffle } from './lib/stats.mjs';

const NS_PER_MS = 1e6;
// Wall time in batches shorter than a slice of the scheduler: most are not interrupted, and
// the median leaves out those that were. CPU time counts in ticks too long for that.
const now = () => performance.now() * NS_PER_MS;
const sink = { value: undefined };

/** A case as a function that runs it `n` times; each has source, and so feedback, of its own. */
function loop(test, impl) {
  const name = `bench_${impl.name.replace(/\W/g, '_')}`;
  return new Function(
    'm',
    'd',
    'sink',
    `${test.setup ?? ''}
    return function ${name}(n) {
      let x;
      for (let i = 0; i < n; i++) x = ${test.expr};
      sink.value = x;
    };`,
  )(impl.m, data, sink);
}

/**
 * @param {{ name: string, m: object }[]} impls
 * @param {{ rounds: number, minMs: number, warmMs: number, ref: string, filter?: RegExp, log: (row: object) => void }} options
 * @returns {object[]} a row per case: nanoseconds and ratios to `ref` of each implementation
 */
export function measure(impls, options) {
  const rows = [];
  for (const test of cases.filter(matches(options.filter))) {
    globalThis.gc?.();
    const runs = impls.map((impl) => calibrated(test, impl, options));
    for (let round = 0; round < options.rounds; round++) {
      for (const run of shuffle([...runs])) {
        const begin = now();
        run.f(run.n);
        run.ns[round] = (now() - begin) / run.n / test.per;
      }
    }
    const row = { group: test.group, name: test.name, impls: {} };
    const reference = runs.find((run) => run.impl.name === options.ref)?.ns;
    for (const { impl, ns } of runs) {
      const ratios = reference ? ns.map((value, round) => value / reference[round]) : [NaN];
      row.impls[impl.name] = {
        median: median(ns),
        ratio: median(ratios),
        low: quantile(ratios, 0.1),
        high: quantile(ratios, 0.9),
      };
    }
    rows.push(row);
    options.log(row);
  }
  return rows;
}

const matches = (filter) => (test) => !filter || filter.test(`${test.group}/${test.name}`);

function calibrated(test, impl, { minMs, warmMs }) {
  const f = loop(test, impl);
  let n = 1;
  const start = now();
  for (;;) {
    const begin = now();
    f(n);
    const took = now() - begin;
    if (now() - start > warmMs * NS_PER_MS && took > NS_PER_MS) break;
    if (took < 3 * NS_PER_MS) n *= 2;
  }
  // The best of a few: an interruption inside one sample must not make the batch small.
  let best = Infinity;
  for (let i = 0; i < 4; i++) {
    const begin = now();
    f(n);
    best = Math.min(best, now() - begin);
  }
  const perCall = best / n;
  return { impl, f, n: Math.max(1, Math.ceil((minMs * NS_PER_MS) / perCall)), ns: [] };
}

/** Compares what each case gives in all implementations; returns what differs. */
export function verify(impls, filter) {
  const differences = [];
  for (const test of cases.filter(matches(filter))) {
    let first;
    for (const impl of impls) {
      try {
        const value = new Function('m', 'd', `${test.setup ?? ''} return ${test.expr};`)(
          impl.m,
          data,
        );
        if (test.group === 'resource' && typeof value === 'object') continue;
        if (!first) first = { value, name: impl.name };
        else if (!same(first.value, value))
          differences.push(`${test.name}: ${first.name} and ${impl.name} differ`);
      } catch (error) {
        differences.push(`${test.name}: ${impl.name} throws ${error?.stack ?? error}`);
      }
    }
  }
  return differences;
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Error && b instanceof Error) return same(a.payload, b.payload);
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => same(a[key], b[key]));
}
