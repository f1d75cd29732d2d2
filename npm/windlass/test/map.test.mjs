/** The sources of imports: by every door, nothing but WASI comes from anywhere by itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, instantiate, transpile, types } from 'windlass';
import { drafts, root, runs, scratch, windlass } from './support.mjs';

/** Imports `vm` and `node:fs/promises`, and runs code with the first when it is instantiated. */
const ambient = fileURLToPath(new URL('ambient.wasm', import.meta.url));
const bytes = readFileSync(ambient);
/** Imports `test:app/numbers@0.1.0`. */
const calls = `${root}tests/runtimes/components/calls.wasm`;
const callsBytes = readFileSync(calls);

const message = 'nothing is known to provide the imports `vm` and `node:fs/promises`';
const help = /--map 'vm=\.\/vm\.js' --map 'node:fs\/promises=\.\/promises\.js'/;
const register = pathToFileURL(`${root}npm/windlass/dist/hooks/bundle.js`).href;

/** A folder with these files, and the components of the tests. */
function folder(name, files) {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  copyFileSync(ambient, join(path, 'ambient.wasm'));
  copyFileSync(calls, join(path, 'calls.wasm'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** Runs a module with the hooks. */
function run(cwd, text) {
  writeFileSync(join(cwd, 'app.mjs'), text);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', register, 'app.mjs'],
    { cwd, encoding: 'utf8', env: { ...process.env, WINDLASS_CACHE: 'off' } },
  );
  return { code: status, output: stdout + stderr };
}

describe('names of modules that a component imports', () => {
  test('the command line names all of them, and writes nothing', () => {
    for (const command of ['transpile', 'pack']) {
      const out = `ambient-${command}`;
      const { code, stderr } = windlass([command, ambient, '-o', out]);
      assert.equal(code, 1);
      assert.ok(stderr.startsWith(`error[unknown-import]: ${message}\n`), stderr);
      assert.match(stderr, help);
      assert.ok(!existsSync(join(scratch, out)));
    }
  });

  test('the API, and what it makes instances of', async () => {
    const refused = { name: 'WindlassError', code: 'unknown-import', message };
    for (const target of ['universal', 'node', 'web', 'workerd', 'inline']) {
      assert.throws(() => transpile(bytes, { target }), refused, target);
    }
    const { imports, instantiate: make } = await compile(bytes);
    assert.deepEqual(imports, ['vm', 'node:fs/promises']);
    assert.throws(() => make({}), WebAssembly.LinkError);
    await assert.rejects(instantiate(bytes), WebAssembly.LinkError);
    assert.equal(globalThis.wasHere, undefined);
    assert.deepEqual([...types(bytes, { name: 'it' }).keys()], ['it.d.ts', 'it.instantiate.d.ts']);
  });

  test('hooks: an import is refused, by map too where a component would choose', () => {
    const app = folder('ambient-hooks', {});
    const importing = (attributes) =>
      `try { await import('./ambient.wasm', ${attributes}); console.log('loaded', wasHere); }
       catch (error) { console.log(error.code, error.message, error.help); }`;
    const { output } = run(app, importing('{}'));
    assert.match(output, /^unknown-import .*ambient\.wasm: nothing is known to provide/);
    assert.match(output, help);
    for (const target of ['*', 'node:*', 'npm:*', 'https://evil.example/*', 'v*', '/*']) {
      const map = JSON.stringify({ '*': target });
      const attributes = JSON.stringify({ with: { map } });
      assert.match(run(app, importing(attributes)).output, /^invalid-option /, target);
    }
    // Who writes the names has what they name.
    const map = JSON.stringify({ vm: 'node:vm', 'node:fs/promises': './fs.mjs' });
    writeFileSync(join(app, 'fs.mjs'), 'export const readFile = () => "";');
    const own = run(app, importing(JSON.stringify({ with: { map } })));
    assert.match(own.output, /^loaded it was here/);
  });

  test('hooks: `?instantiate` is handed its imports', () => {
    const app = folder('ambient-instantiate', {});
    const { code, output } = run(
      app,
      `import { instantiate } from './ambient.wasm?instantiate';
       const ran = [];
       const made = instantiate({
         vm: { runInThisContext: (code) => { ran.push(code); return ''; } },
         'node:fs/promises': { readFile: (path) => 'of the host' },
       });
       console.log(ran.length, globalThis.wasHere, made.read());`,
    );
    assert.equal(output, '1 undefined of the host\n');
    assert.equal(code, 0);
  });

  test('no pattern leads to a module of Node, whatever its name', () => {
    for (const name of builtinModules.flatMap((name) => [
      name,
      `node:${name.replace(/^node:/, '')}`,
    ])) {
      for (const target of [name, `${name}/*`, `${name}#*`]) {
        assert.throws(
          () => transpile(bytes, { map: { '*': target } }),
          { code: 'invalid-option' },
          target,
        );
      }
      const map = { vm: name, 'node:fs/promises': name };
      assert.equal(transpile(bytes, { map }).imports.get('vm'), name);
    }
  });
});

describe('--instantiate-only', () => {
  test('the glue without an entry, and types', () => {
    const { code, stdout } = windlass(['transpile', ambient, '--instantiate-only', '-o', 'glue']);
    assert.equal(code, 0);
    assert.match(stdout, /import \{ instantiate \} from '\.\/glue\/ambient\.instantiate\.js';/);
    assert.deepEqual(readdirSync(join(scratch, 'glue')).toSorted(), [
      'ambient.core.wasm',
      'ambient.core2.wasm',
      'ambient.d.ts',
      'ambient.instantiate.d.ts',
      'ambient.instantiate.js',
      'package.json',
    ]);
  });

  test('core modules are files for every target, and maps are checked', () => {
    for (const target of ['universal', 'node', 'web', 'workerd', 'inline']) {
      const { files, imports, exports } = transpile(bytes, { target, instantiateOnly: true });
      assert.ok(files.has('component.core2.wasm'), target);
      assert.ok(!files.has('component.js'), target);
      assert.deepEqual(
        [...imports],
        [
          ['vm', undefined],
          ['node:fs/promises', undefined],
        ],
      );
      assert.deepEqual(exports, ['read']);
    }
    assert.throws(() => transpile(bytes, { instantiateOnly: true, map: { '*': '*' } }), {
      code: 'invalid-option',
    });
  });
});

describe('a mapping that fits nothing', () => {
  const unused = /the mapping of `test:app\/numbers@0\.2` fits no import/;

  test('is refused where it is about one component', () => {
    const map = { 'test:app/numbers@0.2': './n.mjs' };
    assert.throws(() => transpile(callsBytes, { map }), {
      code: 'invalid-option',
      message: unused,
    });
    const flags = ['--map', 'test:app/numbers@0.2=./n.mjs'];
    const { code, stderr } = windlass(['transpile', calls, '-o', 'unused', ...flags]);
    assert.equal(code, 2);
    assert.match(stderr, unused);
    assert.match(stderr, /help: the component imports `test:app\/numbers@0\.1\.0`/);
  });

  test('is none of the business of what serves several', () => {
    const entry = { 'test:app/numbers@0.2': './n.mjs' };
    const numbers = { 'n.mjs': 'export const next = (x) => x + 1;' };
    const text = `import { twice } from './calls.wasm'; console.log(twice(5));`;
    const both = { ...entry, 'test:app/numbers@0.1': './n.mjs' };
    for (const [name, config, expected] of [
      ['whole', { map: both }, /^7\n$/],
      ['pattern', { components: { '*.wasm': { map: both } } }, /^7\n$/],
      ['another', { map: both, components: { 'ambient.wasm': { map: entry } } }, /^7\n$/],
      ['exact', { components: { 'calls.wasm': { map: both } } }, unused],
    ]) {
      const app = folder(`unused-${name}`, {
        ...numbers,
        'windlass.config.json': JSON.stringify(config),
      });
      assert.match(run(app, text).output, expected, name);
    }
    const app = folder('unused-attribute', numbers);
    const map = JSON.stringify(JSON.stringify(both));
    const attribute = `import { twice } from './calls.wasm' with { map: ${map} }; console.log(twice(5));`;
    assert.match(run(app, attribute).output, unused);
  });
});

describe('pack', () => {
  test('names no dependency that nobody mapped', () => {
    const packed = (...map) => {
      const flags = map.flatMap((entry) => ['--map', entry]);
      return windlass(['pack', ambient, '-o', 'packed', ...flags, '--json']);
    };
    for (const map of [[], ['vm=node:vm'], ['node:fs/promises=acme-fs']]) {
      assert.equal(JSON.parse(packed(...map).stderr).error.code, 'unknown-import');
    }
    for (const target of ['*', 'npm:*', '@*/x']) {
      assert.equal(JSON.parse(packed(`*=${target}`).stderr).error.code, 'invalid-option');
    }
    const manifest = () => JSON.parse(readFileSync(join(scratch, 'packed/package.json'), 'utf8'));
    assert.equal(packed('vm=vm', 'node:fs/promises=@acme/fs/promises.js').code, 0);
    const { dependencies, peerDependencies } = manifest();
    assert.equal(dependencies, undefined);
    assert.deepEqual(peerDependencies, { '@acme/fs': '*' });
  });
});

test('WASI 0.3 comes from the shims to a module that the hooks make', () => {
  const path = folder('p3-hooks', {});
  copyFileSync(runs, join(path, 'runs.wasm'));
  const text = `import { runV0_3_0 } from './runs.wasm';
await runV0_3_0.run().catch((error) => console.log(error.name, error.code));
`;
  const { code, output } = run(path, text);
  assert.equal(code, 0, output);
  assert.match(output, /^ExitError 3$/m);
});

describe('drafts of WASI', () => {
  const granted = { config: { k: 'vv' }, keyvalue: { b: { entries: { n: '2' } } } };

  test('come from the shims to a module that the hooks make', () => {
    const config = JSON.stringify({ capabilities: granted });
    const path = folder('drafts-hooks', { 'windlass.config.json': config });
    copyFileSync(drafts, join(path, 'drafts.wasm'));
    const text = "import { run } from './drafts.wasm';\nrun.run();\nconsole.log('ran');\n";
    assert.deepEqual(run(path, text), { code: 0, output: 'ran\n' });
  });

  test('come from the shims to an emitted module', () => {
    const path = folder('drafts-emitted', {});
    const { code, stderr } = windlass(['transpile', drafts, '-o', path]);
    assert.equal(code, 0, stderr);
    mkdirSync(join(path, 'node_modules/@windlass'), { recursive: true });
    symlinkSync(`${root}shims`, join(path, 'node_modules/@windlass/wasi'));
    const text = (grants) => `import { grant } from '@windlass/wasi';
grant(${JSON.stringify(grants)});
const { run } = await import('./drafts.js');
try {
  run.run();
  console.log('ran');
} catch (error) {
  console.log(error.name);
}
`;
    assert.deepEqual(run(path, text(granted)), { code: 0, output: 'ran\n' });
    assert.deepEqual(run(path, text({})), { code: 0, output: 'ComponentError\n' });
  });
});
