/** The dev server of Vite: modules in browsers and on servers, reload of a changed component, errors in the overlay. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { windlass } from '@windlass/unplugin/vite';

/**
 * @param {string} root a folder with `main.js` and the components
 * @param {string} other a component that may take the place of `add.wasm`
 */
export async function checkDevServer(root, other) {
  writeFileSync(
    join(root, 'add.js'),
    "import * as exports from './add.wasm';\nexport const names = Object.keys(exports);\nexport default exports;\n",
  );
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0 },
    plugins: [windlass({ inline: 0, map: { 'test:app/*': './*.js' } })],
  });
  const messages = [];
  const { send } = server.ws;
  server.ws.send = (...args) => {
    messages.push(args[0]);
    return send.apply(server.ws, args);
  };
  const message = async (type) => {
    for (let i = 0; i < 200; i++) {
      const at = messages.findIndex((one) => one.type === type);
      if (at >= 0) return messages.splice(0, at + 1).at(-1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no message ${type} in 10 seconds`);
  };
  try {
    await server.listen();
    const origin = server.resolvedUrls.local[0];
    const get = async (path) => {
      const response = await fetch(new URL(path, origin));
      return { response, text: await response.clone().text() };
    };

    // What a browser does: every module, every core module.
    const seen = new Map();
    const visit = async (path) => {
      if (seen.has(path)) return;
      const { response, text } = await get(path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('content-type'), /javascript/, path);
      seen.set(path, text);
      for (const [, specifier] of text.matchAll(/(?:import|from) "(\/[^"]+)"/g)) {
        await visit(specifier);
      }
      for (const [, file] of text.matchAll(/new URL\("([^"]+\.wasm)",[^)]*import\.meta\.url\)/g)) {
        const url = new URL(file, new URL(path, origin));
        const wasm = await fetch(url);
        assert.match(wasm.headers.get('content-type'), /^application\/wasm/, url.href);
        await WebAssembly.compile(await wasm.arrayBuffer());
        seen.set(url.pathname, '');
      }
    };
    await visit('/main.js');
    const cores = [...seen.keys()].filter((path) => path.endsWith('.wasm'));
    assert.ok(cores.length >= 5, cores.join());
    // One copy of the shims, else what the application grants is another's.
    const shims = [...seen.keys()].filter(
      (path) => /wasi|shims/.test(path) && /\/cli\.js|index\.js/.test(path),
    );
    assert.ok(!shims.some((path) => path.includes('/.vite/deps/')), shims.join());

    const load = async () => (await server.ssrLoadModule('/add.js')).default;
    assert.equal((await load()).add(2, 40), 42);
    await visit('/add.js');
    await new Promise((resolve) => setTimeout(resolve, 300));

    const before = readFileSync(join(root, 'add.wasm'));
    cpSync(other, join(root, 'add.wasm'));
    await message('full-reload');
    const changed = await load();
    assert.equal(changed.add, undefined);
    assert.equal(changed.twice(5), 45);

    writeFileSync(join(root, 'add.wasm'), before.subarray(0, 60));
    const { err } = await message('error');
    assert.match(err.message, /add\.wasm/);
    assert.match(err.frame, /error\[invalid-component\]/);
    assert.match(err.frame, /component offset 0x/);
    assert.equal(err.id, join(root, 'add.wasm'));

    writeFileSync(join(root, 'add.wasm'), before);
    await message('full-reload');
    assert.equal((await load()).add(1, 2), 3);
  } finally {
    await server.close();
  }
}
