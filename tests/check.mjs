/** `npm run check`: formatters, linters and type checkers, one test each. */
import { typescriptProjects } from '../npm/build.mjs';
import { finish, skip, test } from './lib/report.mjs';
import { capture, install, need, root, toolchain } from './lib/setup.mjs';

need();
await toolchain(console.log, ['clippy', 'rustfmt']);
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
// A tool of its own; the other steps need no more than rustup and npm.
const deny = ['cargo deny', 'cargo', ['deny', 'check', 'bans', 'licenses', 'sources']];
const hasDeny = (await capture('cargo', ['deny', '--version'])).code === 0;
if (hasDeny) steps.push(deny);
else skip(deny[0], 'cargo-deny is not installed');

for (const [name, program, args, env] of steps) {
  await test(name, async () => {
    const { code, output } = await capture(program, args, { env });
    if (code !== 0) throw output.trimEnd();
  });
}
finish();
