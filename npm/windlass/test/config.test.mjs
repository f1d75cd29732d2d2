/** The contents of a configuration, and precedence. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadConfig, settingsFor } from '../dist/config.js';
import { command, exits, hello, root, scratch, windlass } from './support.mjs';

/** A component that imports `test:app/numbers`. */
const calls = `${root}tests/runtimes/components/calls.wasm`;

/** A new folder with these files. */
function folder(files) {
  const path = mkdtempSync(join(scratch, 'config-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), typeof text === 'string' ? text : JSON.stringify(text));
  }
  return path;
}

test('what a configuration does not have is refused at every depth', async () => {
  const block = (settings) => ({ components: { 'a/*.wasm': settings } });
  const preopen = (one) => ({ capabilities: { preopens: [{ guest: '/', host: '.', ...one }] } });
  for (const [config, key, help] of [
    [{ maps: {} }, 'maps', 'map'],
    [{ component: {} }, 'component', 'components'],
    [{ regestries: {} }, 'regestries', 'registries'],
    [{ capabilities: { stdot: 'inherit' } }, 'capabilities.stdot', 'stdout'],
    [{ capabilities: { limits: { openFile: 1 } } }, 'capabilities.limits.openFile', 'openFiles'],
    [preopen({ readonly: true }), 'capabilities.preopens[0].readonly', 'readOnly'],
    [block({ asyncImport: [] }), 'components["a/*.wasm"].asyncImport', 'asyncImports'],
    [block({ budget: { left: 1 } }), 'components["a/*.wasm"].budget.left', 'lift'],
    [block({ capabilites: {} }), 'components["a/*.wasm"].capabilites', 'capabilities'],
    [
      block(preopen({ readOnli: true })),
      'components["a/*.wasm"].capabilities.preopens[0].readOnli',
      'readOnly',
    ],
    // A setting for one component is refused for the whole configuration.
    [{ asyncExports: ['run'] }, 'asyncExports'],
  ]) {
    const path = join(folder({ 'windlass.config.json': config }), 'windlass.config.json');
    await assert.rejects(loadConfig(join(path, '..')), (error) => {
      assert.equal(error.code, 'invalid-config');
      assert.equal(error.at, path);
      assert.ok(error.message.includes(`\`${key}\``), error.message);
      if (help) assert.equal(error.help, `did you mean \`${help}\`?`);
      return true;
    });
  }
});

test('values of another kind are refused, with file and key', async () => {
  for (const [config, key] of [
    [[], 'default export'],
    [{ map: 'a=b' }, '`map`'],
    [{ map: { a: 1 } }, "`map['a']`"],
    [{ components: [] }, '`components`'],
    [{ components: { 'x.wasm': null } }, '`components["x.wasm"]`'],
    [{ components: { 'x.wasm': { syncExports: 'f' } } }, '`components["x.wasm"].syncExports`'],
    [{ components: { 'x.wasm': { budget: 1 } } }, '`components["x.wasm"].budget`'],
    [{ components: { 'x.wasm': { budget: { lift: -1 } } } }, '`components["x.wasm"].budget.lift`'],
    [{ capabilities: { preopens: {} } }, '`capabilities.preopens`'],
    [{ capabilities: { preopens: [{ guest: '/', host: '' }] } }, '`capabilities.preopens[0].host`'],
    [{ registries: { acme: 1 } }, '`registries.acme`'],
    [{ cache: true }, '`cache`'],
  ]) {
    const path = folder({ 'windlass.config.json': config });
    await assert.rejects(loadConfig(path), ({ code, at, message }) => {
      assert.equal(at, join(path, 'windlass.config.json'));
      assert.ok(message.includes(key), message);
      return code === 'invalid-config';
    });
  }
});

test('the narrower of several blocks has precedence, and that is said', async () => {
  const env = (NAME) => ({ capabilities: { env: { NAME } } });
  const patterns = '** */* a/** a/* **/*.wasm **/x.wasm */x.wasm a/x*.wasm a/x.wasm'.split(' ');
  for (const order of [patterns, patterns.toReversed()]) {
    for (let count = 2; count <= patterns.length; count++) {
      const fitting = patterns.slice(0, count);
      const components = Object.fromEntries(
        order.filter((one) => fitting.includes(one)).map((one) => [one, env(one)]),
      );
      const path = folder({ 'windlass.config.json': { ...env('all'), components } });
      const notes = [];
      const loaded = await loadConfig(path);
      const { capabilities } = settingsFor(loaded, join(path, 'a/x.wasm'), (it) => notes.push(it));
      const [narrowest, ...wider] = fitting.toReversed();
      assert.equal(capabilities.env.NAME, narrowest, order.join(' '));
      assert.equal(notes.length, wider.length);
      for (const pattern of wider) {
        const said = `\`${narrowest}\` is narrower than \`${pattern}\`, so its \`capabilities.env\``;
        assert.ok(
          notes.some((note) => note.includes(said) && note.includes(path)),
          notes.join(),
        );
      }
    }
  }
});

test('a pattern is narrower than what it becomes with a star in it', async () => {
  const path = 'ab/cd/ef.wasm';
  for (let at = 0; at < path.length; at++) {
    for (let end = at + 1; end <= path.length; end++) {
      const part = path.slice(at, end);
      for (const star of part.includes('/') ? ['**'] : ['*', '**']) {
        const wide = path.slice(0, at) + star + path.slice(end);
        const wider = wide.replace(/\*+/, '**').replace(/\w$/, '*');
        const block = (name) => ({ capabilities: { env: { name } } });
        const all = Object.fromEntries([path, wide, wider].map((one) => [one, block(one)]));
        const { env } = settingsFor(
          { folder: '/', config: { components: all } },
          `/${path}`,
          () => {},
        ).capabilities;
        assert.equal(env.name, path);
        const rest = { [wide]: block(wide), [wider]: block(wider) };
        const config = { components: rest };
        const next = settingsFor({ folder: '/', config }, `/${path}`, () => {}).capabilities.env;
        assert.equal(next.name, wide, wider);
      }
    }
  }
});

test('of two blocks that are as narrow the later has precedence; blocks that agree are no news', async () => {
  const path = folder({
    'windlass.config.json': {
      components: {
        'a/*': { budget: { lift: 1 }, capabilities: { clocks: false } },
        '*/a': { budget: { lift: 2 }, capabilities: { clocks: false } },
      },
    },
  });
  const notes = [];
  const { options, capabilities } = settingsFor(await loadConfig(path), join(path, 'a/a'), (note) =>
    notes.push(note),
  );
  assert.deepEqual([options.budget, capabilities], [{ lift: 2 }, { clocks: false }]);
  assert.equal(notes.length, 1);
  assert.match(notes[0], /`\*\/a` .* `budget\.lift` counts/);
});

test('mappings and lists of all blocks count, those of the narrower first', async () => {
  const path = folder({
    'windlass.config.mjs': `
      export default {
        map: { 'a:b/*': './all.js', 'c:d/*': 'package' },
        components: {
          'x.wasm': { map: new Map([['a:b/c', './own.js']]).entries(), asyncExports: ['f'] },
          '*.wasm': { map: [['a:b/*', './wide.js']], asyncExports: ['g'] },
        },
      };`,
  });
  const loaded = await loadConfig(path);
  const url = (file) => pathToFileURL(join(path, file)).href;
  // Twice, since what gives its items once would be empty then.
  for (let i = 0; i < 2; i++) {
    const { map, sharedMap, asyncExports } = settingsFor(loaded, join(path, 'x.wasm')).options;
    assert.deepEqual(map, [['a:b/c', url('own.js')]]);
    // Entries for several components may fit none of the imports of one.
    assert.deepEqual(sharedMap, [
      ['a:b/*', url('wide.js')],
      ['a:b/*', url('all.js')],
      ['c:d/*', 'package'],
    ]);
    assert.deepEqual(asyncExports, ['f', 'g']);
  }
  const { map, sharedMap } = settingsFor(loaded, join(path, 'below/x.wasm')).options;
  assert.equal(map, undefined);
  assert.equal(sharedMap.length, 2);
});

describe('commands read the configuration', () => {
  test('transpile: mappings begin at the folder of the configuration, and of the person', () => {
    const path = folder({
      'windlass.config.json': { map: { 'test:app/*': './host/*.js' } },
      'deep/down/readme': '',
    });
    const at = (...args) => {
      const options = { cwd: join(path, 'deep') };
      const { code, stdout, stderr } = windlass(['transpile', calls, '--json', ...args], options);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).imports.map(({ specifier }) => specifier);
    };
    assert.deepEqual(at('-o', 'out'), ['../../host/numbers.js']);
    assert.deepEqual(at('-o', '../out'), ['../host/numbers.js']);
    assert.deepEqual(at('-o', '..'), ['./host/numbers.js']);
    const here = ['--map', 'test:app/*=./mine.js'];
    assert.deepEqual(at('-o', 'out', ...here), ['../mine.js']);
    assert.deepEqual(at('-o', 'down/out', ...here), ['../../mine.js']);
    assert.deepEqual(at('-o', 'out', '--map', 'test:app/*=#mine'), ['#mine']);
    const entry = readFileSync(join(path, 'deep/down/out/calls.js'), 'utf8');
    assert.match(entry, /from ["']\.\.\/\.\.\/mine\.js["']/);
  });

  test('transpile: a configuration that is refused stops it', () => {
    const cwd = folder({ 'windlass.config.json': { maps: {} } });
    for (const args of [
      ['transpile', hello],
      ['pack', hello],
      ['types', hello],
      ['run', exits],
    ]) {
      const { code, stderr } = windlass(args, { cwd });
      assert.equal(code, 1, args[0]);
      assert.match(stderr, /^error\[invalid-config\]: .*`maps`.*\n {2}at .*config\.json\n.*`map`/);
    }
  });

  test('pack: packages that imports come from', () => {
    const cwd = folder({ 'windlass.config.json': { map: { 'test:app/*': '@acme/all#*' } } });
    assert.equal(windlass(['pack', calls, '-o', 'out'], { cwd }).code, 0);
    const { peerDependencies } = JSON.parse(readFileSync(join(cwd, 'out/package.json'), 'utf8'));
    assert.deepEqual(peerDependencies, { '@acme/all': '*' });
    const path = folder({ 'windlass.config.json': { map: { 'test:app/*': './host.js' } } });
    const { code, stderr } = windlass(['pack', calls, '-o', 'out'], { cwd: path });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error\[unknown-import\]: .*`\.\/host\.js`, which a package cannot reach/,
    );
  });

  test('types: functions that return promises', () => {
    const cwd = folder({
      'hello.wasm': '',
      'windlass.config.json': { components: { 'hello.wasm': { asyncExports: ['shout'] } } },
    });
    writeFileSync(join(cwd, 'hello.wasm'), readFileSync(hello));
    assert.equal(windlass(['types', 'hello.wasm', '-o', 'out'], { cwd }).code, 0);
    const types = () => readFileSync(join(cwd, 'out/hello.d.ts'), 'utf8');
    assert.match(types(), /function shout\(.*\): Promise<string>/);
    assert.equal(windlass(['types', hello, '-o', 'out'], { cwd }).code, 0);
    assert.match(types(), /function shout\(.*\): string/);
  });

  test('run: grants, of which the command line replaces those that it names', () => {
    const cwd = folder({
      'data/f.txt': 'granted',
      'other/f.txt': 'named',
      'windlass.config.json': {
        capabilities: {
          env: { NAME: 'config' },
          preopens: [{ guest: '/d', host: 'data', readOnly: true }],
        },
      },
    });
    const run = (...args) => windlass(['run', command, ...args], { cwd });
    assert.equal(run('--', 'env').stdout, 'NAME=config\n');
    assert.equal(run('--', 'cat', '/d/f.txt').stdout, 'granted');
    assert.equal(run('--', 'write', '/d/f.txt', 'x').code, 1);
    assert.equal(run('--env', 'A=b', '--', 'env').stdout, 'A=b\n');
    assert.equal(run('--dir', 'other::/d', '--', 'cat', '/d/f.txt').stdout, 'named');
    assert.equal(run('--dir', 'other::/o', '--', 'cat', '/d/f.txt').code, 1);
  });

  test('run: says which block counts', () => {
    const cwd = folder({
      'windlass.config.json': {
        components: {
          '*.wasm': { capabilities: { env: { NAME: 'wide' } } },
          'c.wasm': { capabilities: { env: { NAME: 'own' } } },
        },
      },
    });
    writeFileSync(join(cwd, 'c.wasm'), readFileSync(command));
    const { stdout, stderr } = windlass(['run', 'c.wasm', '--', 'env'], { cwd });
    assert.equal(stdout, 'NAME=own\n');
    assert.match(
      stderr,
      /^notice\[precedence\]: .*`c\.wasm` is narrower than `\*\.wasm`.*`capabilities\.env`/,
    );
  });

  test('run: modules of the person, by the configuration or the command line', () => {
    const host = (code) => `
      class ExitError extends Error { name = 'ExitError'; code = ${code}; }
      export const exit = { exitWithCode() { throw new ExitError(); } };
      export const { exitWithCode } = exit;`;
    const cwd = folder({
      'windlass.config.json': { map: { 'wasi:cli/exit': './host/seven.mjs#exit' } },
      'host/seven.mjs': host(7),
      'nine.mjs': host(9),
      'node_modules/eleven/package.json': { name: 'eleven', type: 'module', exports: './e.js' },
      'node_modules/eleven/e.js': host(11),
      'exits.wasm': '',
    });
    writeFileSync(join(cwd, 'exits.wasm'), readFileSync(exits));
    const run = (...args) => windlass(['run', 'exits.wasm', ...args], { cwd });
    assert.equal(run().code, 7);
    assert.equal(run('--map', 'wasi:cli/exit=./nine.mjs').code, 9);
    assert.equal(run('--map', 'wasi:cli/exit=eleven').code, 11);
    const { code, stderr } = run('--map', 'wasi:cli/exit=./none.mjs');
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unreadable\]: the import `wasi:cli\/exit@0\.2\.6` is mapped to/);
  });
});
