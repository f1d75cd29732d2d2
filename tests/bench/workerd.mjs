/** The time from workerd's start to the first response of a worker with a component. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundle, edge } from '../runtimes/bundle.mjs';
import { withWorkerd } from '../runtimes/workerd.mjs';
import { alternate, difference, spread } from './lib/compare.mjs';
import { CACHE, PEER_CACHE } from './lib/paths.mjs';
import { firstLine, table } from './lib/stats.mjs';
import { transpile } from './lib/transpile.mjs';

export const title = 'workerd, start to first response: milliseconds, median [p10–p90]';
export const components = ['add', 'rust'];

const WORKER = `
export default {
  fetch: () => new Response(String(CALL)),
};
`;

/** Workers by who made what is around the core modules; the first is the measure. */
const workers = {
  add: {
    call: 'add(1, 2)',
    gives: '3',
    by: {
      hand(folder) {
        copyFileSync(`${CACHE}windlass/add/add.core.wasm`, `${folder}add.core.wasm`);
        return `
          import core from './add.core.wasm';
          const { add } = new WebAssembly.Instance(core).exports;`;
      },
      windlass: windlass('add', 'add'),
      peer: peer('add', 'add'),
      'peer, by hand': peerByHand('add', 'add', false),
    },
  },
  rust: {
    call: "hello('x')",
    gives: 'hello x',
    by: {
      windlass: windlass('rust', 'hello'),
      peer: peer('rust', 'hello'),
      'peer, by hand': peerByHand('rust', 'hello', true),
    },
  },
};

function windlass(name, used) {
  return async (folder) => {
    await transpile('windlass', name, `${folder}${name}`, ['--target', 'workerd']);
    return `import { ${used} } from './${name}/${name}.js';`;
  };
}

function peer(name, used) {
  return async (folder) => {
    await transpile('peer', name, `${folder}${name}`);
    return `import { ${used} } from './${name}/${name}.js';`;
  };
}

/** The peer's other output, which is given its core modules and imports. */
function peerByHand(name, used, shims) {
  return async (folder) => {
    await transpile('peer', name, `${folder}${name}`, ['--instantiation', 'sync']);
    const cores = readdirSync(`${folder}${name}`).filter((file) => file.endsWith('.wasm'));
    return `
      import { instantiate } from './${name}/${name}.js';
      ${shims ? "import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';" : ''}
      ${cores.map((core, i) => `import core${i} from './${name}/${core}';`).join('\n')}
      const cores = { ${cores.map((core, i) => `'${core}': core${i}`).join(', ')} };
      const imports = ${shims ? 'new WASIShim().getImportObject()' : '{}'};
      const { ${used} } = instantiate((path) => cores[path], imports);`;
  };
}

export async function run({ rounds = 15 }) {
  const rows = [];
  const notes = [];
  for (const [name, { call, gives, by }] of Object.entries(workers)) {
    const runs = {};
    const failed = {};
    for (const [who, make] of Object.entries(by)) {
      const start = await worker(name, who, make, call, gives);
      try {
        // Those that start not at all are shown as such; ours and that by hand must.
        await start();
        runs[who] = start;
      } catch (error) {
        if (!who.startsWith('peer')) throw error;
        failed[who] = firstLine(error);
      }
    }
    const samples = await alternate(rounds, Object.keys(runs), (who) => runs[who]());
    const [first] = Object.keys(samples);
    for (const who of Object.keys(by)) {
      const all = samples[who];
      const over = all === undefined || who === first ? '' : difference(all, samples[first]);
      rows.push([name, who, all === undefined ? 'fails' : spread(all), over]);
      if (all === undefined) notes.push(`${name} by ${who}: ${failed[who]}`);
    }
  }
  console.log(table(['component', 'by', 'wall', 'over the first'], rows));
  console.log(`\n${notes.join('\n')}`);
}

/** Makes a worker; what is returned starts it, asks it once, and gives the time. */
async function worker(name, who, make, call, gives) {
  const parent = who.startsWith('peer') ? PEER_CACHE : CACHE;
  const folder = `${parent}workerd/${name}-${who.replaceAll(/\W+/g, '-')}/`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}main.mjs`, (await make(folder)) + WORKER.replace('CALL', call));
  let bundled;
  return async () => {
    bundled ??= await bundle(folder, 'main.mjs', 'main.js', edge);
    const modules = ['main.js', ...bundled.wasm];
    const begin = performance.now();
    return withWorkerd(folder, modules, async (url) => {
      const text = await (await fetch(url)).text();
      const took = performance.now() - begin;
      assert.equal(text, gives, `${name} by ${who}`);
      return took;
    });
  };
}
