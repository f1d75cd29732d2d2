/** The command lines that transpile. */
import { componentPath, hostMap } from '../build.mjs';
import { PEER, PEER_CLI, WINDLASS_CLI } from './paths.mjs';
import { runNode } from './process.mjs';

const programs = {
  windlass: [WINDLASS_CLI, 'transpile'],
  peer: [PEER_CLI, 'transpile', '-q'],
};

/** Transpiles a component once, and gives what that took. */
export function transpile(which, name, dir, options = []) {
  const args = [componentPath(name), '-o', dir, '--name', name, ...hostMap(name, dir), ...options];
  return runNode([...programs[which], ...args], PEER);
}
