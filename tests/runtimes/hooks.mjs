/**
 * Applications that import components without a build step, by
 * `node --import windlass/register`, and by the same module in Bun and Deno.
 */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, root } from '../lib/setup.mjs';
import { node26 } from '../node26/index.mjs';
import { bun, deno, nodes } from './programs.mjs';
import { test } from '../lib/report.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'windlass-runtimes-'));
const components = new URL('components/', import.meta.url);

const built = await capture(process.execPath, ['tests/guests/build.mjs', 'hello']);
if (built.code !== 0) throw new Error(built.output);

const importing = `
import { add } from './add.wasm';
console.log(add(2, 40));
`;
const wasi = `
import { shout, visitor } from './hello.wasm';
console.log(shout('über'), visitor());
`;

for (const [name, node] of Object.entries(nodes)) {
  await test(`import, and WASI with nothing granted, ${name}`, async () => {
    const app = folder({ 'app.mjs': importing + wasi });
    assert.equal(await run(app, 'app.mjs', { node }), '42\nÜBER undefined\n');
  });
}

await test('an import of a WASI that there is not, with the component that has it', async () => {
  const app = folder({ 'app.mjs': `import './wasi-0.3.wasm';` });
  cpSync(`${root}npm/windlass/test/wasi-0.3.wasm`, join(app, 'wasi-0.3.wasm'));
  const { code, output } = await start(app, 'app.mjs');
  assert.equal(code, 1);
  assert.match(
    output,
    /wasi-0\.3\.wasm: nothing is known to provide the import `wasi:http\/client@0\.3\.0`/,
  );
});

await test('dynamic import, and two imports are one instance', async () => {
  const app = folder({
    'app.mjs': `
      const one = await import('./add.wasm');
      const two = await import('./add.wasm');
      console.log(one === two, one.add(1, 2));`,
  });
  assert.equal(await run(app, 'app.mjs'), 'true 3\n');
});

for (const name of ['Node 22', 'Node 24', 'Node 26']) {
  await test(`require, ${name}`, async () => {
    const app = folder({
      'app.cjs': "const { add } = require('./add.wasm'); console.log(add(2, 40));",
    });
    assert.equal(await run(app, 'app.cjs', { node: nodes[name] }), '42\n');
  });
}

await test('require and import together', async () => {
  const app = folder({
    'app.mjs': `
      import { createRequire } from 'node:module';
      import * as imported from './add.wasm';
      const required = createRequire(import.meta.url)('./add.wasm');
      console.log(imported.add === required.add);`,
  });
  assert.equal(await run(app, 'app.mjs'), 'true\n');
});

if (process.getBuiltinModule?.('node:module').registerHooks === undefined) {
  await test('require where hooks cannot see it says what is missing', async () => {
    const app = folder({ 'app.cjs': "require('./add.wasm');" });
    const { code, output } = await start(app, 'app.cjs', { node: process.execPath });
    assert.equal(code, 1);
    assert.match(output, /cannot require a component on node [\d.]+, .*use Node 22\.15 or later/);
  });
}

await test('an importer in TypeScript', async () => {
  const app = folder({
    'app.mts': `
      import { add } from './add.wasm';
      const sum: number = add(2, 40);
      console.log(sum);`,
  });
  assert.equal(await run(app, 'app.mts'), '42\n');
});

await test('a worker', async () => {
  const app = folder({
    'app.mjs': `
      import { Worker } from 'node:worker_threads';
      import { add } from './add.wasm';
      new Worker(new URL('worker.mjs', import.meta.url)).on('message', (n) => console.log(add(n, 1)));`,
    'worker.mjs': `
      import { parentPort } from 'node:worker_threads';
      import { add } from './add.wasm';
      parentPort.postMessage(add(20, 21));`,
  });
  assert.equal(await run(app, 'app.mjs'), '42\n');
  assert.equal(await run(app, 'app.mjs', { node: process.execPath }), '42\n');
});

await test('core modules are left to Node', async () => {
  const app = folder({ 'app.mjs': "import { one } from './core.wasm';\nconsole.log(one());" });
  assert.equal(await run(app, 'app.mjs'), '1\n');
});

await test('a component in a package, by its name', async () => {
  const app = folder({ 'app.mjs': "import { add } from 'sum/add';\nconsole.log(add(1, 1));" });
  const sum = join(app, 'node_modules/sum');
  mkdirSync(sum);
  writeFileSync(
    join(sum, 'package.json'),
    JSON.stringify({ name: 'sum', exports: { './add': './add.wasm' } }),
  );
  cpSync(new URL('add.wasm', components), join(sum, 'add.wasm'));
  assert.equal(await run(app, 'app.mjs'), '2\n');
});

await test('?instantiate makes instances', async () => {
  const app = folder({
    'app.mjs': `
      import instantiate from './calls.wasm?instantiate';
      const numbers = (step) => ({ 'test:app/numbers': { next: (x) => x + step } });
      console.log(instantiate(numbers(1)).twice(0), instantiate(numbers(10)).twice(0));`,
  });
  assert.equal(await run(app, 'app.mjs'), '2 20\n');
});

await test('?instantiate makes instances, each with WASI as it is granted', async () => {
  const app = folder({
    'app.mjs': `
      import { instantiate } from './hello.wasm?instantiate' with { env: 'VISITOR=attribute' };
      const environment = { getEnvironment: () => [['VISITOR', 'own']], getArguments: () => [] };
      const other = instantiate({ 'wasi:cli/environment': environment });
      console.log(instantiate().visitor(), other.visitor());`,
  });
  for (const node of [node26, process.execPath]) {
    assert.equal(await run(app, 'app.mjs', { node }), 'attribute own\n');
  }
});

const calling = "import { twice } from './calls.wasm';\nconsole.log(twice(5));";
const numbers = { 'lib/numbers.mjs': 'export const next = (x) => x * 3;' };

for (const [file, text] of Object.entries({
  'windlass.config.json': '{ "map": { "test:app/*": "./lib/*.mjs" } }',
  'windlass.config.js': "module.exports = { map: { 'test:app/*': './lib/*.mjs' } };",
  'windlass.config.mjs': "export default { map: { 'test:app/numbers@0.1': './lib/numbers.mjs' } };",
  'windlass.config.ts': `
    import { defineConfig } from 'windlass/config';
    const map: Record<string, string> = { 'test:app/*': './lib/*.mjs' };
    export default defineConfig({ map });`,
})) {
  await test(`imports are mapped by ${file}`, async () => {
    const app = folder({ 'sub/app.mjs': calling, ...numbers, [file]: text });
    cpSync(join(app, 'calls.wasm'), join(app, 'sub/calls.wasm'));
    assert.equal(await run(app, 'sub/app.mjs'), '45\n');
  });
}

await test('a mapping to one export of a module', async () => {
  const app = folder({
    'app.mjs': calling,
    'windlass.config.json': '{ "map": { "test:app/numbers": "./all.mjs#some-numbers" } }',
    'all.mjs': 'export const someNumbers = { next: (x) => x + 1 };',
  });
  assert.equal(await run(app, 'app.mjs'), '7\n');
});

await test('a mapping to what the package of the component maps itself', async () => {
  const app = folder({
    'app.mjs': calling,
    'windlass.config.json': '{ "map": { "test:app/numbers": "#numbers" } }',
    'package.json': '{ "imports": { "#numbers": "./lib/numbers.mjs" } }',
    ...numbers,
  });
  assert.equal(await run(app, 'app.mjs'), '45\n');
});

await test('imports are mapped by an import attribute', async () => {
  const app = folder({
    'app.mjs': `
      import { twice } from './calls.wasm' with { type: 'component', map: 'test:app/*=./lib/*.mjs' };
      console.log(twice(5));`,
    ...numbers,
  });
  assert.equal(await run(app, 'app.mjs'), '45\n');
});

await test('an import that nothing provides', async () => {
  const app = folder({ 'app.mjs': calling });
  const { code, output } = await start(app, 'app.mjs');
  assert.equal(code, 1);
  assert.match(
    output,
    /calls\.wasm: nothing is known to provide the import `test:app\/numbers@0\.1\.0`/,
  );
  assert.match(output, /unknown-import/);
  assert.match(output, /windlass\.config\.json/);
});

await test('grants: configuration by path, then import attributes', async () => {
  const app = folder({
    'app.mjs': `
      import { visitor } from './hello.wasm';
      import { visitor as other } from './hello.wasm' with { env: 'VISITOR=attribute' };
      console.log(visitor(), other());`,
    'windlass.config.mjs': `
      export default { components: {
        '*.wasm': { capabilities: { env: { VISITOR: 'configuration' } } },
        'other/**': { capabilities: { env: { VISITOR: 'wrong' } } },
      } };`,
  });
  assert.equal(await run(app, 'app.mjs'), 'configuration attribute\n');
});

await test('a function that returns a promise, by the configuration', async () => {
  const app = folder({
    'app.mjs': `
      import { add } from './add.wasm';
      console.log(add(2, 40) instanceof Promise, await add(2, 40));`,
    'windlass.config.mjs': `
      export default { components: { 'add.wasm': { asyncExports: ['add'] } } };`,
  });
  assert.equal(await run(app, 'app.mjs'), 'true 42\n');
});

await test('grants: import attributes, the Node that runs this', async () => {
  const app = folder({
    'app.mjs': `
      import { visitor } from './hello.wasm' with { env: '{ "VISITOR": "a, b" }' };
      console.log(visitor());`,
  });
  assert.equal(await run(app, 'app.mjs', { node: process.execPath }), 'a, b\n');
});

await test('grants: a directory, relative to the importer', async () => {
  const app = folder({
    'sub/app.mjs': `
      import { longestLine } from '../hello.wasm' with { dir: './data::/data:ro' };
      console.log(longestLine('/data/a.txt'));`,
    'sub/data/a.txt': 'short\nlonger line\n',
  });
  const output = await run(app, 'sub/app.mjs');
  assert.match(output, /longer line/);
});

for (const [what, attributes, message] of [
  ['an unknown import attribute', "{ dirs: 'x' }", /no import attribute `dirs`/],
  ['one that objects inherit', "{ '__proto__': 'x' }", /no import attribute `__proto__`/],
  ['a wrong value', "{ stdout: 'maybe' }", /`stdout` is `maybe`/],
]) {
  await test(`${what} is refused`, async () => {
    const app = folder({ 'app.mjs': `import './add.wasm' with ${attributes};` });
    const { code, output } = await start(app, 'app.mjs');
    assert.equal(code, 1);
    assert.match(output, message);
    assert.match(output, /invalid-option/);
    // Node shows the line that throws.
    assert.ok(output.split('\n').every((line) => line.length < 1000));
  });
}

for (const [attributes, why] of [
  ["{ env: 'A=b', dir: 'nope::/' }", /`dir` is refused: .*nope.*ENOENT/],
  ["{ dir: 'app.mjs::/' }", /`dir` is refused: .*app\.mjs.*ENOTDIR/],
  ["{ network: 'nowhere', env: 'A=b' }", /`network` is refused: `nowhere` is not `host:port`/],
]) {
  await test(`what cannot be granted names the import attribute, ${attributes}`, async () => {
    const app = folder({ 'app.mjs': `import './hello.wasm' with ${attributes};` });
    for (const node of [node26, process.execPath]) {
      const { code, output } = await start(app, 'app.mjs', { node });
      assert.equal(code, 1);
      assert.match(output, /hello\.wasm: the import attribute /);
      assert.match(output, why);
      assert.match(output, /code: 'invalid-option'/);
      assert.match(output, /at: '.*app\.mjs'/);
      assert.match(output, /help: '/);
    }
  });
}

await test('what cannot be granted names the configuration', async () => {
  const app = folder({
    'app.mjs': "import './hello.wasm' with { env: 'A=b' };",
    'windlass.config.json':
      '{ "capabilities": { "preopens": [{ "host": "nope", "guest": "/" }] } }',
  });
  const { code, output } = await start(app, 'app.mjs');
  assert.equal(code, 1);
  assert.match(output, /hello\.wasm: the configuration is refused: .*nope.*ENOENT/);
  assert.match(output, /code: 'invalid-option'/);
  assert.match(output, /at: '.*windlass\.config\.json'/);
});

await test('an unknown key of the configuration is refused', async () => {
  const app = folder({ 'app.mjs': importing, 'windlass.config.json': '{ "maps": {} }' });
  const { code, output } = await start(app, 'app.mjs');
  assert.equal(code, 1);
  assert.match(output, /no option `maps`; did you mean `map`/);
});

await test('a component that is refused is named', async () => {
  const app = folder({ 'app.mjs': "import './bad.wasm';" });
  writeFileSync(join(app, 'bad.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9]));
  const { code, output } = await start(app, 'app.mjs');
  assert.equal(code, 1);
  assert.match(output, /bad\.wasm: /);
  assert.match(output, /invalid-component/);
});

for (const name of ['Node 22', 'Node 24', 'Node 26']) {
  for (const binding of ['native', 'wasm']) {
    await test(`the transpiler beside a component that needs it, ${name}, ${binding}`, async () => {
      const app = folder({
        'app.mjs': `
          import { transpile, WindlassError } from 'windlass';
          import { add } from './add.wasm';
          const error = await import('./bad.wasm').catch((thrown) => thrown);
          console.log(typeof transpile, add(2, 40), error instanceof WindlassError, error.code);`,
      });
      const bad = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9];
      writeFileSync(join(app, 'bad.wasm'), Buffer.from(bad));
      const options = { node: nodes[name], env: { WINDLASS_BINDING: binding } };
      const output = await run(app, 'app.mjs', options);
      assert.equal(output, 'function 42 true invalid-component\n');
    });
  }
}

await test('cache: one entry for a component, used again, rebuilt when damaged', async () => {
  const app = folder({ 'app.mjs': importing });
  const cache = join(app, 'cache');
  const env = { WINDLASS_CACHE: cache };
  assert.equal(await run(app, 'app.mjs', { env }), '42\n');
  const [name, ...others] = readdirSync(cache);
  assert.deepEqual(others, []);
  const whole = readFileSync(join(cache, name));
  for (const damaged of [
    Buffer.alloc(0),
    whole.subarray(0, 40),
    Buffer.from(whole).fill(7, 50, 60),
    Buffer.concat([whole, Buffer.from([1])]),
  ]) {
    writeFileSync(join(cache, name), damaged);
    assert.equal(await run(app, 'app.mjs', { env }), '42\n');
    assert.deepEqual(readFileSync(join(cache, name)), whole);
  }
  // A binding that cannot be loaded shows that nothing is transpiled.
  const binding = { WINDLASS_BINDING: 'none' };
  assert.equal(await run(app, 'app.mjs', { env: { ...env, ...binding } }), '42\n');
  const { code } = await start(app, 'app.mjs', { env: { WINDLASS_CACHE: 'off', ...binding } });
  assert.equal(code, 1);
});

await test('cache: another component under the same name is another entry', async () => {
  const app = folder({
    'app.mjs': "import * as x from './add.wasm';\nconsole.log(Object.keys(x));",
  });
  const env = { WINDLASS_CACHE: join(app, 'cache') };
  assert.equal(await run(app, 'app.mjs', { env }), "[ 'add' ]\n");
  cpSync(join(app, 'hello.wasm'), join(app, 'add.wasm'));
  assert.match(await run(app, 'app.mjs', { env }), /shout/);
  assert.equal(readdirSync(join(app, 'cache')).length, 2);
});

await test('cache: components whose names are made of the same bytes', async () => {
  const app = folder({
    'app.mjs': `
      import { add as one } from './one.wasm';
      import { add as two } from './two.wasm';
      console.log(one(2, 40), two(2, 40));`,
  });
  // A custom section of so many zeros that most are not looked at.
  const section = Buffer.alloc(1 << 18);
  section.set([0, 0xfc, 0xff, 0x0f, 1, 0x78]);
  const component = Buffer.concat([readFileSync(join(app, 'add.wasm')), section]);
  writeFileSync(join(app, 'one.wasm'), component);
  // Between the samples.
  component[144 + 100_001] = 1;
  writeFileSync(join(app, 'two.wasm'), component);
  const cache = join(app, 'cache');
  const env = { WINDLASS_CACHE: cache };
  assert.equal(await run(app, 'app.mjs', { env }), '42 42\n');
  const [one, two] = readdirSync(cache).toSorted();
  assert.deepEqual([one, two], [one, one.replace(/0$/, '1')]);
  const binding = { WINDLASS_BINDING: 'none' };
  assert.equal(await run(app, 'app.mjs', { env: { ...env, ...binding } }), '42 42\n');
  // The second is found without the first only when it is written again.
  rmSync(join(cache, one));
  assert.equal(await run(app, 'app.mjs', { env }), '42 42\n');
  assert.deepEqual(readdirSync(cache).toSorted(), [one, two]);
});

await test('cache: processes that start at one time', async () => {
  const app = folder({ 'app.mjs': wasi });
  const env = { WINDLASS_CACHE: join(app, 'cache') };
  const outputs = await Promise.all(Array.from({ length: 6 }, () => run(app, 'app.mjs', { env })));
  assert.deepEqual(new Set(outputs), new Set(['ÜBER undefined\n']));
  const names = readdirSync(join(app, 'cache'));
  assert.equal(names.length, 1, names.join());
});

await test('cache: what is old or too much goes, what is used or of others stays', async () => {
  const app = folder({ 'app.mjs': importing });
  const cache = join(app, 'cache');
  const env = { WINDLASS_CACHE: cache };
  const day = 24 * 60 * 60;
  const put = (name, days, size) => {
    writeFileSync(join(cache, name), '');
    // As large as that on paper, for the file system stores no zeros.
    truncateSync(join(cache, name), size);
    const time = Date.now() / 1000 - days * day;
    utimesSync(join(cache, name), time, time);
  };
  const key = (letter) => `${letter.repeat(16)}-0`;
  assert.equal(await run(app, 'app.mjs', { env }), '42\n');
  const [own] = readdirSync(cache);
  // Used again after a long time.
  utimesSync(join(cache, own), 1, 1);
  assert.equal(await run(app, 'app.mjs', { env }), '42\n');
  put(key('a'), 31, 1);
  put(key('b'), 29, 1);
  put(`${key('c')}.0123456789ab.tmp`, 1, 1);
  put(`${key('c')}.ba9876543210.tmp`, 0, 1);
  put('of-others', 99, 1);
  const other = folder({ 'app.mjs': wasi });
  assert.equal(await run(other, 'app.mjs', { env }), 'ÜBER undefined\n');
  const hello = readdirSync(cache).find(
    (name) => /^[0-9a-f]{16}-0$/.test(name) && name !== own && !/^(.)\1+-/.test(name),
  );
  assert.deepEqual(
    readdirSync(cache).toSorted(),
    [own, hello, key('b'), `${key('c')}.ba9876543210.tmp`, 'of-others'].toSorted(),
  );
  // 600 MiB, of which the older half goes when there is a new entry.
  put(key('d'), 2, 300 << 20);
  put(key('e'), 1, 300 << 20);
  rmSync(join(cache, hello));
  assert.equal(await run(other, 'app.mjs', { env }), 'ÜBER undefined\n');
  assert.deepEqual(
    readdirSync(cache).toSorted(),
    [own, hello, key('e'), `${key('c')}.ba9876543210.tmp`, 'of-others'].toSorted(),
  );
});

await test('cache: a folder that cannot be written', async () => {
  const app = folder({ 'app.mjs': importing, file: '' });
  const env = { WINDLASS_CACHE: join(app, 'file/cache') };
  assert.equal(await run(app, 'app.mjs', { env }), '42\n');
});

for (const [name, program, flags] of [
  ['Bun', bun, ['--preload', 'windlass/register']],
  ['Deno', deno, ['run', '-A', '--node-modules-dir=manual', '--preload=npm:windlass/register']],
]) {
  await test(`${name}: components of every kind, from TypeScript`, async () => {
    const app = folder({
      'package.json': '{ "type": "module", "dependencies": { "windlass": "*" } }',
      'windlass.config.json':
        '{ "map": { "test:app/*": "./lib/*.mjs" }, "capabilities": { "env": { "VISITOR": "Ada" } } }',
      'app.mts': `
        import { add } from './add.wasm';
        import { twice } from './calls.wasm';
        import { shout, visitor } from './hello.wasm';
        const sum: number = add(2, 40);
        console.log(sum, twice(5), shout('über'), visitor());`,
      ...numbers,
    });
    const env = { WINDLASS_CACHE: join(app, 'cache'), NO_COLOR: '1' };
    for (const cached of [false, true]) {
      const options = { cwd: app, seconds: 60, env };
      const { code, output } = await capture(program, [...flags, 'app.mts'], options);
      assert.equal(code, 0, output);
      assert.equal(output, '42 45 ÜBER Ada\n', cached ? 'cached' : 'cold');
    }
  });

  await test(`${name}: a component that is refused is named`, async () => {
    const app = folder({
      'package.json': '{ "type": "module", "dependencies": { "windlass": "*" } }',
      'app.mts': "import { twice } from './calls.wasm';\nconsole.log(twice(5));",
    });
    const { code, output } = await capture(program, [...flags, 'app.mts'], {
      cwd: app,
      seconds: 60,
    });
    assert.notEqual(code, 0);
    assert.match(
      output,
      /calls\.wasm: nothing is known to provide the import `test:app\/numbers@0\.1\.0`/,
    );
  });
}

await test('Deno grants by import attributes; Bun keeps them from plugins', async () => {
  const app = folder({
    'package.json': '{ "type": "module", "dependencies": { "windlass": "*" } }',
    'app.mts': `
      import { visitor } from './hello.wasm' with { env: 'VISITOR=attribute' };
      console.log(visitor());`,
  });
  for (const [program, flags, expected] of [
    [
      deno,
      ['run', '-A', '--node-modules-dir=manual', '--preload=npm:windlass/register'],
      'attribute',
    ],
    [bun, ['--preload', 'windlass/register'], 'undefined'],
  ]) {
    const options = { cwd: app, seconds: 60, env: { NO_COLOR: '1' } };
    const { output } = await capture(program, [...flags, 'app.mts'], options);
    assert.equal(output.trim(), expected);
  }
});

await test('Bun leaves other files as they are', async () => {
  const app = folder({
    'app.mts': "import core from './core.wasm';\nconsole.log(core.endsWith('core.wasm'));",
  });
  const flags = ['--preload', 'windlass/register', 'app.mts'];
  const { output } = await capture(bun, flags, { cwd: app, seconds: 60 });
  assert.equal(output, 'true\n');
});

rmSync(scratch, { recursive: true });

/** A folder with an application, the components and the packages. */
function folder(files) {
  const app = mkdtempSync(join(scratch, 'app-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(app, name, '..'), { recursive: true });
    writeFileSync(join(app, name), text);
  }
  for (const name of ['add', 'calls', 'core']) {
    cpSync(new URL(`${name}.wasm`, components), join(app, `${name}.wasm`));
  }
  cpSync(`${root}tests/guests/build/hello.wasm`, join(app, 'hello.wasm'));
  mkdirSync(join(app, 'node_modules'));
  symlinkSync(`${root}npm/windlass`, join(app, 'node_modules/windlass'), 'junction');
  return app;
}

function start(app, file, { node = node26, env } = {}) {
  return capture(node, ['--import', 'windlass/register', file], {
    cwd: app,
    seconds: 60,
    env: { NODE_NO_WARNINGS: '1', NO_COLOR: '1', ...env },
  });
}

async function run(app, file, options) {
  const { code, output } = await start(app, file, options);
  assert.equal(code, 0, output);
  return output;
}
