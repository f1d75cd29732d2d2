/**
 * The programs that run JavaScript, besides the Node that runs this, installed
 * on first use: `import { bun, deno } from '../runtimes/programs.mjs'`.
 *
 * They are the packages for each platform that others fetch by an install
 * script; naming them needs no script.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { npmInstall } from '../lib/setup.mjs';
import { node26 } from '../node26/index.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { platform, arch } = process;
const windows = platform === 'win32';

/** Absolute path of Bun. */
export const bun = install(
  `@oven/bun-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
  'bin/bun',
);

/** Absolute path of Deno. */
export const deno = install(
  `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`,
  'deno',
);

/** Absolute path of workerd. */
export const workerd = install(
  `@cloudflare/workerd-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'arm64' : '64'}`,
  'bin/workerd',
);

/** The Nodes that packages are for, by the name that tests show: that of `PATH` is the oldest. */
export const nodes = {
  [`Node ${process.versions.node}`]: process.execPath,
  'Node 22': node(22),
  'Node 24': node(24),
  'Node 26': node26,
};

function node(major) {
  return install(`node${major}-${windows ? 'win' : platform}-${arch}`, 'bin/node');
}

function install(name, program) {
  const path = `${here}node_modules/${name}/${program}${windows ? '.exe' : ''}`;
  if (!existsSync(path)) {
    execFileSync('npm', [...npmInstall, '--ignore-scripts'], {
      cwd: here,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: windows,
    });
  }
  if (!existsSync(path)) throw new Error(`${name} is not on npm, or was not installed`);
  return path;
}
