/** Output in folders that are CommonJS, as `npm init` makes them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { node26 } from '../../../tests/node26/index.mjs';
import { root, scratch, windlass } from './support.mjs';

const add = `${root}tests/runtimes/components/add.wasm`;
const calls = `${root}tests/runtimes/components/calls.wasm`;
const nodes = new Map([
  ['this Node', process.execPath],
  ['Node 26', node26],
]);
const manifest = {
  name: 'plain',
  version: '1.0.0',
  main: 'index.js',
  scripts: { test: 'echo "Error: no test specified" && exit 1' },
  license: 'ISC',
  type: 'commonjs',
};

/** A project, with what `npm init` writes. */
function project(fields = manifest) {
  const folder = mkdtempSync(join(scratch, 'project-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(fields));
  return folder;
}

/** Transpiles in a project, and gives the hints and the names of what was written. */
function transpile(cwd, component, ...args) {
  const { code, stdout, stderr } = windlass(['transpile', component, ...args], { cwd });
  assert.equal(code, 0, stderr);
  return stdout;
}

function run(node, cwd, file, text) {
  writeFileSync(join(cwd, file), text);
  const { status, stdout, stderr } = spawnSync(node, [file], { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return { stdout, stderr };
}

/** Whether a Node requires ES modules. */
function requires(node) {
  const [major, minor] = execFileSync(node, ['--version'], { encoding: 'utf8' })
    .slice(1)
    .split('.')
    .map(Number);
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

const typed = `import { add } from './add/add.MODULE';
import { instantiate } from './add/add.instantiate.MODULE';
export const three: number = add(1, 2);
export const make: typeof instantiate = instantiate;
// @ts-expect-error -- a string is no number
add('1', 2);
`;

/** Checks a use of the output by the rules of `module` and `moduleResolution`. */
function check(cwd, text) {
  writeFileSync(join(cwd, 'use.mts'), text);
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ]) {
    const flags = ['--strict', '--noEmit', '--target', 'es2022', '--types', ''];
    const args = [...flags, '--module', module, '--moduleResolution', resolution, 'use.mts'];
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...args], {
      cwd,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${module}: ${stdout}`);
  }
}

describe('a folder that windlass makes', () => {
  test('is imported and required, with types', () => {
    const cwd = project();
    const before = readFileSync(join(cwd, 'package.json'));
    for (let time = 0; time < 2; time++) transpile(cwd, add);
    assert.ok(existsSync(join(cwd, 'add/package.json')));
    const sync = transpile(cwd, add, '--target', 'node', '-o', 'sync');
    assert.match(transpile(cwd, add, '--no-tla', '-o', 'anywhere'), /^const .* require/m);
    for (const [name, node] of nodes) {
      const imported = "import { add } from './add/add.js';\nconsole.log(add(1, 2));\n";
      assert.deepEqual(run(node, cwd, 'a.mjs', imported), { stdout: '3\n', stderr: '' }, name);
      const dynamic = "import('./add/add.js').then(({ add }) => console.log(add(1, 2)));\n";
      assert.equal(run(node, cwd, 'a.js', dynamic).stdout, '3\n', name);
      if (!requires(node)) continue;
      const anywhere = "console.log(require('./anywhere/add.js').add(1, 2));\n";
      assert.equal(run(node, cwd, 'u.js', anywhere).stdout, '3\n', name);
      // The line that the command shows works as it is.
      const line = /^const .*$/m.exec(sync)[0];
      assert.equal(line, "const { add } = require('./sync/add.js');");
      assert.equal(
        run(node, cwd, 'r.js', `${line}\nconsole.log(add(1, 2));\n`).stdout,
        '3\n',
        name,
      );
    }
    check(cwd, typed.replaceAll('MODULE', 'js'));
    assert.deepEqual(readFileSync(join(cwd, 'package.json')), before);
  });

  test('has no `package.json` where none is needed', () => {
    const cwd = project({ name: 'modules', type: 'module' });
    const shown = transpile(cwd, add, '--target', 'node');
    assert.deepEqual(
      readdirSync(join(cwd, 'add')).filter((name) => name.includes('json')),
      [],
    );
    assert.doesNotMatch(shown, /require/);
  });

  test('has one where nothing says what `.js` is', () => {
    for (const fields of [{ name: 'older' }, '']) {
      const cwd = mkdtempSync(join(scratch, 'older-'));
      if (fields) writeFileSync(join(cwd, 'package.json'), JSON.stringify(fields));
      transpile(cwd, add);
      const text = "import { add } from './add/add.js';\nconsole.log(add(1, 2));\n";
      for (const node of nodes.values()) {
        assert.deepEqual(run(node, cwd, 'a.mjs', text), { stdout: '3\n', stderr: '' });
      }
    }
  });

  test('has none that hides the imports of the one around it', () => {
    const host = 'export const next = (x) => x + 1;\n';
    for (const [specifier, fields] of [
      ['#numbers', { imports: { '#numbers': './numbers.mjs' } }],
      ['plain/numbers', { exports: { './numbers': './numbers.mjs' } }],
    ]) {
      const cwd = project({ ...manifest, ...fields });
      writeFileSync(join(cwd, 'numbers.mjs'), host);
      transpile(cwd, calls, '--map', `test:app/*=${specifier}`);
      assert.ok(!existsSync(join(cwd, 'calls/package.json')));
      for (const node of nodes.values()) {
        const text = "import * as all from './calls/calls.mjs';\nconsole.log(Object.keys(all));\n";
        assert.equal(run(node, cwd, 'a.mjs', text).stdout, "[ 'twice' ]\n");
      }
    }
  });
});

describe('a folder that is somebody else’s', () => {
  test('gets `.mjs` and `.d.mts`, and keeps what is in it', () => {
    for (const own of [false, true]) {
      const cwd = project();
      mkdirSync(join(cwd, 'add'));
      const theirs = own ? { 'package.json': '{"type":"commonjs"}' } : {};
      const files = { ...theirs, 'mine.js': 'exports.mine = 1;\n' };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, 'add', name), text);
      for (const target of ['universal', 'node', 'inline', 'web', 'workerd']) {
        const shown = transpile(cwd, add, '--target', target, '--source-map');
        assert.match(shown, /from '\.\/add\/add\.mjs'/);
      }
      for (const [name, text] of Object.entries(files)) {
        assert.equal(readFileSync(join(cwd, 'add', name), 'utf8'), text);
      }
      const names = readdirSync(join(cwd, 'add'));
      assert.deepEqual(
        names.filter((name) => /\.js$|\.d\.ts$|^\./.test(name)),
        ['mine.js'],
      );
      assert.ok(names.includes('add.d.mts') && names.includes('add.instantiate.d.mts'));
      transpile(cwd, add, '--target', 'node');
      for (const [name, node] of nodes) {
        const text = `import { add } from './add/add.mjs';
import { createRequire } from 'node:module';
const { mine } = createRequire(import.meta.url)('./add/mine.js');
console.log(add(mine, 2));
`;
        assert.equal(run(node, cwd, 'a.mjs', text).stdout, '3\n', name);
        if (!requires(node)) continue;
        const required = "console.log(require('./add/add.mjs').add(1, 2));\n";
        assert.equal(run(node, cwd, 'r.js', required).stdout, '3\n', name);
      }
      check(cwd, typed.replaceAll('MODULE', 'mjs'));
    }
  });

  test('that is made of modules gets `.js`', () => {
    const cwd = project();
    mkdirSync(join(cwd, 'add'));
    writeFileSync(join(cwd, 'add/package.json'), '{ "type": "module", "private": true }');
    transpile(cwd, add);
    assert.ok(existsSync(join(cwd, 'add/add.js')));
    assert.equal(
      readFileSync(join(cwd, 'add/package.json'), 'utf8'),
      '{ "type": "module", "private": true }',
    );
  });
});
