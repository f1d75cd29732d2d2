import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { hello, scratch, windlass } from './support.mjs';

const components = new URL('../../../tests/runtimes/components/', import.meta.url);
const add = fileURLToPath(new URL('add.wasm', components));
const calls = fileURLToPath(new URL('calls.wasm', components));
const read = (...path) => JSON.parse(readFileSync(join(scratch, ...path), 'utf8'));

/** An application that has the packages under their names. */
function application(name, packages) {
  const app = join(scratch, name);
  for (const [as, folder] of Object.entries(packages)) {
    const place = join(app, 'node_modules', as);
    mkdirSync(join(place, '..'), { recursive: true });
    symlinkSync(folder, place, 'junction');
  }
  return {
    run(text, ...flags) {
      writeFileSync(join(app, 'app.mjs'), text);
      return execFileSync(process.execPath, [...flags, 'app.mjs'], { cwd: app, encoding: 'utf8' });
    },
  };
}

test('a package is published as it is, and used under every condition', async () => {
  const flags = '-o hello-package --name @acme/hello --license MIT --package-version 1.2.3';
  const { code, stdout, stderr } = windlass([
    'pack',
    hello,
    ...flags.split(' '),
    '--description',
    'Greets',
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /npm publish \.\/hello-package/);
  const manifest = read('hello-package/package.json');
  assert.equal(manifest.name, '@acme/hello');
  assert.equal(manifest.version, '1.2.3');
  assert.equal(manifest.license, 'MIT');
  assert.deepEqual(Object.keys(manifest.dependencies), ['@windlass/wasi']);
  assert.deepEqual(Object.keys(manifest.exports['.']), [
    'types',
    'workerd',
    'node',
    'development',
    'browser',
    'default',
  ]);
  assert.equal(manifest.exports['.'].development, './hello.inline.js');
  const { messages } = await publint({ pkgDir: join(scratch, 'hello-package'), strict: true });
  assert.deepEqual(messages, []);

  // Under a link Node looks for dependencies where the files are.
  const shims = fileURLToPath(new URL('../../../shims', import.meta.url));
  mkdirSync(join(scratch, 'hello-package/node_modules/@windlass'), { recursive: true });
  symlinkSync(shims, join(scratch, 'hello-package/node_modules/@windlass/wasi'), 'junction');
  const { run } = application('app', { '@acme/hello': join(scratch, 'hello-package') });
  const text = "import { shout } from '@acme/hello';\nconsole.log(shout('über'));";
  assert.equal(run(text), 'ÜBER\n');
  assert.equal(run(text.replace('@acme/hello', '@acme/hello/inline')), 'ÜBER\n');
  const wasm = `
    import { createRequire } from 'node:module';
    console.log(createRequire(import.meta.url).resolve('@acme/hello/hello.wasm').endsWith('hello.wasm'));`;
  assert.equal(run(wasm), 'true\n');
  const readme = readFileSync(join(scratch, 'hello-package/README.md'), 'utf8');
  assert.match(readme, /^# @acme\/hello\n\nGreets\n/);
  assert.match(readme, /export shout: func\(text: string\) -> string;/);
});

test('metadata in the component', () => {
  const section = (name, text) => {
    const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(text)]);
    return Buffer.concat([Buffer.from([0, body.length]), body]);
  };
  const file = join(scratch, 'described.wasm');
  writeFileSync(
    file,
    Buffer.concat([
      readFileSync(add),
      section('version', '3.1.4'),
      section('description', 'Adds numbers'),
      section('licenses', 'Apache-2.0'),
    ]),
  );
  const { code, stderr } = windlass(['pack', file]);
  assert.equal(code, 0, stderr);
  const { name, version, description, license, dependencies } = read(
    'described-package/package.json',
  );
  assert.deepEqual(
    { name, version, description, license, dependencies },
    {
      name: 'described',
      version: '3.1.4',
      description: 'Adds numbers',
      license: 'Apache-2.0',
      dependencies: undefined,
    },
  );
});

test("instances of imports of one's own, and packages that imports come from", () => {
  const flags = ['--map', 'test:app/*=some-numbers/*', '-o', 'calls-package', '--json'];
  const { code, stdout } = windlass(['pack', calls, ...flags]);
  assert.equal(code, 0);
  assert.ok(JSON.parse(stdout).files.some(({ name }) => name === 'calls.workerd.js'));
  const peers = () => read('calls-package/package.json').peerDependencies;
  assert.deepEqual(peers(), { 'some-numbers': '*' });
  const all = ['--map', 'test:app/*=@acme/all#*', '-o', 'calls-package'];
  assert.equal(windlass(['pack', calls, ...all]).code, 0);
  assert.deepEqual(peers(), { '@acme/all': '*' });
});

test('what cannot be a package is refused', () => {
  for (const [args, code, message] of [
    [[add, '--name', 'No Name'], 'invalid-option', /no name of an npm package/],
    [[add, '--package-version', 'one'], 'invalid-option', /no version/],
    [[calls, '--map', 'test:app/*=./numbers.js'], 'unknown-import', /cannot reach/],
    [
      [calls, '--map', 'test:app/*=#numbers'],
      'unknown-import',
      /`#numbers`, which .* cannot reach/,
    ],
  ]) {
    const { code: status, stderr } = windlass(['pack', ...args, '--json']);
    assert.notEqual(status, 0);
    const { error } = JSON.parse(stderr);
    assert.equal(error.code, code);
    assert.match(error.message, message);
  }
});
