/** Servers of `windlass serve` for tests, and clients that do what no HTTP library would. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import { buildGuest } from '../guests/lib/builder.mjs';
import { guest } from '../guests/lib/steps.mjs';
import { root } from '../lib/setup.mjs';

await buildGuest('rust-service');

/** The path of the service that tests serve. */
export const service = guest('rust-service');
export const cli = `${root}npm/windlass/bin/windlass.cjs`;

/**
 * Starts `windlass serve` on a free port, and ends it after the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {string[]} flags
 */
export async function serve(t, flags = [], { component = service, env = {} } = {}) {
  const args = [cli, 'serve', component, '--addr', '127.0.0.1:0', ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NO_COLOR: '1', WINDLASS_CACHE: 'off', ...env },
  });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const server = {
    child,
    ended,
    stdout: '',
    stderr: '',
    url: '',
    port: 0,
    /** Settles when what the server says on standard error fits. */
    async says(pattern) {
      while (!pattern.test(server.stderr)) {
        assert.ok(child.exitCode === null, `the server ended: ${server.stderr}`);
        await new Promise((resolve) => {
          child.stderr.once('data', resolve);
          void ended.then(resolve);
        });
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return (await ended)[0];
    },
    /** Bytes of memory. */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
    },
  };
  child.stdout.on('data', (text) => (server.stdout += text));
  child.stderr.on('data', (text) => (server.stderr += text));
  await server.says(/listening on http\S+\n/);
  server.url = /listening on (http\S+)/.exec(server.stderr)[1];
  server.port = Number(new URL(server.url).port);
  return server;
}

/** One request by `node:http`, with all of the answer. */
export function request(url, { body, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { agent: false, ...options }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (error) => reject(Object.assign(error, { isReused: true })));
      response.on('end', () => {
        const { statusCode: status, headers, rawHeaders, trailers } = response;
        const bytes = Buffer.concat(chunks);
        resolve({ status, headers, rawHeaders, trailers, bytes, text: bytes.toString() });
      });
    });
    sent.on('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })));
    sent.end(body);
  });
}

/** A connection that sends what it is told. */
export class Raw {
  text = '';

  constructor(port) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => (this.text += chunk.toString('latin1')));
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  send(text) {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Settles when what has come fits, and fails when the connection ends before. */
  async until(pattern) {
    let isOver = false;
    void this.closed.then(() => (isOver = true));
    while (!pattern.test(this.text)) {
      assert.ok(!isOver, `the connection ended: ${this.text}`);
      await new Promise((resolve) => {
        this.socket.once('data', resolve);
        void this.closed.then(resolve);
      });
    }
    return this.text;
  }

  end() {
    this.socket.destroy();
  }
}
