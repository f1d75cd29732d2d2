/** Requests a second of servers on loopback, and the CPU time of each request. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { buildGuest } from '../guests/lib/builder.mjs';
import { guest } from '../guests/lib/steps.mjs';
import { alternate, of, spread } from './lib/compare.mjs';
import { PEER, PEER_CLI, WINDLASS_CLI } from './lib/paths.mjs';
import { formatBytes, median, table } from './lib/stats.mjs';

export const title = 'Servers: requests a second, median [p10–p90]';
export const components = [];

/** Milliseconds of each measurement. */
const DURATION = 2000;
const PLAIN = `require('node:http')
  .createServer((_, response) => response.end('hello world\\n'))
  .listen(Number(process.argv[1]), '127.0.0.1')`;

/** The arguments of Node for each server, by the port. */
const servers = (component) => {
  const windlass = [WINDLASS_CLI, 'serve', component, '--addr'];
  return {
    'node:http': (port) => ['-e', PLAIN, port],
    'windlass, fresh': (port) => [...windlass, `127.0.0.1:${port}`],
    'windlass, reused': (port) => [...windlass, `127.0.0.1:${port}`, '--reuse', '1000000'],
    ...(existsSync(PEER_CLI) && {
      peer: (port) => [PEER_CLI, 'serve', component, '--port', port, '--host', '127.0.0.1'],
    }),
  };
};

export async function run({ rounds = 3 }) {
  await buildGuest('rust-service');
  const all = servers(guest('rust-service'));
  const rows = [];
  for (const connections of [1, 32]) {
    const samples = await alternate(rounds, Object.keys(all), (name) =>
      measure(all[name], connections),
    );
    for (const [name, measured] of Object.entries(samples)) {
      const memory = formatBytes(median(of(measured, 'memory')));
      const [requests, cpu, first] = ['requests', 'cpu', 'first'].map((key) =>
        spread(of(measured, key)),
      );
      rows.push([`${connections}`, name, requests, cpu, first, memory]);
    }
  }
  const head = [
    'connections',
    'server',
    'requests/s',
    'CPU µs each',
    'start to first ms',
    'memory',
  ];
  console.log(table(head, rows));
}

/** Starts a server, waits for its first answer, and asks for as many as it gives. */
async function measure(argumentsOf, connections) {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(process.execPath, argumentsOf(String(port)), { cwd: PEER, stdio: 'ignore' });
  const ended = once(child, 'close');
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const url = `http://127.0.0.1:${port}/hello`;
  try {
    while (!(await get(url, agent).catch(() => false))) {
      assert.equal(child.exitCode, null, 'the server ended');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const first = performance.now() - begin;
    await load(url, agent, connections, DURATION / 4);
    const before = cpuOf(child.pid);
    const { requests, seconds } = await load(url, agent, connections, DURATION);
    const cpu = (cpuOf(child.pid) - before) / requests;
    const memory = Number(/^VmRSS:\s+(\d+)/m.exec(statusOf(child.pid))[1]) * 1024;
    return { requests: requests / seconds, cpu, first, memory };
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
    await ended;
  }
}

async function load(url, agent, connections, milliseconds) {
  const begin = performance.now();
  let requests = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - begin < milliseconds) {
        assert.ok(await get(url, agent));
        requests += 1;
      }
    }),
  );
  return { requests, seconds: (performance.now() - begin) / 1000 };
}

/** Whether the answer is the right one. */
function get(url, agent) {
  return new Promise((resolve, reject) => {
    const sent = http.get(url, { agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(response.statusCode === 200 && text === 'hello world\n'));
      response.on('error', reject);
    });
    sent.on('error', reject);
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Microseconds of CPU time, of ticks of ten milliseconds. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function statusOf(pid) {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}
