/** workerd, which runs what Cloudflare Workers run. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workerd } from './programs.mjs';

/**
 * Serves a worker while `use` asks it.
 *
 * @template T
 * @param {string} folder where the modules lie
 * @param {string[]} modules paths in `folder`, which are their names too, the main one first
 * @param {(url: string) => Promise<T>} use
 * @param {string} compatibilityDate the day whose behaviour is asked for
 * @returns {Promise<T>}
 */
export async function withWorkerd(folder, modules, use, compatibilityDate = '2026-01-01') {
  const lines = modules.map((path) => {
    const kind = path.endsWith('.wasm') ? 'wasm' : 'esModule';
    return `(name = ${JSON.stringify(path)}, ${kind} = embed ${JSON.stringify(path)})`;
  });
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${lines.join(', ')}],
  compatibilityDate = ${JSON.stringify(compatibilityDate)},
);
`;
  writeFileSync(join(folder, 'config.capnp'), config);
  const child = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const closed = new Promise((resolve) => {
    child.on('error', resolve).on('close', resolve);
  });
  // Its first line says where it listens; without one it has ended.
  let port;
  for await (const line of createInterface({ input: child.stdio[3] })) {
    ({ port } = JSON.parse(line));
    break;
  }
  try {
    if (port === undefined) throw new Error('workerd does not start');
    return await use(`http://127.0.0.1:${port}`);
  } catch (error) {
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100))]);
    error.message += `\n${output}`;
    throw error;
  } finally {
    stop();
    await closed;
    process.off('exit', stop);
  }
}
