/** Clients and guests that do harm. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Raw, request, serve } from './lib.mjs';

const head = (path, ...fields) =>
  `${['GET', path].join(' ')} HTTP/1.1\r\nhost: x\r\n${fields.join('')}\r\n`;

test('heads, targets and bodies that are too large', async (t) => {
  const flags = [
    '--max-header-bytes',
    '4KiB',
    '--max-url-bytes',
    '1KiB',
    '--max-body-bytes',
    '100000',
  ];
  const { url, port } = await serve(t, flags);
  const raw = new Raw(port).send(head('/hello', `x: ${'x'.repeat(5000)}\r\n`));
  await raw.closed;
  assert.match(raw.text, /^HTTP\/1\.1 431 /);
  assert.equal((await request(`${url}/${'a'.repeat(1100)}`)).status, 414);
  assert.equal((await request(`${url}/hello?${'a'.repeat(900)}`)).status, 200);
  const post = (length, headers = {}) =>
    request(`${url}/length`, { method: 'POST', headers, body: Buffer.alloc(length) });
  assert.equal((await post(100_000, { 'content-length': 100_000 })).text, '100000\n');
  assert.equal((await post(100_001, { 'content-length': 100_001 })).status, 413);
  // Without a length it shows while the guest reads, for whom the body ends by an error.
  const chunked = { 'transfer-encoding': 'chunked' };
  assert.equal((await post(100_000, chunked)).text, '100000\n');
  const { status, text } = await post(1_000_000, chunked);
  assert.equal(status, 200);
  assert.ok(Number(text) <= 100_000, text);
});

test('heads and bodies that come slowly, connections that are idle', async (t) => {
  const flags = ['--headers-timeout', '0.5', '--idle-timeout', '0.4', '--request-timeout', '1'];
  const server = await serve(t, flags);
  const slow = new Raw(server.port).send('GET /hello HTTP/1.1\r\nhost: x\r\nx-slow: ');
  const idle = new Raw(server.port).send(head('/hello'));
  const body = new Raw(server.port).send(
    'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n1',
  );
  await idle.until(/hello world/);
  await Promise.all([slow.closed, idle.closed, body.closed]);
  assert.match(slow.text, /^HTTP\/1\.1 408 /);
  assert.match(body.text, /^(?:HTTP\/1\.1 (?:408|504) |$)/);
  const late = await request(`${server.url}/sleep/60000`);
  assert.equal(late.status, 504);
  await server.says(/the request took too long/);
  assert.equal((await request(`${server.url}/hello`)).status, 200);
});

test('more connections than allowed', async (t) => {
  const { port, url } = await serve(t, ['--max-connections', '2', '--idle-timeout', '60']);
  const held = [new Raw(port), new Raw(port)];
  for (const raw of held) await raw.send(head('/hello')).until(/hello world/);
  const refused = new Raw(port).send(head('/hello'));
  await refused.closed;
  assert.equal(refused.text, '');
  held[0].end();
  await held[0].closed;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await request(`${url}/hello`)).status, 200);
  held[1].end();
});

test('requests that are not HTTP, or smuggle another', async (t) => {
  const { port } = await serve(t);
  const hostile = [
    'GET / HTTP/9.9\r\n\r\n',
    'nonsense\r\n\r\n',
    'GET /hello HTTP/1.1\r\n\r\n',
    'GET /hello HTTP/1.1\r\nhost: x\r\nbad name: 1\r\n\r\n',
    'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /length HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  ];
  for (const text of hostile) {
    const raw = new Raw(port).send(text);
    await raw.closed;
    assert.match(raw.text, /^HTTP\/1\.1 (?:400|505) /, text);
  }
});

test('a guest that says more, or less, than it promised', async (t) => {
  const server = await serve(t);
  const declared = async (says, writes) => {
    const raw = new Raw(server.port).send(head(`/declared/${says}/${writes}`));
    await Promise.race([raw.closed, raw.until(/\r\n\r\nx{3}$/)]);
    raw.end();
    return raw.text.split('\r\n\r\n').slice(1).join('|');
  };
  assert.equal(await declared(3, 3), 'xxx');
  await server.says(/declared: Ok\(\(\)\) Ok\(\(\)\)\n/);
  // The connection ends, and nothing past the promised length was on it.
  assert.ok((await declared(5, 3)).length < 5);
  await server.says(/declared: Ok\(\(\)\) Err\(ErrorCode::HttpResponseBodySize\(Some\(3\)\)\)\n/);
  assert.ok((await declared(2, 3)).length <= 2);
  await server.says(/declared: Err\(StreamError::LastOperationFailed\(.*\n/);
  await assert.rejects(request(`${server.url}/unfinished`), { code: 'ECONNRESET' });
});

test('hostile calls of a guest', async (t) => {
  const server = await serve(t);
  // The second answer with one handle is a trap, and the first one stands.
  const twice = await request(`${server.url}/twice`);
  assert.deepEqual([twice.status, twice.headers['x-first']], [200, '1']);
  await server.says(/error\[trap\]: unknown handle index/);
  for (const path of ['/never', '/status/100', '/status/101', '/error', '/hold/100000000']) {
    assert.equal((await request(`${server.url}${path}`)).status, 500, path);
  }
  await server.says(/error\[no-answer\]: the component gave no answer\n/);
  await server.says(/error\[no-answer\]: .* `HTTP-protocol-error`\n/);
  await server.says(/error\[trap\]: the guest needs more than `limits\.fieldBytes` allows/);
  const { text } = await request(`${server.url}/fields`);
  assert.deepEqual(text.trim().split('\n'), [
    'plain: Ok(())',
    ...['name', 'empty name', 'split', 'nul'].map((what) => `${what}: Err("invalid-syntax")`),
    ...['Connection', 'host', 'transfer-encoding', 'upgrade', 'keep-alive', 'http2-settings'].map(
      (name) => `${name}: Err("forbidden")`,
    ),
    'list: Err("invalid-syntax")',
    'x-plain',
  ]);
  assert.equal((await request(`${server.url}/hello`)).status, 200);
});

test('a client that leaves while it is answered, or while it asks', async (t) => {
  const server = await serve(t);
  const reader = new Raw(server.port).send(head('/big/50000000'));
  await once(reader.socket, 'data');
  reader.end();
  await server.says(/big: StreamError::Closed with \d+ left\n/);
  const writer = new Raw(server.port).send(
    'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nten bytes.',
  );
  await writer.until(/ten bytes\./);
  writer.end();
  await server.says(/ConnectionTerminated/);
  assert.equal((await request(`${server.url}/hello`)).status, 200);
});
