/** Requests that a service sends itself. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createHandler } from '../../npm/windlass/dist/serve/index.js';
import { service } from './lib.mjs';

const bytes = readFileSync(service);

/** A handler whose guests may talk to what `network` names, and its answers. */
async function client(t, network, limits) {
  const handler = await createHandler(bytes, {
    capabilities: { network, limits },
    onError: () => {},
  });
  t.after(() => handler.close());
  return (path, init) => handler(new Request(`http://localhost${path}`, init));
}

async function upstream(t, listener) {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, host: `127.0.0.1:${server.address().port}` };
}

test('a response with its trailers, and what the peer sees', async (t) => {
  let seen;
  const { host } = await upstream(t, (request, response) => {
    seen = request;
    response.writeEarlyHints({ link: '</a>; rel=preload' });
    response.writeHead(203, { trailer: 'x-end', 'x-a': 'b' });
    response.write('one ');
    response.addTrailers({ 'x-end': '1' });
    response.end('two');
  });
  const get = await client(t, [host]);
  const response = await get(`/fetch?http://${host}/some/path`);
  assert.equal(response.status, 203);
  assert.equal(await response.text(), 'one two');
  assert.deepEqual([seen.method, seen.url, seen.headers.host], ['GET', '/some/path', host]);
  assert.equal(seen.headers['transfer-encoding'], undefined);
});

test('bodies stream both ways', async (t) => {
  const { host } = await upstream(t, (request, response) => request.pipe(response));
  const get = await client(t, [host]);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 253));
    const response = await get(`/forward?http://${host}/`, { method, body });
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(body), method);
  }
});

test('redirects are the business of the guest', async (t) => {
  const { host } = await upstream(t, (_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  const get = await client(t, [host]);
  assert.equal((await get(`/fetch?http://${host}/`)).status, 302);
});

test('peers that are not granted', async (t) => {
  let requests = 0;
  const { server, host } = await upstream(t, (_, response) => {
    requests += 1;
    response.end('reached');
  });
  const { port } = server.address();
  const told = async (network, peer) =>
    (await (await client(t, network))(`/fetch?http://${peer}/`)).text();
  const denied = 'ErrorCode::HttpRequestDenied\n';
  const prohibited = 'ErrorCode::DestinationIpProhibited\n';
  assert.equal(await told([], host), denied);
  assert.equal(await told(['127.0.0.1:1'], host), denied);
  assert.equal(await told(['example.com:*'], host), denied);
  assert.equal(await told([`*.0.0.1:${port}`], 'x.127.0.0.1.example:80'), denied);
  // A pattern for any name opens no address of this machine or its networks.
  for (const peer of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `[::ffff:7f00:1]:${port}`,
    `0.0.0.0:${port}`,
    `[::]:${port}`,
    `2130706433:${port}`,
    `0x7f.1:${port}`,
    `127.1:${port}`,
    '10.0.0.1:80',
    '172.16.0.1:80',
    '192.168.1.1:80',
    '100.64.0.1:80',
    '169.254.169.254:80',
    '[fe80::1]:80',
    '[fd00::1]:80',
    '[64:ff9b::7f00:1]:80',
    '[2002:7f00:1::]:80',
  ]) {
    assert.equal(await told(['*:*'], peer), prohibited, peer);
  }
  for (const peer of ['user@127.0.0.1:1', '127.0.0.1:0', '127.0.0.1:99999', 'a:b:c']) {
    assert.equal(await told(['*:*'], peer), 'ErrorCode::HttpRequestUriInvalid\n', peer);
  }
  assert.equal(requests, 0);
  assert.equal(await told([`localhost:${port}`], `localhost:${port}`), 'reached');
  assert.equal(await told(['*:*', `127.0.0.1:${port}`], host), 'reached');
  assert.equal(await told(['127.0.0.1:*'], `localhost:${port}`), denied);
});

test('peers that fail', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  const raw = createServer((socket) => socket.on('error', () => {}));
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  t.after(() => raw.close());
  const host = `127.0.0.1:${raw.address().port}`;
  const get = await client(t, ['127.0.0.1:*']);
  const told = async (answer, scheme = 'http') => {
    raw.removeAllListeners('connection');
    raw.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    const response = await get(`/fetch?${scheme}://${host}/`);
    return response.text();
  };
  assert.equal(
    await (await get(`/fetch?http://127.0.0.1:${port}/`)).text(),
    'ErrorCode::ConnectionRefused\n',
  );
  assert.equal(await told('nonsense'), 'ErrorCode::HttpProtocolError\n');
  assert.equal(await told('nonsense', 'https'), 'ErrorCode::TlsProtocolError\n');
  assert.equal(await told(''), 'ErrorCode::ConnectionTerminated\n');
  assert.match(
    await told(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`),
    /^ErrorCode::HttpResponseHeaderSectionSize/,
  );
  // A body that ends early is a failure, not an end.
  await assert.rejects(told('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'));
});

test('peers that take too long', async (t) => {
  const { host } = await upstream(t, (request, response) => {
    if (request.url === '/never') return;
    response.write('one');
    if (request.url === '/slow') setTimeout(() => response.end('two'), 100);
  });
  const get = await client(t, [host]);
  const never = await get(`/impatient/300?http://${host}/never`);
  assert.equal(await never.text(), 'ErrorCode::ConnectionReadTimeout\n');
  assert.equal(await (await get(`/impatient/5000?http://${host}/slow`)).text(), 'onetwo');
  const stalled = await get(`/impatient/300?http://${host}/stalled`);
  await assert.rejects(stalled.text());
});
