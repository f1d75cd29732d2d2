/** Programs run to be measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CACHE } from './paths.mjs';

const HOOK = fileURLToPath(new URL('usage.cjs', import.meta.url));

/**
 * Runs a Node program twice: for the clock as it is, and for the rest with something in it
 * that tells what it used, which takes two milliseconds.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env] besides that of this process
 * @param {() => void} [before] makes things as they were, before each run
 * @returns {{ wall: number, cpu: number, memory: number, output: string }} milliseconds, milliseconds, peak bytes, standard output
 * @throws when it ends with another code than 0
 */
export function runNode(args, cwd, env, before = () => {}) {
  const usageFile = `${CACHE}usage.json`;
  rmSync(usageFile, { force: true });
  before();
  const { wall, output } = runOnce(args, cwd, env);
  before();
  runOnce(['--require', HOOK, ...args], cwd, { ...env, WINDLASS_BENCH_USAGE: usageFile });
  return { wall, ...JSON.parse(readFileSync(usageFile, 'utf8')), output };
}

function runOnce(args, cwd, env) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const wall = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || stdout}`);
  return { wall, output: stdout };
}
