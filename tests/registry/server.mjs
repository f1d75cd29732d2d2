/** Debian's `docker-registry`, unpacked below `target` without root rights, and started. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { capture, root } from '../lib/setup.mjs';

const folder = `${root}target/docker-registry`;
const program = `${folder}/usr/bin/docker-registry`;

/**
 * Path of the program, fetched on first use.
 *
 * @returns {Promise<{ program?: string, missing?: string }>} `missing` says why there is none
 */
export async function dockerRegistry() {
  if (existsSync(program)) return { program };
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) {
      return { missing: `docker-registry comes from Debian, and there is no ${tool}` };
    }
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Lists of one's own, which need no root rights, where those of the system are missing.
  const own = ['Dir::State::lists', 'Dir::Cache'].flatMap((name) => {
    const path = join(folder, 'apt', name.toLowerCase());
    mkdirSync(join(path, 'partial'), { recursive: true });
    mkdirSync(join(path, 'archives/partial'), { recursive: true });
    return ['-o', `${name}=${path}`];
  });
  const download = ['-o', 'APT::Sandbox::User=', 'download', 'docker-registry'];
  let { code, output } = await capture('apt-get', download, { cwd: folder, seconds: 120 });
  if (code !== 0) {
    const update = [...own, '-o', 'APT::Sandbox::User=', 'update'];
    ({ code, output } = await capture('apt-get', update, { seconds: 240 }));
    if (code === 0) {
      ({ code, output } = await capture('apt-get', [...own, ...download], { cwd: folder }));
    }
  }
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (code !== 0 || !archive) {
    return { missing: `apt-get gives no docker-registry: ${output.trim().split('\n').at(-1)}` };
  }
  ({ code, output } = await capture('dpkg-deb', ['-x', archive, '.'], { cwd: folder }));
  if (code !== 0) return { missing: `docker-registry cannot be unpacked: ${output.trim()}` };
  return existsSync(program)
    ? { program }
    : { missing: 'the package docker-registry has no such program' };
}

/**
 * Starts a registry.
 *
 * @param {string} path the program
 * @param {string} storage an empty folder
 * @param {{ htpasswd?: string }} options the content of a file of users
 * @returns {Promise<{ host: string, storage: string, stop(): Promise<void> }>}
 */
export async function startRegistry(path, storage, { htpasswd } = {}) {
  mkdirSync(storage, { recursive: true });
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(storage, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
  };
  if (htpasswd) {
    writeFileSync(join(storage, 'htpasswd'), htpasswd);
    config.auth = { htpasswd: { realm: 'windlass', path: join(storage, 'htpasswd') } };
  }
  // YAML includes JSON.
  writeFileSync(join(storage, 'config.yml'), JSON.stringify(config));
  const child = spawn(path, ['serve', join(storage, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const host = `127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer) {
      await answer.body?.cancel();
      break;
    }
    if (tries > 200 || child.exitCode !== null) {
      child.kill('SIGKILL');
      throw new Error(`docker-registry does not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = () => {
    child.kill('SIGKILL');
    return ended;
  };
  // Nothing is left behind by a test that ends in another way.
  process.once('exit', () => child.kill('SIGKILL'));
  return { host, storage, stop };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
