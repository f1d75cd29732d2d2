/**
 * Declarations compile: whatever word something is called by, with and without the declarations
 * of DOM and Node, and those of the packages too.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { types } from 'windlass';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'windlass-declarations-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** The platform types that projects have. */
const libraries = {
  DOM: ['--lib', 'es2022,dom', '--types', ''],
  'neither DOM nor Node': ['--lib', 'es2022', '--types', ''],
  Node: ['--lib', 'es2023', '--types', 'node'],
  'a worker': ['--lib', 'es2022,webworker', '--types', ''],
};

/** Every word that TypeScript has a use for (`textToKeywordObj` of its scanner), and more. */
const words = `abstract accessor any as assert asserts async await bigint boolean break case catch
  class const constructor continue debugger declare default defer delete do else enum export
  extends false finally for from function get global if implements import in infer instanceof
  interface intrinsic is keyof let module namespace never new null number object of out override
  package private protected public readonly require return satisfies set static string super
  switch symbol this throw true try type typeof undefined unique unknown using var void while
  with yield arguments eval exports global-this then prototype name length`.split(/\s+/);

/** Types that declarations mention: of the language, of platforms and of ours. */
const mentioned = `abort-signal array-buffer array-buffer-view async-iterable disposable error
  iterable map promise readable-stream symbol uint8-array web-assembly module bytes-like
  call-options component component-error component-value exports imports instantiate
  instantiate-options result root-import types`.split(/\s+/);

const names = [...new Set([...words, ...mentioned])];

/** Compiles files, whose names are those of a map, with what a project has. */
function compile(folder, files, libs) {
  const dir = join(scratch, folder);
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  const args = [...flags, '--target', 'es2022', '--module', 'nodenext', ...libs, ...files.keys()];
  const { stdout } = spawnSync(process.execPath, [tsc, ...args], { cwd: dir, encoding: 'utf8' });
  assert.equal(stdout, '');
}

function declarationsOf(text) {
  return new Map(
    [...types({ 'a.wit': text })].map(([name, bytes]) => [name, String(Buffer.from(bytes))]),
  );
}

/** Links of packages, as they would be installed. */
function install(folder) {
  const modules = join(scratch, folder, 'node_modules');
  mkdirSync(join(modules, '@windlass'), { recursive: true });
  mkdirSync(join(modules, '@types'), { recursive: true });
  symlinkSync(join(root, 'npm/windlass'), join(modules, 'windlass'), 'junction');
  symlinkSync(join(root, 'shims'), join(modules, '@windlass/wasi'), 'junction');
  symlinkSync(join(root, 'npm/wasm'), join(modules, '@windlass/wasm'), 'junction');
  symlinkSync(join(root, 'node_modules/@types/node'), join(modules, '@types/node'), 'junction');
}

const each = (list, of) => list.map((item, i) => of(`%${item}`, i)).join('\n');

/** Each name as that of an interface, of what is in one, and of what a world has itself. */
const worlds = {
  interfaces: `
    ${each(names, (name) => `interface ${name} { enum e { x, y } resource r { m: func() -> e; } g: func(a: e) -> list<u8>; }`)}
    interface user {
      ${each(names, (name, i) => `use ${name}.{e as e${i}, r as r${i}};`)}
      ${each(names, (name, i) => `${name}: func(a: e${i}, b: borrow<r${i}>) -> tuple<r${i}, e${i}>;`)}
    }
    world exported { export user; ${each(names, (name) => `export ${name};`)} }
    world imported { import user; ${each(names, (name) => `import ${name};`)} }`,
  items: `
    interface types-of {
      ${each(names, (name) => `enum ${name} { x, y }`)}
      use-all: func(${names.map((name, i) => `%${name}: ${i % 2 ? `option<%${name}>` : `%${name}`}`).join(', ')});
    }
    interface resources-of { ${each(names, (name, i) => `resource ${name} { constructor(${name}: u32); %${names[(i + 1) % names.length]}: func() -> stream<u8>; }`)} }
    interface statics-of { ${each(names, (name) => `resource a-${name.slice(1)} { ${name}: static func(%this: list<u8>) -> future<string>; }`)} }
    interface records-of { record fields { ${names.map((name) => `%${name}: u8`).join(', ')} } flags all { ${names
      .slice(0, 32)
      .map((name) => `%${name}`)
      .join(', ')} } f: func(a: fields) -> all; }
    world exported { export types-of; export resources-of; export statics-of; export records-of; }
    world imported { import types-of; import resources-of; import statics-of; import records-of; }`,
  functions: `
    world exported { ${each(names, (name) => `export ${name}: func(%${name.slice(1)}: list<u8>) -> result<string, string>;`)} }
    world imported { ${each(names, (name) => `import ${name}: async func(a: list<u8>) -> stream<u8>;`)} }`,
  inline: `
    world exported { ${each(names, (name) => `export ${name}: interface { enum e { x, y } ${name}: func(a: e) -> e; }`)} }
    world imported { ${each(names, (name) => `import ${name}: interface { enum e { x, y } ${name}: func(a: e) -> e; }`)} }`,
  types: `
    interface all { ${each(names, (name) => `enum ${name} { x, y }`)} }
    world plain { use all.{${names.map((name) => `%${name}`).join(', ')}}; export f: func(${names.map((name, i) => `a${i}: %${name}`).join(', ')}); }`,
};

for (const [kind, text] of Object.entries(worlds)) {
  for (const [project, libs] of Object.entries(libraries)) {
    test(`${names.length} names of ${kind}, with ${project}`, () => {
      const folder = `${kind}-${project.replaceAll(' ', '-')}`;
      install(folder);
      compile(folder, declarationsOf(`package a:b; ${text}`), libs);
    });
  }
}

/** Inputs that did not compile. */
const cases = {
  'an export beside one of types only': `package x:name@1.7.4;
    interface x { flags fx { x2, name } f: func(a: u32) -> u32; }
    world w { use x.{fx}; export x: interface { use x.{fx as name}; } export x; export x2: x; }`,
  'a function that hides an interface': `package a:b;
    interface class { enum t { p, q } g: func(a: t); }
    interface user { use class.{t}; class: func(a: t); }
    world w { export class; export user; }`,
  'interfaces with one last segment': `package a:b;
    interface api { enum e { x } f: func(a: e); }
    world w { export api; export c:d/api@1.0.0; export c:d/api@2.0.0; import c:d/api@1.0.0; import c:d/api@2.0.0; }
    package c:d@1.0.0 { interface api { enum e { x } f: func(a: e); } }
    package c:d@2.0.0 { interface api { enum e { x } f: func(a: e); } }`,
};

for (const [name, text] of Object.entries(cases)) {
  test(`${name}`, () => {
    install('cases');
    compile('cases', declarationsOf(text), libraries.DOM);
    rmSync(join(scratch, 'cases'), { recursive: true });
  });
}

test('an export that is called by more of its name says so', () => {
  const text = declarationsOf(cases['interfaces with one last segment']).get('w.d.ts');
  assert.match(text, /export declare namespace api \{/);
  assert.match(text, /`c:d\/api@1\.0\.0`; another export is called `api`\.[^]*namespace dApi \{/);
  assert.match(
    text,
    /`c:d\/api@2\.0\.0`; another export is called `api`\.[^]*namespace apiV2_0_0 \{/,
  );
});

const packages = `
  import { compile, init, instantiate } from 'windlass';
  import 'windlass/polyfill';
  import 'windlass/register';
  import { defineConfig } from 'windlass/config';
  import { createWasi, grant } from '@windlass/wasi';
  export * as cli from '@windlass/wasi/cli';
  export * as clocks from '@windlass/wasi/clocks';
  export * as filesystem from '@windlass/wasi/filesystem';
  export * as http from '@windlass/wasi/http';
  export * as io from '@windlass/wasi/io';
  export * as random from '@windlass/wasi/random';
  export * as sockets from '@windlass/wasi/sockets';
  export { createWasi, defineConfig, grant };

  interface Hello { shout(text: string): string }
  const bytes = new Uint8Array();
  const ready: Promise<void> = init();
  const component = await compile<Hello>(bytes);
  const text: string = component.instantiate(createWasi()).shout('a');
  const later: Hello = await component.instantiateAsync();
  const one: Hello = await instantiate<Hello>(bytes, createWasi({}), { maxLiftBytes: 1 });
  // Without a type anything goes, as before.
  const other: number = (await instantiate(bytes)).anything.at.all;
  // @ts-expect-error -- there is no such export
  one.whisper;
  export { later, other, ready, text };
`;

for (const [project, libs] of Object.entries(libraries)) {
  test(`the packages, with ${project}`, () => {
    const folder = `packages-${project.replaceAll(' ', '-')}`;
    install(folder);
    compile(folder, new Map([['app.ts', packages]]), libs);
  });
}
