/** Programs run to be measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CACHE } from './paths.mjs';

const HOOK = fileURLToPath(new URL('usage.cjs', import.meta.url));

/**
 * Runs a Node program once.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env] besides that of this process
 * @returns {{ wall: number, cpu: number, memory: number, output: string }} milliseconds, milliseconds, peak bytes, standard output
 * @throws when it ends with another code than 0
 */
export function runNode(args, cwd, env) {
  const usageFile = `${CACHE}usage.json`;
  rmSync(usageFile, { force: true });
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', HOOK, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env, WINDLASS_BENCH_USAGE: usageFile },
  });
  const wall = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || stdout}`);
  return { wall, ...JSON.parse(readFileSync(usageFile, 'utf8')), output: stdout };
}
