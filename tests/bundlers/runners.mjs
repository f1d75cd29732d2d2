/** Runners of tests: what a test imports of components, without configuration beyond the plugin. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, root as repository } from '../lib/setup.mjs';
import { skip, test } from '../lib/report.mjs';
import { nodes } from '../runtimes/programs.mjs';
import { padded } from './components.mjs';
import { scratch } from './setup.mjs';

/** Turns modules into scripts for Jest. A function, since it is installed after this file loads. */
const commonJs = () =>
  fileURLToPath(import.meta.resolve('@babel/plugin-transform-modules-commonjs'));
const small = readFileSync(`${repository}tests/runtimes/components/add.wasm`);
const config = `import { windlass } from '@windlass/unplugin/vite';
export default { plugins: [windlass()] };
`;
/** A test of Vitest, whose functions are global in older majors: their package has another name here. */
const vitestTest = (imports) => `${imports}import { add } from './small.wasm';
import { add as large } from './large.wasm';
import instantiate from './small.wasm?instantiate';
import { grant } from '@windlass/wasi';
import { shout, visitor } from './hello.wasm';

grant({ env: { VISITOR: 'Ada' } });
test('components', () => {
  expect(add(1, large(2, 3))).toBe(6);
  expect(instantiate({}).add(1, 2)).toBe(3);
  expect(shout('a')).toBe('A');
  expect(visitor()).toBe('Ada');
});
`;

/**
 * Vitest in Node, in each way to isolate tests that it has, and with the newest major in Chromium.
 *
 * @param {number | undefined} major nothing for the newest
 * @param {{ program: string, env: Record<string, string> } | { missing: string }} chromium
 * @returns {Promise<string[]>} where it runs
 */
export async function checkVitest(major, chromium) {
  const label = major === undefined ? 'vitest' : `vitest ${major}`;
  const imports = major === undefined ? "import { expect, test } from 'vitest';\n" : '';
  const globals = major === undefined ? [] : ['--globals'];
  const root = application(label, {
    'vite.config.mjs': config,
    'components.test.js': vitestTest(imports),
  });
  const program =
    major === undefined ? 'node_modules/vitest' : `matrix/node_modules/vitest${major}`;
  const run = async (args, options) => {
    const path = fileURLToPath(new URL(`${program}/vitest.mjs`, import.meta.url));
    const all = [path, 'run', ...globals, ...args];
    const env = { NO_COLOR: '1', FORCE_COLOR: undefined, ...options?.env };
    const given = { cwd: root, ...options, env };
    const { code, output } = await capture(nodes['Node 24'], all, given);
    assert.equal(code, 0, output);
    assert.match(output, /Tests +1 passed/);
  };
  const where = [];
  const pools = [];
  for (const pool of ['forks', 'threads', 'vmThreads']) {
    pools.push(await test(`${label}: Node, pool ${pool}`, () => run(['--pool', pool])));
  }
  pools.push(
    await test(`${label}: modules of components are not cached`, async () => {
      rmSync(join(root, 'node_modules/.cache'), { recursive: true });
      await run([]);
      writeFileSync(join(root, 'small.wasm'), small.subarray(0, 60));
      await assert.rejects(run([]), /invalid-component/);
      writeFileSync(join(root, 'small.wasm'), small);
      await run([]);
    }),
  );
  if (pools.every(Boolean)) where.push('tests in Node');
  if (major !== undefined) return where;
  if ('missing' in chromium) {
    skip('vitest: Chromium', chromium.missing);
    return where;
  }
  const inChromium = await test('vitest: Chromium', async () => {
    const browser = `import { playwright } from '@vitest/browser-playwright';
import { windlass } from '@windlass/unplugin/vite';
const provider = playwright({
  launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] },
});
export default {
  plugins: [windlass()],
  test: {
    browser: {
      enabled: true, headless: true, screenshotFailures: false, provider, instances: [{ browser: 'chromium' }],
    },
  },
};
`;
    writeFileSync(join(root, 'vite.config.mjs'), browser);
    await run([], { env: { CHROMIUM: chromium.program, ...chromium.env }, seconds: 120 });
  });
  return inChromium ? [...where, 'tests in Chromium'] : where;
}

/** `node --test`, by the hooks. */
export async function checkNodeTest() {
  const files = {
    'components.test.mjs': `import { equal } from 'node:assert';
import { test } from 'node:test';
const expect = (value) => ({ toBe: (wanted) => equal(value, wanted) });
${vitestTest('')
  .replace(/^.*grant.*\n/gm, '')
  .replace("'./hello.wasm'", "'./hello.wasm' with { env: 'VISITOR=Ada' }")}`,
  };
  const results = [];
  for (const [version, node] of Object.entries(nodes)) {
    results.push(
      await test(`node --test: ${version}`, async () => {
        const root = application(`node test ${version}`, files);
        const args = ['--import', 'windlass/register', '--test', '--test-reporter=tap'];
        const { code, output } = await capture(node, args, { cwd: root });
        assert.equal(code, 0, output);
        assert.match(output, /^# pass 1$/m);
      }),
    );
  }
  return results.every(Boolean);
}

/** An application with its components, where packages are found as in `scratch`. */
function application(name, files) {
  const root = join(scratch, name.replaceAll(/\W+/g, '-'));
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(root, 'small.wasm'), small);
  writeFileSync(join(root, 'large.wasm'), padded(small, 10_000));
  cpSync(`${repository}tests/guests/build/hello.wasm`, join(root, 'hello.wasm'));
  cpSync(`${repository}tests/runtimes/components/calls.wasm`, join(root, 'calls.wasm'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  return root;
}

/**
 * Jest, by its preset and by a transformer beside `babel-jest`, which makes scripts of tests.
 *
 * @param {number | undefined} major nothing for the newest
 */
export async function checkJest(major) {
  const label = major === undefined ? 'jest' : `jest ${major}`;
  const folder = major === undefined ? 'node_modules/jest' : `matrix/node_modules/jest${major}`;
  const program = fileURLToPath(new URL(`${folder}/bin/jest.js`, import.meta.url));
  const files = {
    'babel.config.json': JSON.stringify({ plugins: [commonJs()] }),
    'components.test.js': `import { add } from './small.wasm';
import { add as large } from './large.wasm';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import { grant } from '@windlass/wasi';
import { shout, visitor } from './hello.wasm';

grant({ env: { VISITOR: 'Ada' } });
test('components', () => {
  expect(add(1, large(2, 3))).toBe(6);
  expect(twice(5)).toBe(45);
  expect(instantiate({ 'test:app/numbers@0.1.0': { next: (x) => x + 10 } }).twice(5)).toBe(25);
  expect(shout('a')).toBe('A');
  expect(visitor()).toBe('Ada');
});
`,
    'numbers.js': 'export const next = (x) => x * 3;\n',
    'windlass.config.json': JSON.stringify({ map: { 'test:app/numbers': './numbers.js' } }),
  };
  await test(`${label}: scripts have \`new.target\`, and no \`import.meta\``, async () => {
    const url = new URL('node_modules/@windlass/jest/index.js', import.meta.url);
    const { createTransformer } = (await import(url)).default;
    const module =
      'export const at = import.meta.url;\nexport function F() { return new.target; }\n';
    const { code } = (await createTransformer()).process(module, 'module.js');
    assert.match(code, /return new\.target/);
    assert.doesNotMatch(code, /import\.meta/);
  });
  return test(`${label}: components in a test, by the preset`, async () => {
    const root = application(label, files);
    // The place where npm would put it, rather than a link to a folder of this repository.
    cpSync(`${repository}shims/dist`, join(root, 'node_modules/@windlass/wasi/dist'), {
      recursive: true,
    });
    cpSync(
      `${repository}shims/package.json`,
      join(root, 'node_modules/@windlass/wasi/package.json'),
    );
    writeFileSync(join(root, 'jest.config.mjs'), "export default { preset: '@windlass/jest' };\n");
    for (let i = 0; i < 2; i++) {
      const env = { NO_COLOR: '1', FORCE_COLOR: undefined };
      const { code, output } = await capture(process.execPath, [program, '--rootDir', root], {
        cwd: root,
        env,
      });
      assert.equal(code, 0, output);
      assert.match(output, /^Tests: +1 passed, 1 total$/m);
      // The second time Jest remembers its part of what was made, and ours is gone.
      rmSync(join(root, 'node_modules/.cache'), { recursive: true });
    }
    const types = readFileSync(join(root, 'small.d.wasm.ts'), 'utf8');
    assert.match(types, /export declare function add/);
    writeFileSync(join(root, 'small.wasm'), small.subarray(0, 60));
    const { code, output } = await capture(process.execPath, [program, '--rootDir', root], {
      cwd: root,
    });
    assert.equal(code, 1);
    assert.match(output, /small\.wasm: error\[invalid-component\]: /);
  });
}
