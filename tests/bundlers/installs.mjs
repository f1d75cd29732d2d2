/**
 * Packages as other package managers install them: pnpm, whose packages see only what
 * they name, and Yarn's Plug'n'Play, which has no `node_modules`.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../../npm/release.mjs';
import { capture, root as repository } from '../lib/setup.mjs';
import { test } from '../lib/report.mjs';
import { nodes } from '../runtimes/programs.mjs';
import { padded } from './components.mjs';

const program = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));
const { output: registry } = await capture('npm', ['config', 'get', 'registry']);

/** The setup by which each manager finds packages in files, and its way to run programs. */
const managers = {
  pnpm: {
    run: (args) => [program('pnpm/bin/pnpm.mjs'), ...args],
    install: ['install', '--ignore-scripts'],
    files: (packages) => ({
      'pnpm-workspace.yaml': JSON.stringify({ overrides: packages }),
      '.npmrc': `registry=${registry}`,
    }),
    manifest: () => ({}),
    env: {},
  },
  yarn: {
    run: (args) => [program('@yarnpkg/cli-dist/bin/yarn.js'), ...args],
    install: ['install'],
    files: () => ({
      '.yarnrc.yml': JSON.stringify({
        enableGlobalCache: false,
        enableImmutableInstalls: false,
        enableScripts: false,
        enableTelemetry: false,
        nodeLinker: 'pnp',
        npmRegistryServer: registry.trim(),
        unsafeHttpWhitelist: [new URL(registry).hostname],
      }),
    }),
    manifest: (packages) => ({ resolutions: packages }),
    env: { YARN_IGNORE_PATH: '1' },
  },
};

const sources = {
  'main.js': `import { add } from './small.wasm';
import { add as large } from './large.wasm';
import { shout } from './hello.wasm';
console.log(add(1, large(2, 3)), shout('installed'));
`,
  'api.js': `import { readFileSync } from 'node:fs';
import { createWasi } from '@windlass/wasi';
import { compile } from 'windlass';
const component = await compile(readFileSync('hello.wasm'));
console.log(component.instantiate(createWasi({})).shout('api'));
`,
  'rollup.config.mjs': `import { windlass } from '@windlass/unplugin/rollup';
export default { input: 'main.js', plugins: [windlass()], output: { dir: 'built' }, external: [/^@windlass/] };
`,
};

/**
 * @param {(name: string) => boolean} isWanted
 * @returns {Promise<string[]>} the managers with which all is well
 */
export async function checkInstalls(isWanted) {
  const wanted = Object.keys(managers).filter(isWanted);
  if (wanted.length === 0) return [];
  const scratch = mkdtempSync(join(tmpdir(), 'windlass-installs-'));
  const packed = await pack(join(scratch, 'packed'));
  const packages = Object.fromEntries(
    Object.entries(packed).map(([name, { tarball }]) => [name, `file:${tarball}`]),
  );
  const passed = [];
  for (const name of wanted) {
    if (await checkManager(name, join(scratch, name), packages)) passed.push(name);
  }
  rmSync(scratch, { recursive: true });
  return passed;
}

async function checkManager(name, root, packages) {
  const { run, install, files, manifest, env } = managers[name];
  const with20 = async (args) => runs(process.execPath, args);
  const runs = async (node, args) => {
    const PATH = `${dirname(node)}:${process.env.PATH}`;
    const all = { ...env, PATH, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_NO_WARNINGS: '1' };
    return capture(node, run(args), { cwd: root, env: all, seconds: 300 });
  };
  const gives = async (node, args, expected) => {
    const { code, output } = await runs(node, args);
    assert.equal(code, 0, output);
    assert.match(output, expected);
  };
  const results = [];
  const record = async (what, body) => results.push(await test(`${name}: ${what}`, body));
  await record('installs', async () => {
    application(root, { ...sources, ...files(packages) });
    const names = ['windlass', '@windlass/wasi', '@windlass/unplugin'];
    const dependencies = Object.fromEntries(names.map((one) => [one, packages[one]]));
    const all = {
      private: true,
      type: 'module',
      dependencies: { ...dependencies, rollup: '^4.0.0' },
    };
    writeFileSync(join(root, 'package.json'), JSON.stringify({ ...all, ...manifest(packages) }));
    const { code, output } = await with20(install);
    assert.equal(code, 0, output);
  });
  for (const [version, node] of Object.entries(nodes)) {
    if (!/Node (?:20|24)/.test(version)) continue;
    await record(`${version}, API`, () => gives(node, ['exec', 'node', 'api.js'], /^API$/m));
    await record(`${version}, command line`, async () => {
      await gives(node, ['exec', 'windlass', 'wit', 'small.wasm'], /export add: func/);
      const compose = [
        'windlass',
        'compose',
        'small.wasm',
        '--plug',
        'large.wasm',
        '-o',
        'out.wasm',
      ];
      const { code, output } = await runs(node, ['exec', ...compose]);
      assert.notEqual(code, 0);
      assert.match(output, /error\[cannot-compose\]/);
    });
    await record(`${version}, hooks`, () =>
      gives(node, ['exec', 'node', '--import', 'windlass/register', 'main.js'], /^6 INSTALLED$/m),
    );
    await record(`${version}, plugin`, async () => {
      await gives(node, ['exec', 'rollup', '-c'], /created/);
      await gives(node, ['exec', 'node', 'built/main.js'], /^6 INSTALLED$/m);
    });
  }
  return results.every(Boolean);
}

function application(root, files) {
  mkdirSync(root, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  const small = readFileSync(`${repository}tests/runtimes/components/add.wasm`);
  writeFileSync(join(root, 'small.wasm'), small);
  writeFileSync(join(root, 'large.wasm'), padded(small, 10_000));
  cpSync(`${repository}tests/guests/build/hello.wasm`, join(root, 'hello.wasm'));
}
