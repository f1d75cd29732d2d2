/** `npm run check`: formatters, linters and type checkers, one test each. */
import { existsSync } from 'node:fs';
import { typescriptProjects } from '../npm/build.mjs';
import { capture, install, need, root } from './lib/setup.mjs';

need();
await install();

const bin = (name) => `${root}node_modules/.bin/${name}`;
// The profile of the tests, so that build scripts and macros are compiled once.
const flags = ['--release', '--workspace', '--all-targets'];
const steps = [
  ['rustfmt', 'cargo', ['fmt', '--all', '--check']],
  ['clippy', 'cargo', ['clippy', ...flags, '--', '-D', 'warnings']],
  [
    'rustdoc',
    'cargo',
    ['doc', '--release', '--workspace', '--no-deps'],
    { RUSTDOCFLAGS: '-D warnings' },
  ],
  ['oxfmt', bin('oxfmt'), ['--check']],
  ['oxlint', bin('oxlint'), ['--deny-warnings']],
  ...typescriptProjects.map((project) => [
    `tsc ${project}`,
    bin('tsc'),
    ['--build', '--pretty', 'false', project],
  ]),
  ...['transpiler/runtime', 'transpiler/runtime/async'].map((project) => [
    `tsc ${project}`,
    bin('tsc'),
    ['--pretty', 'false', '--project', project],
  ]),
];
// A tool of its own, which CI installs; the other steps need no more than rustup and npm.
if (existsSync(`${process.env.CARGO_HOME ?? `${process.env.HOME}/.cargo`}/bin/cargo-deny`)) {
  steps.push(['cargo deny', 'cargo', ['deny', 'check', 'bans', 'licenses', 'sources']]);
}

let failed = 0;
for (const [name, program, args, env] of steps) {
  const begin = performance.now();
  const { code, output } = await capture(program, args, { env });
  console.log(
    `${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`,
  );
  if (code === 0) continue;
  failed += 1;
  console.log(output.trimEnd().replace(/^/gm, '     '));
}
console.log(`${steps.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 ? 1 : 0;
