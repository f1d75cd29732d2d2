/** The paths of Bun and Deno, installed on first use: `import { bun, deno } from '../runtimes/programs.mjs'`. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const { platform, arch } = process;

/** Absolute path of Bun. */
export const bun = install(
  `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
  ['bin/bun', 'bin/bun.exe'],
);

/** Absolute path of Deno. */
export const deno = install(`@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, [
  'deno',
  'deno.exe',
]);

function install(name, programs) {
  const find = () =>
    programs
      .map((program) => `${here}node_modules/${name}/${program}`)
      .find((path) => existsSync(path));
  if (find() === undefined) {
    // Not `ci`, which wants the packages of every platform in the lock file.
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', ['install', ...flags], {
      cwd: here,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: platform === 'win32',
    });
  }
  const path = find();
  if (path === undefined) throw new Error(`${name} is not on npm, or was not installed`);
  return path;
}
