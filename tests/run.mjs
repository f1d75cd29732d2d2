/**
 * `npm test [-- --only NAME[,NAME]] [--all] [--no-build] [--list] [--verbose]`: installs,
 * builds and runs every suite, and ends with `N passed, N failed, N skipped`. `--all`,
 * which is `npm run test:all`, also tests older majors of common tools, and builds everything
 * on a machine that lacks all that the build can fetch.
 *
 * A suite is one or more commands and the way its counts are read. The whole
 * output of each is kept in `target/test-logs/`.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, capture, install, need, root, toolchain } from './lib/setup.mjs';

const node = process.execPath;
/** Replaced by the path of Node 26, which is installed on first use. */
const node26 = 'node26';

/** The tests in a folder: Node 20 knows no patterns, and later ones no folders. */
const testsIn = (folder) => () => {
  const names = readdirSync(root + folder).filter((name) => name.endsWith('.test.mjs'));
  // Without any, Node would look for tests everywhere.
  if (names.length === 0) names.push('no.test.mjs');
  return names.map((name) => `${folder}/${name}`);
};

/**
 * In the order of how soon they find a mistake.
 *
 * `runs` are `[program, ...args]`, an argument may be a function that gives
 * several; those of `all` run with `--all` only; `file` must exist; `read` names the parser of the counts; `minutes`
 * is when a hanging suite is ended.
 */
const suites = [
  {
    name: 'check',
    file: 'tests/check.mjs',
    runs: [[node, 'tests/check.mjs']],
    read: plain,
    minutes: 20,
  },
  {
    name: 'lib',
    file: 'tests/lib/test',
    runs: [[node, '--test', '--test-reporter=spec', testsIn('tests/lib/test')]],
    read: nodeTest,
    minutes: 2,
  },
  {
    name: 'rust',
    file: 'transpiler/Cargo.toml',
    runs: [
      [
        'cargo',
        'test',
        '--release',
        '--workspace',
        '--exclude',
        'windlass-wasm',
        '--exclude',
        'windlass-tools',
        '--exclude',
        'windlass-native',
        '--exclude',
        'windlass-wasi-native',
        '--no-fail-fast',
      ],
    ],
    read: cargo,
    minutes: 30,
  },
  {
    name: 'runtime',
    file: 'transpiler/runtime/test',
    runs: [[node, '--test', '--test-reporter=spec', testsIn('transpiler/runtime/test')]],
    read: nodeTest,
    minutes: 5,
  },
  {
    name: 'declarations',
    file: 'transpiler/tests/dts/tsc.test.mjs',
    runs: [[node, '--test', '--test-reporter=spec', 'transpiler/tests/dts/tsc.test.mjs']],
    read: nodeTest,
    minutes: 5,
  },
  {
    name: 'shims',
    file: 'shims/test',
    runs: [[node, '--test', '--test-reporter=spec', testsIn('shims/test')]],
    read: nodeTest,
    minutes: 10,
  },
  {
    name: 'cli',
    file: 'npm/windlass/test',
    runs: [[node, '--test', '--test-reporter=spec', testsIn('npm/windlass/test')]],
    read: nodeTest,
    minutes: 10,
  },
  {
    name: 'registry',
    file: 'tests/registry/server.mjs',
    runs: [[node, '--test', '--test-reporter=spec', testsIn('tests/registry')]],
    read: nodeTest,
    minutes: 10,
  },
  {
    name: 'fixtures',
    file: 'tests/fixtures/run.mjs',
    runs: [
      [node26, 'tests/fixtures/run.mjs'],
      [node, 'tests/fixtures/run.mjs'],
    ],
    read: plain,
    minutes: 15,
  },
  {
    name: 'equality',
    file: 'tests/packages/equality.mjs',
    runs: [[node, 'tests/packages/equality.mjs']],
    read: plain,
    minutes: 10,
  },
  {
    name: 'packages',
    file: 'tests/packages/run.mjs',
    runs: [[node, 'tests/packages/run.mjs']],
    read: plain,
    minutes: 15,
  },
  {
    name: 'runtimes',
    file: 'tests/runtimes/run.mjs',
    runs: [
      [node, 'tests/runtimes/run.mjs'],
      [node, 'tests/runtimes/large.mjs'],
    ],
    read: plain,
    // The first run fetches six programs and two browsers.
    minutes: 15,
  },
  {
    name: 'bundlers',
    file: 'tests/bundlers/run.mjs',
    runs: [
      [node, 'tests/bundlers/run.mjs'],
      [node, 'tests/bundlers/no-tla.mjs'],
    ],
    all: [[node, 'tests/bundlers/run.mjs', '--older']],
    read: plain,
    minutes: 20,
  },
  {
    name: 'frameworks',
    file: 'tests/frameworks/run.mjs',
    runs: [[node, 'tests/frameworks/run.mjs']],
    read: plain,
    // The first run installs half a gigabyte.
    minutes: 20,
  },
  {
    name: 'conformance',
    file: 'tests/conformance/suite.mjs',
    runs: [
      [node26, 'tests/conformance/suite.mjs'],
      [node, 'tests/conformance/suite.mjs'],
    ],
    read: plain,
    minutes: 20,
  },
  {
    name: 'guests',
    file: 'tests/guests/run.mjs',
    runs: [[node, 'tests/guests/run.mjs']],
    read: plain,
    minutes: 30,
  },
  {
    name: 'serve',
    file: 'tests/serve/server.test.mjs',
    runs: [[node26, '--test', '--test-reporter=spec', testsIn('tests/serve')]],
    read: nodeTest,
    minutes: 10,
  },
  {
    name: 'stress',
    file: 'tests/stress/run.mjs',
    runs: [[node, 'tests/stress/run.mjs']],
    read: plain,
    minutes: 10,
  },
  {
    name: 'bare',
    file: 'tests/bare/run.mjs',
    runs: [[node, 'tests/bare/run.mjs']],
    all: [[node, 'tests/bare/run.mjs', '--build']],
    read: plain,
    minutes: 30,
  },
  {
    name: 'fuzz',
    file: 'tests/fuzz/run.mjs',
    runs: [[node, 'tests/fuzz/run.mjs']],
    read: plain,
    minutes: 10,
  },
];

const { values: args } = parseArgs({
  options: {
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

if (args.list) {
  for (const { name } of suites) console.log(name);
  process.exit(0);
}
const wanted = args.only?.split(',');
const unknown = wanted?.filter((name) => !suites.some((suite) => suite.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(
    `error: no suite \`${unknown[0]}\`; there are ${suites.map((s) => s.name).join(', ')}`,
  );
  process.exit(2);
}

const tty = process.stdout.isTTY && !process.env.CI;
const logs = `${root}target/test-logs`;
const started = performance.now();

need();
await toolchain(
  (text) => console.log(`rust     ${text}`),
  !wanted || wanted.includes('check') ? ['clippy', 'rustfmt'] : [],
);
try {
  await install((text) => console.log(`install  ${text}`));
  if (!args['no-build']) await build((text) => console.log(`build    ${text}`));
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

mkdirSync(logs, { recursive: true });
const results = [];
for (const suite of suites) {
  if (!wanted || wanted.includes(suite.name)) results.push(await runSuite(suite));
}

console.log(
  `\n${'suite'.padEnd(13)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'time'.padStart(9)}`,
);
for (const { name, passed, failed, skipped, seconds, note } of results) {
  const time = clock(seconds).padStart(9);
  console.log(
    `${name.padEnd(13)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}${time}${note ? `  ${note}` : ''}`,
  );
}
const reasons = results.flatMap(({ name, reasons }) =>
  [...reasons].map(([reason, n]) => `${name}: ${n} × ${reason}`),
);
if (reasons.length > 0) console.log(`skipped\n  ${reasons.join('\n  ')}`);
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log(
  `everything took ${clock((performance.now() - started) / 1000)}; logs are in target/test-logs\n`,
);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') > 0 ? 1 : 0;

/** Runs the commands of a suite; whatever goes wrong becomes a failed test with a note. */
async function runSuite(suite) {
  const begin = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const sum = { name: suite.name, ...counts, reasons: new Map(), seconds: 0, note: '' };
  let log = '';
  const fail = (note) => {
    sum.failed += 1;
    sum.note = note;
  };
  if (!existsSync(root + suite.file)) {
    fail(`${suite.file} is missing`);
  } else {
    for (const [program, ...rest] of [...suite.runs, ...((args.all && suite.all) || [])]) {
      const path = program === node26 ? (await import('./node26/index.mjs')).node26 : program;
      const progress = progressOf(suite.name, begin);
      const argv = rest.flatMap((arg) => (typeof arg === 'function' ? arg() : [arg]));
      const { code, output, timedOut } = await capture(path, argv, {
        // Colours would hide the closing lines from the parsers.
        env: { NO_COLOR: '1', FORCE_COLOR: undefined, CARGO_TERM_COLOR: 'never' },
        seconds: suite.minutes * 60,
        onLine: progress.line,
      });
      progress.end();
      log += output;
      const counts = suite.read(output);
      sum.passed += counts.passed;
      sum.failed += counts.failed;
      sum.skipped += counts.skipped;
      for (const [reason, count] of reasonsIn(output)) {
        sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + count);
      }
      const ran = counts.passed + counts.failed;
      if (timedOut) fail(`still running after ${suite.minutes} minutes`);
      else if (code !== 0 && counts.failed === 0) fail(`ended with code ${code}`);
      else if (ran === 0) fail('ran no test');
    }
  }
  sum.seconds = (performance.now() - begin) / 1000;
  writeFileSync(`${logs}/${suite.name}.log`, log);
  const state = sum.failed > 0 ? 'FAIL' : 'ok';
  console.log(
    `${state.padEnd(9)}${suite.name.padEnd(13)} ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped in ${clock(sum.seconds)}${sum.note ? ` (${sum.note})` : ''}`,
  );
  if (sum.failed > 0) {
    const lines = log.trimEnd().split('\n');
    const shown = args.verbose ? lines : lines.slice(-80);
    if (shown.length < lines.length)
      console.log(
        `  … ${lines.length - shown.length} lines more in target/test-logs/${suite.name}.log`,
      );
    for (const line of shown) console.log(`  ${line}`);
  }
  return sum;
}

/** Shows that a suite is alive: its latest line on a terminal, the time now and then elsewhere. */
function progressOf(name, begin) {
  const elapsed = () => clock((performance.now() - begin) / 1000);
  let latest = '';
  const show = () => {
    const width = (process.stdout.columns ?? 80) - 1;
    process.stdout.write(`\r\u001b[K${`run      ${name} ${elapsed()}  ${latest}`.slice(0, width)}`);
  };
  if (!tty) console.log(`run      ${name}`);
  const timer = setInterval(
    () => (tty ? show() : console.log(`         ${name} ${elapsed()}  ${latest}`)),
    tty ? 200 : 60_000,
  );
  return {
    line: (line) => {
      if (line.trim() !== '') latest = line.trim();
    },
    end: () => {
      clearInterval(timer);
      if (tty) process.stdout.write('\r\u001b[K');
    },
  };
}

/** Counts of `cargo test`: one `test result:` line for each program and for the doc tests. */
function cargo(output) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    sum.passed += Number(passed);
    sum.failed += Number(failed);
    sum.skipped += Number(ignored);
  }
  return sum;
}

/** Counts of `node --test`, which closes with `pass N` and others, behind `#` or `ℹ`. */
function nodeTest(output) {
  const count = (word) => {
    let sum = 0;
    for (const [, n] of output.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'gm')))
      sum += Number(n);
    return sum;
  };
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
}

/** Counts of our own suites, which close with `N passed, N failed, N skipped`. */
function plain(output) {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  const [passed, failed, skipped] = (last ?? []).slice(1).map(Number);
  return { passed: passed ?? 0, failed: failed ?? 0, skipped: skipped ?? 0 };
}

/**
 * Why how many tests were skipped: one of our own suites says it behind the name, or of
 * all that it knows; `node --test` behind the time.
 */
function reasonsIn(output) {
  const matches = output.matchAll(/^skip .*?: (.+)$|^known: (\d+) × (.+)$|^ *﹣ .* # (.+)$/gm);
  return [...matches].map(([, own, count = 1, known, nodes]) => [
    own ?? known ?? nodes,
    Number(count),
  ]);
}

/** Seconds as `1:05` or `4.2 s`. */
function clock(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
