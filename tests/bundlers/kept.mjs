/** webpack with the cache that it keeps on the disk: what it kept is not what was changed since. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root as repository } from '../lib/setup.mjs';
import { test } from '../lib/report.mjs';
import { forPack, pack } from './bundlers/packing.mjs';
import { scratch } from './setup.mjs';

/** Builds again when a component changed, and when all modules that stood for it are gone. */
export async function checkKeptCache() {
  const { default: webpack } = await import('webpack');
  const { windlass } = await import('@windlass/unplugin/webpack');
  await test('webpack: a cache on the disk, and components that change', async () => {
    const root = join(scratch, 'webpack-kept');
    const component = join(root, 'add.wasm');
    const adding = readFileSync(`${repository}tests/runtimes/components/add.wasm`);
    // One instruction is another.
    const subtracting = Buffer.from(adding);
    const at = adding.indexOf(Buffer.from([0x20, 0, 0x20, 1, 0x6a]));
    assert.ok(at > 0);
    subtracting[at + 4] = 0x6b;
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'package.json'), '{ "private": true, "type": "module" }\n');
    writeFileSync(
      join(root, 'main.js'),
      "import { add } from './add.wasm';\nconsole.log(add(5, 3));\n",
    );
    const built = async () => {
      // A plugin of its own, as in another process.
      const config = forPack({ root, options: {}, target: 'server', entries: ['main'] }, windlass);
      const cache = { type: 'filesystem', cacheDirectory: join(root, 'cache') };
      await pack(webpack({ ...config, cache }));
      const { output } = await capture(process.execPath, [join(root, 'out/main.js')]);
      return output.trim();
    };
    writeFileSync(component, adding);
    assert.equal(await built(), '8');
    writeFileSync(component, subtracting);
    assert.equal(await built(), '2');
    rmSync(join(root, 'node_modules'), { recursive: true });
    assert.equal(await built(), '2');
    writeFileSync(component, adding);
    assert.equal(await built(), '8');
  });
}
