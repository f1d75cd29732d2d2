/** The cost of an `import` of a component by `node --import windlass/register`. */
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { componentPath } from './build.mjs';
import { alternate, difference, of, spread } from './lib/compare.mjs';
import { installed } from './lib/installed.mjs';
import { CACHE } from './lib/paths.mjs';
import { runNode } from './lib/process.mjs';
import { table } from './lib/stats.mjs';

export const title = 'Import of a component by the hooks: milliseconds, median [p10–p90]';
export const components = ['add', 'rust'];

const HOOKS = ['--import', 'windlass/register'];
const check = (call, value) => `if (${call} !== ${value}) throw new Error('a wrong result');\n`;

/**
 * Programs by what they do, in the folder of the component, and how each is run. The
 * first of a component is what the others are compared with.
 */
const programs = {
  add: {
    'core module by hand': `
      import { readFileSync } from 'node:fs';
      const bytes = readFileSync(new URL('add/add.core.wasm', import.meta.url));
      const { add } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
      ${check('add(1, 2)', 3)}`,
    'nothing at all': '',
    'nothing, with the hooks': { hooks: true, text: '' },
    'transpiled before': `
      import { add } from './add/add.js';
      ${check('add(1, 2)', 3)}`,
    'component, cached': {
      hooks: true,
      text: `
        import { add } from './add.wasm';
        ${check('add(1, 2)', 3)}`,
    },
  },
  rust: {
    'transpiled before': `
      import { hello } from './rust/rust.js';
      ${check("hello('x')", "'hello x'")}`,
    'core modules by hand, only compiled': `
      import { readFileSync } from 'node:fs';
      for (const name of ['core', 'core2', 'core3']) {
        new WebAssembly.Module(readFileSync(new URL(\`rust/rust.\${name}.wasm\`, import.meta.url)));
      }`,
    'component, cached': {
      hooks: true,
      text: `
        import { hello } from './rust.wasm';
        ${check("hello('x')", "'hello x'")}`,
    },
  },
};

export async function run({ rounds = 21 }) {
  const folder = `${await installed()}hooks/`;
  const cache = `${folder}cache`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of components) {
    const rows = await measure(name, folder, cache, rounds);
    const head = [name, 'wall', 'CPU', 'wall over the first', 'CPU over the first'];
    console.log(`${table(head, rows)}\n`);
  }
  console.log('Peer: no hooks.');
}

async function measure(name, folder, cache, rounds) {
  copyFileSync(componentPath(name), `${folder}${name}.wasm`);
  cpSync(`${CACHE}windlass/${name}`, `${folder}${name}`, { recursive: true });
  const runs = {};
  for (const [i, [what, program]] of Object.entries(programs[name]).entries()) {
    const { hooks = false, text } = typeof program === 'string' ? { text: program } : program;
    const file = `${name}${i}.mjs`;
    writeFileSync(`${folder}${file}`, text);
    runs[what] = () => runNode([...(hooks ? HOOKS : []), file], folder, { WINDLASS_CACHE: cache });
    if (what !== 'component, cached') continue;
    runs['component, cold'] = () => {
      const empty = `${folder}empty`;
      return runNode([...HOOKS, file], folder, { WINDLASS_CACHE: empty }, () =>
        rmSync(empty, { recursive: true, force: true }),
      );
    };
  }
  // The first run of each fills the caches, that of the system too.
  for (const one of Object.values(runs)) one();
  const samples = await alternate(rounds, Object.keys(runs), (what) => runs[what]());
  const [first] = Object.keys(runs);
  return Object.entries(samples).map(([what, all]) => [
    what,
    ...['wall', 'cpu'].map((key) => spread(of(all, key), 1)),
    ...['wall', 'cpu'].map((key) =>
      what === first ? '' : difference(of(all, key), of(samples[first], key)),
    ),
  ]);
}
