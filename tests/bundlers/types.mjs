/** A strict TypeScript project that imports components, and types of WIT, under both ways of resolution. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root as repository } from '../lib/setup.mjs';
import { test } from '../lib/report.mjs';

/** Every line marked as an error has to be one. */
const typed = `
import { add } from './add.wasm';
import { add as aliased } from '@app/add.wasm';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import { add as inlined } from './add.wasm?inline';
import * as whole from './add.wasm?inline';
import url from './add.wasm?url';
import { guests, longestLine, shout } from './hello.wasm';
import { greet, streams } from './rust-async.wasm';
import type { Exports, Imports } from './wit/greeter.wit';

const sum: number = add(1, 2) + twice(3) + aliased(1, 2);
const text: string = shout('a') + url;
// @ts-expect-error -- a string is no number
add('1', 2);
// @ts-expect-error -- a number is no string
shout(1);
// @ts-expect-error -- one argument is missing
add(1);
// @ts-expect-error -- there is no such export
import { missing } from './add.wasm';
const greeting: string = guests.greet({ name: 'Ada', languages: ['fr'] });
const person: guests.Person = { name: 'Ada', languages: [] };
const numbers = { 'test:app/numbers@0.1.0': { next: (x: number) => x } };
const own: unknown = instantiate(numbers).twice;
// The declarations for every component let the user say which one it is.
const { add: known }: typeof import('./add.wasm') = whole;
// @ts-expect-error -- a string is no number
known('1', 2);
const both: number = inlined(1, 2) + known(1, 2);
// @ts-expect-error -- a URL is a string
const wrong: number = url;

export async function later(): Promise<string> {
  // @ts-expect-error -- it is a promise of a string
  const early: string = greet('a');
  const numbers: number[] = [];
  for await (const some of await streams.doubled([1, 2])) numbers.push(some);
  // @ts-expect-error -- numbers, not strings
  await streams.doubled(['1']);
  return (await greet('a')) + early;
}

export const host: Imports = {
  'app:greeter/names@1.0.0': {
    lookup: (id) => ({ given: String(id + 1), family: undefined }),
  },
  // @ts-expect-error -- there is no such level
  'app:logging/log': { write: (at: 'loud', line: string) => void [at, line] },
};
// @ts-expect-error -- it gives a string
const exported: Exports = { greet: (id: number) => id };
export { both, exported, greeting, longestLine, own, person, sum, text, wrong };
`;

/** Code for a component whose query has no declarations. */
const generic = `
import instantiate from './calls.wasm?instantiate';

const { twice } = instantiate<typeof import('./calls.wasm')>({});
export const four: number = twice(2);
// @ts-expect-error -- a number is no string
export const text: string = twice(2);
`;

/** Code for a component whose query has declarations. */
const exact = `
import instantiate, { instantiate as same } from './calls.wasm?instantiate';
import { add } from './add.wasm?inline';
import { guests } from './hello.wasm?inline';

const { twice } = instantiate({ 'test:app/numbers@0.1.0': { next: (x) => x + 1 } });
export const person: guests.Person = { name: 'Ada', languages: [] };
export const sum: number = add(1, twice(2));
export const other: typeof instantiate = same;
// @ts-expect-error -- the component imports numbers
instantiate({});
// @ts-expect-error -- there is no such export
export { missing } from './add.wasm?inline';
// @ts-expect-error -- a number is no string
export const text: string = add(1, 2);
`;

/**
 * Builds by bundlers that see TypeScript in different ways, and asks `tsc`.
 *
 * @param {Record<string, import('./bundlers.mjs').Bundler>} bundlers
 * @param {(name: string, files?: Record<string, string>) => string} folder
 */
export async function checkTypes(bundlers, folder, map) {
  for (const types of [true, 'types']) {
    const where = types === true ? 'beside' : `to ${types}`;
    const isExact = types !== true && process.platform !== 'win32';
    const sources = { 'typed.ts': typed, 'queries.ts': isExact ? exact : generic };
    const root = folder(`types written ${where}`, sources);
    const options = { types, map };
    await test(`types: written ${where}`, async () => {
      await bundlers.rolldown.build({
        root,
        options,
        target: 'server',
        entries: ['main', 'typed'],
      });
      const base = types === true ? root : join(root, types);
      for (const name of ['add.d.wasm.ts', 'hello.d.wasm.ts', 'wit/greeter.d.wit.ts']) {
        assert.ok(existsSync(join(base, name)), name);
        assert.equal(existsSync(join(root, name)), types === true, name);
      }
      for (const name of ['add.d.wasm?inline.ts', 'calls.d.wasm?instantiate.ts']) {
        assert.equal(existsSync(join(base, name)), isExact, name);
      }
    });
    for (const resolution of ['bundler', 'nodenext']) {
      await test(`types: strict, moduleResolution ${resolution}, written ${where}`, async () => {
        const config = {
          compilerOptions: {
            strict: true,
            noEmit: true,
            target: 'es2022',
            lib: ['es2023', 'dom', 'dom.asynciterable', 'esnext.disposable'],
            module: resolution === 'bundler' ? 'preserve' : 'nodenext',
            moduleResolution: resolution,
            allowArbitraryExtensions: true,
            types: ['@windlass/unplugin/client'],
            rootDirs: types === true ? undefined : ['.', types],
            paths: { '@app/*': types === true ? ['./*'] : ['./*', `./${types}/*`] },
          },
          files: ['typed.ts', 'queries.ts'],
        };
        const file = `tsconfig.${resolution}.json`;
        writeFileSync(join(root, file), JSON.stringify(config));
        const tsc = `${repository}node_modules/typescript/bin/tsc`;
        const args = [tsc, '-p', file, '--pretty', 'false'];
        const { code, output } = await capture(process.execPath, args, { cwd: root });
        assert.equal(code, 0, output);
      });
    }
  }

  for (const [name, bundler] of Object.entries(bundlers)) {
    await test(`types: ${name} writes those of WIT that TypeScript imports`, async () => {
      const root = folder(`types ${name}`, {
        'typed.ts':
          "import type { Imports } from './wit/greeter.wit';\nexport const hosts: Imports[] = [];\n",
        'main.js': "export { hosts } from './typed.ts';\n",
      });
      await bundler.build({ root, options: {}, target: 'server', entries: ['main'] });
      const text = readFileSync(join(root, 'wit/greeter.greeter.instantiate.d.ts'), 'utf8');
      assert.match(text, /'app:greeter\/names@1\.0\.0'/);
    });
  }

  await test('types: WIT that is refused is told with its place', async () => {
    const root = folder('types refused', {
      'main.js': "import './wit/greeter.wit';\n",
      'wit/greeter.wit': 'package app:greeter;\nworld greeter {\n  import nothing;\n}\n',
    });
    const build = { root, options: {}, target: 'server', entries: ['main'] };
    await assert.rejects(bundlers.rolldown.build(build), (error) => {
      assert.match(error.message, /wit[\\/]greeter\.wit.*invalid-wit/s);
      assert.match(error.message, /at .*greeter\.wit:3:\d+/);
      return true;
    });
  });
}
