/**
 * `node tests/fuzz/run.mjs [--seconds 120] [--transpiler-seconds 60] [--only roundtrip|transpiler] [--cases N]`
 *
 * Round trips of random types and values, then the transpiler against components that
 * nobody wrote. `SEED=…` begins with that seed; without it each run
 * begins elsewhere; in CI seeds and number of cases are fixed, and the time is only a limit:
 * cases that it leaves out are skipped, and too many of them are a failure.
 * Ends with `N passed, N failed, N skipped`; failing components are kept in `target/fuzz`.
 */
import { fork } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { account } from './account.mjs';
import { buildTool } from './tool.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// In CI the same seeds each time, so that a change fails for what it did.
const FIXED = process.env.CI && !process.env.SEED;
const CI_CASES = { roundtrip: 2_500, transpiler: 20_000 };
const KEPT = join(ROOT, 'target', 'fuzz');
const CASES_PER_WORKER = 200;
const SILENCE_MS = 60_000;
const MOST_FAILURES = 8;
const LARGEST_MUTATED = 300_000;

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    'transpiler-seconds': { type: 'string', default: '60' },
    only: { type: 'string' },
    cases: { type: 'string' },
  },
});

/** The sources of this repository's components, for mutation. */
function corpus() {
  const found = [];
  const walk = (dir) => {
    if (!existsSync(dir)) return;
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory() && !['node_modules', 'target'].includes(entry.name)) walk(path);
      else if (entry.name.endsWith('.wat')) found.push(path);
      else if (entry.name.endsWith('.wasm') && statSync(path).size < LARGEST_MUTATED)
        found.push(path);
    }
  };
  walk(join(ROOT, 'tests', 'fixtures'));
  walk(join(ROOT, 'tests', 'guests', 'build'));
  return found.toSorted();
}

/**
 * Runs seeds from `seed` in workers until the time or the number of cases is used up.
 */
async function campaign(kind, seconds, seed) {
  const until = Date.now() + seconds * 1000;
  const planned = Number(args.cases ?? (FIXED ? CI_CASES[kind] : Infinity));
  const last = seed + planned;
  const counts = { ok: 0, error: 0, none: 0, failed: 0 };
  let at = seed;
  let reported = Date.now();
  while (at < last && Date.now() < until && counts.failed < MOST_FAILURES) {
    const end = Math.min(last, at + CASES_PER_WORKER);
    at = await worker({ kind, seed: at, end, until, corpus: files, kept: KEPT }, (result) => {
      counts[result.outcome]++;
      if (result.outcome === 'failed') {
        console.log(`failed ${kind} SEED=${result.seed}: ${result.message}`);
      }
      if (Date.now() - reported > 15_000) {
        reported = Date.now();
        console.log(`${kind}: ${counts.ok + counts.error} cases, ${counts.failed} failed`);
      }
      return counts.failed < MOST_FAILURES;
    });
  }
  const end =
    counts.failed < MOST_FAILURES ? `the ${seconds} s were over` : `${MOST_FAILURES} had failed`;
  const { lines, ...sums } = account({ kind, planned, counts, end });
  for (const line of lines) console.log(line);
  console.log(`${kind}: next SEED=${at}`);
  return sums;
}

/** One worker; gives the seed at which the next one goes on. */
function worker(task, onResult) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), {
      execArgv: ['--experimental-vm-modules', '--no-warnings', '--max-old-space-size=2048'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let next = task.seed;
    let stopped = false;
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    };
    watch();
    child.on('message', (message) => {
      watch();
      if (message.outcome === 'shrinking') return;
      next = message.seed + 1;
      if (!onResult(message)) {
        stopped = true;
        child.kill('SIGKILL');
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || stopped) return resolve(next);
      onResult({
        outcome: 'failed',
        seed: next,
        message: `the process ended with ${signal ?? code}`,
      });
      resolve(next + 1);
    });
    child.send(task);
  });
}

const seed = Number(process.env.SEED ?? (FIXED ? 1 : Date.now() % 2 ** 31));
const files = corpus();
buildTool();
console.log(`fuzz: SEED=${seed}, ${files.length} components to mutate`);
const results = [];
if (args.only !== 'transpiler')
  results.push(await campaign('roundtrip', Number(args.seconds), seed));
if (args.only !== 'roundtrip')
  results.push(await campaign('transpiler', Number(args['transpiler-seconds']), seed));
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') ? 1 : 0;
