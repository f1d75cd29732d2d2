/** Bundlers when a component changes while they watch. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../lib/setup.mjs';

/** A changed component is built again, a refused one is told of, and mended by the next change. */
export async function checkWatching(bundler, root, { map, bad }) {
  writeFileSync(
    join(root, 'main.js'),
    "import * as exports from './add.wasm';\nconsole.log(Object.keys(exports).join());\n",
  );
  const component = join(root, 'add.wasm');
  const first = readFileSync(component);
  const second = readFileSync(join(root, 'calls.wasm'));
  const builds = [];
  const told = (error) => builds.push(error);
  const build = { root, options: { map, inline: 0 }, target: 'server', entries: ['main'] };
  const close = await bundler.watch(build, told);
  const until = async (what, check) => {
    for (let i = 0; i < 300; i++) {
      if (await check()) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    throw new Error(`${what}: not in 15 seconds; builds: ${JSON.stringify(builds)}`);
  };
  const exports = async () =>
    (await capture(process.execPath, [join(root, 'out/main.js')])).output.trim();
  const change = async (bytes) => {
    // Some watchers look at times to the tenth of a second.
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    builds.length = 0;
    writeFileSync(component, bytes);
  };
  const gives = (names) => async () =>
    builds.length > 0 && builds.at(-1) === undefined && (await exports()) === names;
  try {
    await until('the first build', gives('add'));
    await change(second);
    await until('a build of the changed component', gives('twice'));
    await change(bad);
    await until('an error', () =>
      builds.some((error) => /add\.wasm/.test(error) && /invalid-component/.test(error)),
    );
    await change(first);
    await until('a build of the mended component', gives('add'));
  } finally {
    await close();
  }
}

/** Neither a changed component nor another changed module is built again. */
export async function checkNotWatching(bundler, root, { map }) {
  const main = join(root, 'main.js');
  writeFileSync(main, "import './add.wasm';\nimport './numbers.js';\n");
  const builds = [];
  const build = { root, options: { map }, target: 'server', entries: ['main'] };
  const close = await bundler.runAgain(build, (text) => {
    if (text === 'built') builds.push(text);
  });
  const pause = (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    });
  try {
    for (let i = 0; i < 300 && builds.length === 0; i++) await pause(50);
    assert.equal(builds.length, 1);
    cpSync(join(root, 'calls.wasm'), join(root, 'add.wasm'));
    await pause(1000);
    writeFileSync(join(root, 'numbers.js'), 'export const next = (x) => x;\n');
    await pause(1000);
    // Whoever makes this fail can let the plugin watch.
    assert.equal(builds.length, 1);
  } finally {
    await close();
  }
}
