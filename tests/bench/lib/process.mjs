/** Programs run to be measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CACHE } from './paths.mjs';

const HOOK = pathToFileURL(fileURLToPath(new URL('usage.mjs', import.meta.url))).href;

/**
 * Runs a Node program once.
 *
 * @returns {{ wall: number, cpu: number, memory: number, output: string }} milliseconds, milliseconds, peak bytes, standard output
 */
export function runNode(args, cwd) {
  const usageFile = `${CACHE}usage.json`;
  rmSync(usageFile, { force: true });
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', HOOK, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, WINDLASS_BENCH_USAGE: usageFile },
  });
  const wall = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || stdout}`);
  return { wall, ...JSON.parse(readFileSync(usageFile, 'utf8')), output: stdout };
}
