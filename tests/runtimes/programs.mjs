/**
 * The programs that run JavaScript, besides the Node that runs this, installed
 * on first use: `import { bun, deno } from '../runtimes/programs.mjs'`.
 *
 * They are the packages for each platform that others fetch by an install
 * script; naming them needs no script.
 */
import { fileURLToPath } from 'node:url';
import { installed } from '../lib/setup.mjs';
import { node26 } from '../node26/index.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { platform, arch } = process;
const windows = platform === 'win32';

/** Absolute path of Bun. */
export const bun = await program(
  `@oven/bun-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
  'bin/bun',
);

/** Absolute path of Deno. */
export const deno = await program(
  `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`,
  'deno',
);

/** Absolute path of workerd. */
export const workerd = await program(
  `@cloudflare/workerd-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'arm64' : '64'}`,
  'bin/workerd',
);

/** The Nodes that packages are for, by the name that tests show: that of `PATH` is the oldest. */
export const nodes = {
  [`Node ${process.versions.node}`]: process.execPath,
  'Node 22': await node(22),
  'Node 24': await node(24),
  'Node 26': node26,
};

function node(major) {
  return program(`node${major}-${windows ? 'win' : platform}-${arch}`, 'bin/node');
}

function program(name, path) {
  return installed(here, `${name}/${path}${windows ? '.exe' : ''}`);
}
