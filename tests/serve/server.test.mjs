/** Requests to `windlass serve`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { guest } from '../guests/lib/steps.mjs';
import { buildGuest } from '../guests/lib/builder.mjs';
import { cli, Raw, request, serve, service } from './lib.mjs';

test('a request and its answer', async (t) => {
  const { url } = await serve(t);
  const hello = await request(`${url}/hello`);
  assert.deepEqual([hello.status, hello.text], [200, 'hello world\n']);
  assert.equal(hello.headers['content-type'], 'text/plain');
  const headers = [
    'X-One',
    '1',
    'x-two',
    'b\xe4r',
    'X-One',
    '2',
    'Host',
    'name.example:8',
    'TE',
    'trailers',
  ];
  const { text } = await request(`${url}/describe?a=b`, { method: 'PUT', headers, body: '' });
  const [first, ...fields] = text.trim().split('\n');
  assert.equal(
    first,
    'Method::Put Some(Scheme::Http) Some("name.example:8") Some("/describe?a=b")',
  );
  // Fields of the connection are the host's. The guest changes none of the others.
  assert.deepEqual(
    fields.filter((line) => !line.startsWith('content-length')),
    ['x-one: 1', 'x-two: b\ufffdr', 'x-one: 2', 'te: trailers', 'HeaderError::Immutable'],
  );
  assert.equal((await request(`${url}/nowhere`)).status, 404);
  const several = await request(`${url}/headers`);
  assert.deepEqual(several.headers['set-cookie'], ['a=1', 'b=2']);
  for (const status of [201, 418, 599]) {
    assert.equal((await request(`${url}/status/${status}`)).status, status);
  }
});

test('no body where there is none: HEAD, 204, 304', async (t) => {
  const { port } = await serve(t);
  const raw = new Raw(port);
  raw.send('HEAD /declared/3/3 HTTP/1.1\r\nhost: x\r\n\r\n');
  await raw.until(/content-length: 3\r\n[^]*\r\n\r\n/i);
  raw.send('GET /status/204 HTTP/1.1\r\nhost: x\r\n\r\n');
  await raw.until(/ 204 No Content\r\n[^]*\r\n\r\n/);
  raw.send('GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await raw.closed;
  assert.equal(raw.text.match(/HTTP\/1\.1 /g).length, 3);
  assert.match(raw.text, /hello world\n\r\n0\r\n\r\n$/);
});

test('bodies stream both ways', async (t) => {
  const { port, url } = await serve(t);
  for (const path of ['/echo', '/splice']) {
    const raw = new Raw(port);
    raw.send(`POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    await raw.until(/ 200 OK\r\n[^]*\r\n\r\n/);
    for (const part of ['one', 'two', 'three']) {
      raw.send(`${part.length.toString(16)}\r\n${part}\r\n`);
      await raw.until(new RegExp(`\r\n${part}\r\n$`));
    }
    raw.send('0\r\n\r\n');
    await raw.until(/\r\n0\r\n\r\n$/);
    raw.end();
  }
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  assert.deepEqual((await request(`${url}/echo`, { method: 'POST', body })).bytes, body);
  // The head leaves as soon as the guest has set it.
  const raw = new Raw(port).send('GET /slow/3/300 HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.doesNotMatch(await raw.until(/line 0\n/), /line 1/);
  await raw.until(/line 2\n\r\n0\r\n\r\n$/);
  raw.end();
});

test('trailers both ways', async (t) => {
  const { port } = await serve(t);
  const raw = new Raw(port).send(
    'POST /trailers HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntrailer: x-sum, x-more\r\n\r\n' +
      '3\r\nabc\r\n0\r\nx-sum: 6\r\nX-More: a\r\n\r\n',
  );
  await raw.until(/3\r\nabc\r\n0\r\nx-sum: 6\r\nx-more: a\r\nx-count: 2\r\n\r\n$/);
  raw.send('GET /trailers HTTP/1.1\r\nhost: x\r\n\r\n');
  await raw.until(/\r\n0\r\nx-count: 0\r\n\r\n$/);
  raw.end();
});

test('waiting requests hold up no other', async (t) => {
  const { url, stop } = await serve(t, ['--request-timeout', '60']);
  let isSlowDone = false;
  const slow = Array.from({ length: 8 }, () =>
    request(`${url}/sleep/600000`).then(
      () => (isSlowDone = true),
      () => {},
    ),
  );
  for (let i = 0; i < 5; i += 1) assert.equal((await request(`${url}/hello`)).status, 200);
  assert.ok(!isSlowDone, 'the others waited');
  await stop('SIGKILL');
  await Promise.all(slow);
});

test('a fresh instance for each request, or some for each', async (t) => {
  const fresh = await serve(t);
  for (let i = 0; i < 3; i += 1) assert.equal((await request(`${fresh.url}/count`)).text, '1\n');
  const reused = await serve(t, ['--reuse', '3']);
  const counts = [];
  for (let i = 0; i < 7; i += 1) counts.push((await request(`${reused.url}/count`)).text.trim());
  assert.deepEqual(counts, ['1', '2', '3', '1', '2', '3', '1']);
});

test('a trap is the matter of its own request', async (t) => {
  const server = await serve(t, ['--reuse', '1000']);
  const all = Array.from({ length: 200 }, (_, i) => i % 20 === 7);
  const answers = await Promise.all(
    all.map((panics) => request(`${server.url}/${panics ? 'panic' : 'hello'}`)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    all.map((panics) => (panics ? 500 : 200)),
  );
  assert.match(server.stderr, /panicked at .*\nas asked\n/);
  assert.match(server.stderr, /error\[trap\]: unreachable\n {2}at /);
  // The end of an answer that had begun is missing.
  await assert.rejects(request(`${server.url}/late-panic`), { code: 'ECONNRESET' });
  assert.equal((await request(`${server.url}/hello`)).status, 200);
  assert.equal(await server.stop(), 0);
});

test('nothing is granted, and then what is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const denied = await serve(t, [], { env: { SECRET: '1' } });
  assert.equal((await request(`${denied.url}/environment`)).text, '["rust-service.wasm"] [] []\n');
  const fetched = await request(`${denied.url}/fetch?${denied.url}/hello`);
  assert.equal(fetched.text, 'ErrorCode::HttpRequestDenied\n');
  assert.equal(denied.stdout, 'to standard output\n');
  const file = join(folder, 'grants.json');
  writeFileSync(file, '{ "stdout": "ignore", "args": ["service", "one"] }');
  const flags = ['--env', 'SECRET', '--dir', `${folder}::/data`, '--capabilities', file];
  const granted = await serve(t, flags, { env: { SECRET: '1' } });
  assert.equal(
    (await request(`${granted.url}/environment`)).text,
    '["service", "one"] [("SECRET", "1")] ["/data"]\n',
  );
  assert.equal(granted.stdout, '');
});

test('what cannot be served is refused', async (t) => {
  const refused = (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'serve', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NO_COLOR: '1', WINDLASS_CACHE: 'off' },
    });
    return `${status} ${stderr}`;
  };
  await buildGuest('rust-command');
  const { port } = await serve(t);
  assert.match(refused(guest('rust-command')), /^1 error\[no-service\][^]*windlass run /);
  assert.match(
    refused(service, '--addr', 'localhost'),
    /^2 error\[invalid-option\]: `localhost` is no address/,
  );
  assert.match(refused(service, '--addr', '127.0.0.1:99999'), /^2 error\[invalid-option\]/);
  assert.match(
    refused(service, '--addr', `127.0.0.1:${port}`),
    /^1 error\[cannot-listen\]: cannot listen on `127\.0\.0\.1:\d+`: EADDRINUSE\n {2}help: another/,
  );
  assert.match(refused(service, '--reuse', '0'), /^2 error\[invalid-option\]: `--reuse`/);
  assert.match(refused(service, '--idle-timeout', 'soon'), /^2 error\[invalid-option\]/);
  assert.match(refused(service, '--access-log', 'xml'), /^2 error\[invalid-option\]/);
  assert.match(refused(service, '--tls-cert', cli), /^2 error\[invalid-option\]: .* go together/);
  assert.match(refused(service, '--grant', 'preopns=[]'), /^2 error\[invalid-option\]/);
});

test('a line for each request', async (t) => {
  const json = await serve(t, ['--access-log', 'json']);
  await request(json.url, { path: '/status/404?"\\' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const line = JSON.parse(json.stdout);
  assert.equal(line.url, '/status/404?"\\');
  assert.deepEqual(
    [line.method, line.status, line.isWhole, line.client],
    ['GET', 404, true, '127.0.0.1'],
  );
  const text = await serve(t, ['--access-log', 'text']);
  await request(`${text.url}/hello`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.match(text.stdout, /^\S+Z 127\.0\.0\.1 GET "\/hello" 200 [\d.]+ms\n$/);
});

test('Unix sockets and several addresses', { skip: process.platform === 'win32' }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const socketPath = join(folder, 'a.sock');
  const server = await serve(t, ['--addr', `unix:${socketPath}`]);
  await server.says(/listening on unix:/);
  assert.equal((await request(`${server.url}/hello`)).status, 200);
  assert.equal((await request('http://x/hello', { socketPath })).text, 'hello world\n');
});

test('TLS, with HTTP/2 and HTTP/1.1', async (t) => {
  const file = (name) => new URL(name, import.meta.url).pathname;
  const server = await serve(t, ['--tls-cert', file('cert.pem'), '--tls-key', file('key.pem')]);
  assert.match(server.url, /^https:/);
  const ca = readFileSync(file('cert.pem'));
  const one = await new Promise((resolve, reject) => {
    https.get(`${server.url}/describe`, { ca, agent: false }, resolve).on('error', reject);
  });
  one.setEncoding('utf8');
  assert.match((await once(one, 'data'))[0], /^Method::Get Some\(Scheme::Https\) Some\("127/);
  const client = http2.connect(server.url, { ca });
  t.after(() => client.destroy());
  const stream = client.request({ ':path': '/trailers', ':method': 'POST' });
  stream.end('abc');
  const [headers] = await once(stream, 'response');
  assert.equal(headers[':status'], 200);
  const [trailers] = await once(stream.resume(), 'trailers');
  assert.equal(trailers['x-count'], '0');
  await new Promise((resolve) => client.close(resolve));
});

test('several processes', async (t) => {
  const server = await serve(t, ['--workers', '2']);
  const agent = new http.Agent();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => request(`${server.url}/hello`, { agent })),
  );
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(await server.stop(), 0);
});
