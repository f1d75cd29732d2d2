/** Many requests, large bodies, slow clients, and the end of a server that has them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { createListener } from '../../npm/windlass/dist/serve/index.js';
import { Raw, request, serve, service } from './lib.mjs';

const isWhole = process.env.WINDLASS_TEST_ALL === '1';
const MiB = 2 ** 20;
const size = isWhole ? 1024 * MiB : 100 * MiB;
/** Only Linux says what another process takes. */
const skip = process.platform === 'linux' ? false : 'no /proc';

test('large bodies both ways in little memory', { skip }, async (t) => {
  const server = await serve(t);
  await request(`${server.url}/hello`);
  const before = server.memory();
  let most = before;
  const look = setInterval(() => (most = Math.max(most, server.memory())), 20);
  await new Promise((resolve, reject) => {
    http.get(`${server.url}/big/${size}`, { agent: false }, (response) => {
      let length = 0;
      response.on('data', (chunk) => (length += chunk.length));
      response.on('end', () => (length === size ? resolve() : reject(new Error(`${length}`))));
      response.on('error', reject);
    });
  });
  const chunk = Buffer.alloc(MiB, 'y');
  const sent = http.request(`${server.url}/echo`, { method: 'POST', agent: false });
  const echoed = once(sent, 'response').then(async ([response]) => {
    let length = 0;
    for await (const chunk of response) length += chunk.length;
    return length;
  });
  for (let left = size / 2; left > 0; left -= MiB) {
    if (!sent.write(chunk)) await once(sent, 'drain');
  }
  sent.end();
  assert.equal(await echoed, size / 2);
  clearInterval(look);
  // Collectors take their time; the bodies together would be 150 MiB.
  assert.ok(most - before < 90 * MiB, `${(most - before) / MiB} MiB more`);
});

test('clients that do not read cost no one else anything', { skip }, async (t) => {
  const server = await serve(t);
  await request(`${server.url}/hello`);
  const before = server.memory();
  const count = 30;
  const slow = Array.from({ length: count }, () => {
    const raw = new Raw(server.port).send('GET /big/100000000 HTTP/1.1\r\nhost: x\r\n\r\n');
    raw.socket.pause();
    return raw;
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (let i = 0; i < 20; i += 1) assert.equal((await request(`${server.url}/hello`)).status, 200);
  // Each has bytes on their way, an instance, and without JSPI a thread.
  const each = 'Suspending' in WebAssembly ? 12 : 40;
  const more = server.memory() - before;
  assert.ok(more < count * each * MiB, `${more / MiB} MiB more`);
  for (const raw of slow) raw.end();
  // Their messages may be mixed.
  await server.says({ test: (text) => text.split('big: ').length > count });
});

test('a heap that does not grow', async (t) => {
  setFlagsFromString('--expose-gc');
  const gc = (await import('node:vm')).runInNewContext('gc');
  // Instances take most of the time, so not each request has one of its own here.
  const reuse = isWhole ? 1 : 10;
  const listener = await createListener(readFileSync(service), { reuse, onError: () => {} });
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    listener.close();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const round = async (requests) => {
    let left = requests;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (left-- > 0) {
          // A trap now and then keeps nothing either.
          const path = left % 100 === 0 ? '/panic' : '/hello';
          const { status } = await request(`${url}${path}`, { agent });
          assert.equal(status, path === '/hello' ? 200 : 500);
        }
      }),
    );
    for (let i = 0; i < 3; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      gc();
    }
    return process.memoryUsage().heapUsed;
  };
  const requests = isWhole ? 200_000 : 5000;
  const before = await round(requests / 5);
  const after = await round(requests);
  agent.destroy();
  assert.ok(after - before < requests * 300, `${after - before} bytes more`);
});

test('SIGTERM under load: each request that came is answered', async (t) => {
  for (const flags of [[], ['--workers', '2']]) {
    const server = await serve(t, flags);
    const agent = new http.Agent({ keepAlive: true });
    let answered = 0;
    let beUnderLoad;
    const isUnderLoad = new Promise((resolve) => (beUnderLoad = resolve));
    let isOver = false;
    const clients = Array.from({ length: 16 }, async (_, i) => {
      while (!isOver) {
        try {
          const path = i % 4 === 0 ? '/sleep/200' : '/hello';
          const { status, text } = await request(`${server.url}${path}`, { agent });
          assert.equal(status, 200);
          assert.ok(text === 'hello world\n' || text === 'slept\n');
          answered += 1;
          if (answered === 50) beUnderLoad();
        } catch (error) {
          // The only way in which a request may fail: on a new connection, once nobody accepts it.
          assert.ok(!error.isReused, error.stack);
          assert.match(error.code, /^ECONN(?:REFUSED|RESET)$/, error.stack);
          isOver = true;
        }
      }
    });
    await isUnderLoad;
    const code = server.stop('SIGTERM');
    await Promise.all(clients);
    agent.destroy();
    assert.equal(await code, 0);
  }
});
