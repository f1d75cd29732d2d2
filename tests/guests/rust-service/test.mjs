import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createHandler, createListener, listen } from '../../../npm/windlass/dist/serve/index.js';
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

test('wrong options are refused', async () => {
  for (const [options, message] of [
    [{ reuze: 2 }, 'there is no option `reuze`'],
    [{ reuse: 0 }, '`reuse` must be a whole number from 1 on'],
    [{ reuse: '2' }, '`reuse` must be a whole number from 1 on'],
    [{ threads: 1.5 }, '`threads` must be a whole number from 1 on'],
    [{ timeout: -1 }, '`timeout` must be a number from 0 on'],
    [{ timeout: '1' }, '`timeout` must be a number from 0 on'],
    [{ maxBodyBytes: Number.NaN }, '`maxBodyBytes` must be a number from 0 on'],
    [{ onError: 'log' }, '`onError` must be a function'],
    [{ imports: 1 }, '`imports` must be an object'],
    [{ compile: { minifi: true } }, 'there is no option `minifi`'],
    [{ constructor: 1 }, 'there is no option `constructor`'],
    [null, 'the options must be an object'],
    [5, 'the options must be an object'],
  ]) {
    await assert.rejects(createHandler(bytes, options), { code: 'invalid-option', message });
  }
  await assert.rejects(createHandler({ instantiate: 1, cores: [] }), { code: 'invalid-option' });
  for (const component of [undefined, null, 5, 'thing.wasm', {}]) {
    await assert.rejects(createHandler(component), /must be a `Uint8Array`/);
  }
  const listener = await createListener(bytes);
  for (const [options, message] of [
    [{ maxConections: 1 }, 'there is no option `maxConections`'],
    [{ addresses: '127.0.0.1:0' }, '`addresses` must be a list of strings'],
    [{ maxHeaderBytes: 0 }, '`maxHeaderBytes` must be a whole number from 1 on'],
    [{ idleTimeout: Number.NaN }, '`idleTimeout` must be a number from 0 on'],
    [{ addresses: ['0.0.0.0'] }, '`0.0.0.0` is no address'],
  ]) {
    await assert.rejects(listen(listener, options), { code: 'invalid-option', message });
  }
  listener.close();
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
