/** A page that uses `windlass` itself, the transpiler as WebAssembly. */
import { createWasi } from '@windlass/wasi';
import {
  compile,
  init,
  inspect,
  instantiate,
  transpile,
  transpileAsync,
  types,
  wit,
  WindlassError,
} from 'windlass';
import 'windlass/polyfill';
import { check } from './check.mjs';

const bytes = async (name) => new Uint8Array(await (await fetch(`./${name}.wasm`)).arrayBuffer());
const imports = { 'test:app/numbers': { next: (x) => x + 1 } };

const before = [
  ['API: before it is there', ({ hello }) => codeOf(() => transpile(hello)), 'no-binding'],
  [
    'polyfill: before it is there',
    ({ add }) => codeOf(() => WebAssembly.validate(add)),
    'no-binding',
  ],
  ['API: transpileAsync', async ({ hello }) => (await transpileAsync(hello)).files.size > 3, true],
];

const uses = [
  [
    'API: transpile',
    ({ hello }) => {
      const { files, exports } = transpile(hello, { name: 'hello', target: 'web' });
      return [[...files.keys()][0], exports.includes('shout')];
    },
    ['hello.js', true],
  ],
  ['API: what is refused', () => codeOf(() => transpile(new Uint8Array(9))), 'not-wasm'],
  ['API: inspect', ({ add }) => inspect(add).exports.map(({ name }) => name), ['add']],
  ['API: wit', ({ hello }) => wit(hello).includes('export shout'), true],
  [
    'API: types',
    ({ hello }) => [...types(hello, { name: 'hello' }).keys()],
    ['hello.d.ts', 'hello.instantiate.d.ts'],
  ],
  [
    'API: compile, then instances',
    async ({ hello }) => {
      const component = await compile(hello);
      const visitor = (VISITOR) =>
        component.instantiate(createWasi({ env: { VISITOR } })).visitor();
      return [visitor('one'), visitor('two')];
    },
    ['one', 'two'],
  ],
  [
    'API: instantiate',
    async ({ hello }) => (await instantiate(hello, createWasi())).shout('über'),
    'ÜBER',
  ],
  [
    'polyfill: instantiateStreaming',
    async () => {
      const { module, instance } = await WebAssembly.instantiateStreaming(
        fetch('./calls.wasm'),
        imports,
      );
      return [
        instance.exports.twice(5),
        instance instanceof WebAssembly.Instance,
        await WebAssembly.Component.exports(module),
      ];
    },
    [7, true, ['twice']],
  ],
  [
    'polyfill: compileStreaming',
    async () => {
      const component = await WebAssembly.compileStreaming(fetch('./add.wasm'));
      return (await WebAssembly.instantiate(component)).exports.add(2, 40);
    },
    42,
  ],
  [
    'polyfill: the constructor',
    async ({ add }) => {
      const component = new WebAssembly.Component(add);
      return (await WebAssembly.instantiate(component)).exports.add(2, 40);
    },
    42,
  ],
  [
    'polyfill: validate',
    ({ add }) => [WebAssembly.validate(add), WebAssembly.validate(add.subarray(0, -1))],
    [true, false],
  ],
  [
    'polyfill: core modules as ever',
    async () =>
      (await WebAssembly.instantiateStreaming(fetch('./core.wasm'))).instance.exports.one(),
    1,
  ],
];

/** @returns {Promise<{ name: string, error?: string }[]>} what was done, and what was wrong */
export async function run() {
  const components = { add: await bytes('add'), hello: await bytes('hello') };
  const results = await check(before, components);
  await init();
  return [...results, ...(await check(uses, components))];
}

function codeOf(call) {
  try {
    call();
  } catch (error) {
    return error instanceof WindlassError ? error.code : String(error);
  }
}
