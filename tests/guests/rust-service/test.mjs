import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHandler } from '../../../npm/windlass/dist/serve/index.js';
import { guest } from '../lib/steps.mjs';

const bytes = readFileSync(guest('rust-service'));
const get = (handler, path, init) => handler(new Request(`http://host.example${path}`, init));

test('a fetch function', async () => {
  const handler = await createHandler(bytes);
  const hello = await get(handler, '/hello');
  assert.equal(hello.headers.get('content-type'), 'text/plain');
  assert.equal(await hello.text(), 'hello world\n');
  const described = await get(handler, '/describe?a', { method: 'PATCH', headers: { a: 'b' } });
  assert.equal(
    await described.text(),
    'Method::Patch Some(Scheme::Http) Some("host.example") Some("/describe?a")\n' +
      'a: b\nHeaderError::Immutable\n',
  );
  assert.equal((await get(handler, '/status/204')).body, null);
  handler.close();
});

test('bodies as streams', async () => {
  const handler = await createHandler(bytes);
  const { readable, writable } = new TransformStream();
  const response = await get(handler, '/echo', { method: 'POST', body: readable, duplex: 'half' });
  const writer = writable.getWriter();
  const reader = response.body.getReader();
  for (const part of ['one', 'two']) {
    await writer.write(Buffer.from(part));
    assert.equal(Buffer.from((await reader.read()).value).toString(), part);
  }
  await writer.close();
  assert.ok((await reader.read()).done);
  handler.close();
});

test('a reader that stops has the guest wait, one that leaves has it end', async () => {
  const told = [];
  const handler = await createHandler(bytes, {
    capabilities: { stderr: (chunk) => told.push(Buffer.from(chunk).toString()) },
  });
  const response = await get(handler, '/big/100000000');
  const reader = response.body.getReader();
  let length = 0;
  while (length < 1_000_000) length += (await reader.read()).value.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(told.join(''), '');
  await reader.cancel();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [, left] = /^big: StreamError::Closed with (\d+) left\n$/.exec(told.join(''));
  assert.ok(Number(left) > 98_000_000, left);
  handler.close();
});

test('no answer, a trap, a late trap', async () => {
  const errors = [];
  const handler = await createHandler(bytes, { onError: ({ message }) => errors.push(message) });
  for (const path of ['/panic', '/never', '/error', '/status/101']) {
    assert.equal((await get(handler, path)).status, 500, path);
  }
  assert.deepEqual(errors.splice(0), [
    'unreachable',
    'the component gave no answer',
    'the component answered with the error `internal-error`: no',
    'the component answered with the error `HTTP-protocol-error`',
  ]);
  await assert.rejects(async () => (await get(handler, '/late-panic')).text());
  await assert.rejects(async () => (await get(handler, '/unfinished')).text());
  assert.equal((await get(handler, '/hello')).status, 200);
  handler.close();
});

test('a request that takes too long', async () => {
  const handler = await createHandler(bytes, { timeout: 200, onError: () => {} });
  assert.equal((await get(handler, '/sleep/60000')).status, 504);
  assert.equal((await get(handler, '/sleep/1')).status, 200);
  handler.close();
});

test('grants of the host', async () => {
  const capabilities = { env: { A: '1' }, args: ['a'], preopens: [{ guest: '/d', files: {} }] };
  const handler = await createHandler(bytes, { capabilities });
  assert.equal(await (await get(handler, '/environment')).text(), '["a"] [("A", "1")] ["/d"]\n');
  handler.close();
  await assert.rejects(createHandler(bytes, { capabilities: { preopns: [] } }), {
    code: 'invalid-capability',
  });
});
