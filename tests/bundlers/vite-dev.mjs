/** The dev server of Vite, with a page in Chromium: modules, workers, reload of a changed component, errors in the overlay. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { windlass } from '@windlass/unplugin/vite';
import { openPage } from '../runtimes/browsers.mjs';

/** Tells the test what there is to see, and does what that answers. */
const page = `<!doctype html>
<script>
  const load = Math.random();
  async function tell(what, told) {
    const body = JSON.stringify({ load, what, told });
    const answer = await (await fetch('/told', { method: 'POST', body })).text();
    if (answer === 'reload') location.reload();
    if (answer === 'done') parent.postMessage('done', '*');
  }
  addEventListener('message', ({ data }) => tell('page', data));
  addEventListener('error', ({ message }) => tell('page', { error: message }));
  addEventListener('unhandledrejection', ({ reason }) => tell('page', { error: reason.stack }));
  setInterval(() => {
    const overlay = document.querySelector('vite-error-overlay');
    tell('overlay', overlay ? overlay.shadowRoot.querySelector('.window').textContent : '');
  }, 100);
</script>
<script type="module">
  import * as changing from './changing.wasm';
  tell('exports', Object.keys(changing));
</script>
<script type="module" src="./page.js"></script>
`;

const outer = (origin) => `<!doctype html>
<iframe src="${origin}"></iframe>
<script>
  addEventListener('message', ({ data }) => {
    if (data === 'done') fetch('report', { method: 'POST', body: '"done"' });
  });
</script>
`;

/**
 * @param {string} root a folder with the application
 * @param {{ program: string, env: Record<string, string> }} chromium
 * @param {object} map of imports
 * @param {(results: object) => void} checkResults looks at what the page gives
 */
export async function checkDevServer(root, chromium, map, checkResults) {
  const component = join(root, 'changing.wasm');
  copyFileSync(join(root, 'add.wasm'), component);
  writeFileSync(join(root, 'index.html'), page);
  writeFileSync(
    join(root, 'changing.js'),
    "import * as exports from './changing.wasm';\nexport default exports;\n",
  );
  const events = [];
  let answer = '';
  const told = {
    name: 'told',
    configureServer({ middlewares }) {
      middlewares.use('/told', (request, response) => {
        let text = '';
        request.setEncoding('utf8').on('data', (part) => (text += part));
        request.on('end', () => {
          events.push(JSON.parse(text));
          response.end(answer);
          if (answer === 'reload') answer = '';
        });
      });
    },
  };
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0 },
    resolve: { alias: { '@app': root } },
    plugins: [windlass({ inline: 0, map }), told],
  });
  /** The first event that fits and was not taken before. */
  const event = async (what, fits = () => true) => {
    for (let i = 0; i < 400; i++) {
      const at = events.findIndex((one) => one.what === what && fits(one));
      if (at >= 0) return events.splice(at, 1)[0];
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    throw new Error(`no ${what} in 20 seconds: ${JSON.stringify(events.slice(-5))}`);
  };
  const change = (bytes) => {
    events.length = 0;
    writeFileSync(component, bytes);
  };
  const names = async () => {
    const { default: exports } = await server.ssrLoadModule('/changing.js');
    return Object.keys(exports);
  };
  let opened;
  try {
    await server.listen();
    const folder = join(root, 'outer');
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), outer(server.resolvedUrls.local[0]));
    opened = openPage('Chromium', chromium, folder, { seconds: 60 });
    // It is awaited at the end; what ends it before is told by the events that are missing.
    opened.catch(() => {});

    const { told: exports } = await event('exports');
    assert.deepEqual(exports, ['add']);
    const { told: found } = await event('page');
    assert.equal(found.error, undefined);
    checkResults(found.results);
    assert.deepEqual(await names(), ['add']);

    const before = readFileSync(component);
    change(readFileSync(join(root, 'calls.wasm')));
    assert.deepEqual((await event('exports')).told, ['twice']);
    assert.deepEqual(await names(), ['twice']);

    const shown = ({ told: text }) => /changing\.wasm/.test(text);
    change(before.subarray(0, 60));
    const overlay = await event('overlay', shown);
    assert.match(overlay.told, /error\[invalid-component\]: /);
    assert.match(overlay.told, /at .*changing\.wasm \(component offset 0x/);
    assert.match(overlay.told, /plugin:windlass/);
    // The code frame: the bytes around the place.
    assert.match(overlay.told, /> +48 \| 0[0-9a-f]/);
    assert.match(overlay.told, /\| +\^/);

    // The same where a page is opened before the component is mended.
    answer = 'reload';
    const again = await event('overlay', (one) => one.load !== overlay.load && shown(one));
    assert.match(again.told, /error\[invalid-component\]: /);
    assert.match(again.told, /component offset 0x/);
    assert.match(again.told, /> +48 \| .*\n *\| +\^/);

    change(before);
    const mended = await event('exports');
    assert.deepEqual(mended.told, ['add']);
    await event('overlay', (one) => one.load === mended.load && one.told === '');
    assert.deepEqual(await names(), ['add']);
    answer = 'done';
    assert.equal(await opened, 'done');
  } finally {
    answer = 'done';
    await opened?.catch(() => {});
    await server.close();
  }
}

/**
 * A packed package of a component, which Vite bundles in advance.
 *
 * @param {string} root a folder with the package `packed` in its `node_modules`
 * @param {{ createServer: Function }} vite
 * @param {{ program: string, env: Record<string, string> }} chromium
 */
export async function checkPackedPackage(root, vite, chromium) {
  const html = `<!doctype html>
<script type="module">
  const told = await import('./packed.js').then(({ add }) => add(40, 2), String);
  await fetch('/told', { method: 'POST', body: JSON.stringify(told) });
  parent.postMessage('done', '*');
</script>
`;
  writeFileSync(join(root, 'index.html'), html);
  writeFileSync(join(root, 'packed.js'), "export { add } from 'packed';\n");
  let told = '';
  const listening = {
    name: 'told',
    configureServer({ middlewares }) {
      middlewares.use('/told', (request, response) => {
        request.setEncoding('utf8').on('data', (part) => (told += part));
        request.on('end', () => response.end());
      });
    },
  };
  const server = await vite.createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0 },
    plugins: [listening],
  });
  try {
    await server.listen();
    const folder = join(root, 'outer');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), outer(server.resolvedUrls.local[0]));
    await openPage('Chromium', chromium, folder, { seconds: 60 });
    assert.equal(told, '42');
    assert.ok(
      existsSync(join(root, 'node_modules/.vite/deps/packed.js')),
      'not bundled in advance',
    );
  } finally {
    await server.close();
  }
}
