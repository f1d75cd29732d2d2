/** The command lines that transpile. */
import { componentPath, hostMap } from '../build.mjs';
import { installed, windlassIn } from './installed.mjs';
import { PEER, PEER_CLI } from './paths.mjs';
import { runNode } from './process.mjs';

const programs = {
  windlass: async () => [`${windlassIn(await installed())}bin/windlass.cjs`, 'transpile'],
  peer: () => [PEER_CLI, 'transpile', '-q'],
};

/** Transpiles a component once with what users install, and gives what that took. */
export async function transpile(which, name, dir, options = []) {
  const map = which === 'peer' ? hostMap(name, dir) : hostMap(name);
  const args = [componentPath(name), '-o', dir, '--name', name, ...map, ...options];
  return runNode([...(await programs[which]()), ...args], PEER);
}
