/** A program that sends HTTP requests, as `windlass run` runs it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { root } from '../../lib/setup.mjs';
import { guest } from '../lib/steps.mjs';

const cli = `${root}npm/windlass/bin/windlass.cjs`;
const jspi = 'Suspending' in WebAssembly ? {} : { skip: 'this Node has no JSPI' };

/** Runs the program and gives its code and what it wrote. */
async function run(flags, args, input = '') {
  const argv = [cli, 'run', guest('rust-fetch'), ...flags, '--', ...args];
  const child = spawn(process.execPath, argv, { stdio: 'pipe' });
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => (told[name] += text));
  // A program that is refused reads nothing.
  child.stdin.on('error', () => {}).end(input);
  const [code] = await once(child, 'close');
  return { code, ...told };
}

/** A server that answers with what it got. */
async function echo(t) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(201);
    request.pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { host: `127.0.0.1:${server.address().port}`, seen };
}

test('a request and its response', jspi, async (t) => {
  const { host, seen } = await echo(t);
  const body = 'one line\n'.repeat(50_000);
  const { code, stdout, stderr } = await run(['--net', host], ['POST', host, '/a?b=c'], body);
  assert.equal(stderr, '201\n');
  assert.equal(stdout === body, true);
  assert.equal(code, 0);
  assert.deepEqual(seen, ['POST /a?b=c']);
});

test('nobody is reached without a grant', async (t) => {
  const { host, seen } = await echo(t);
  const { port } = new URL(`http://${host}`);
  for (const rules of [[], ['*:*'], ['example.com:*'], [`10.0.0.0/8:${port}`], ['local:1']]) {
    const flags = rules.flatMap((rule) => ['--net', rule]);
    const { code, stdout, stderr } = await run(flags, ['GET', host, '/']);
    const denied = /^ErrorCode::(HttpRequestDenied|DestinationIpProhibited)$/m;
    // Without JSPI a program that may send requests is told that none can be sent.
    const expected = jspi.skip && rules.length > 0 ? /^ErrorCode::/m : denied;
    assert.match(stderr, expected, rules.join());
    assert.deepEqual([code, stdout], [1, '']);
  }
  assert.deepEqual(seen, []);
});

test('a server that is not there', jspi, async (t) => {
  const { host } = await echo(t);
  const { code, stderr } = await run(['--net', 'local'], ['GET', '127.0.0.1:1', '/']);
  assert.match(stderr, /^ErrorCode::ConnectionRefused$/m);
  assert.equal(code, 1);
  assert.notEqual(host, '127.0.0.1:1');
});

test('without JSPI the program hears why it can send nothing', async (t) => {
  if (!jspi.skip) return t.skip('this Node has JSPI');
  const { host, seen } = await echo(t);
  const { code, stderr } = await run(['--net', host], ['GET', host, '/']);
  assert.match(stderr, /InternalError\(Some\(".*JSPI.*"\)\)/);
  assert.deepEqual([code, seen], [1, []]);
});
