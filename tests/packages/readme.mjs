/** The examples of the README, which run as they stand. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root } from '../lib/setup.mjs';
import { dockerRegistry, startRegistry } from '../registry/server.mjs';

/** Commands of the README that are not run, each with the reason. */
const notRun = {
  'npm test': 'these tests are part of it',
  ...(process.env.WINDLASS_TRANSPILE && {
    'npm start': 'it builds, and WINDLASS_TRANSPILE says that all is built',
  }),
};

/** The registry that commands name, which a registry of this machine stands for. */
const publicRegistry = 'ghcr.io/';

/**
 * Runs the blocks of code in order: the commands of `sh` blocks; `js` blocks, which must
 * print what the comments behind `console.log` say; `ts` blocks, which are checked by
 * TypeScript and imported. Of `text` blocks the files must be there.
 *
 * @param {string} folder where the packages are installed
 * @param {string} hello path of the component that the examples use
 * @returns {Promise<{ examples: Example[], end: () => unknown }>} `end` stops what they started
 * @typedef {{ name: string, run?: () => unknown, reason?: string }} Example what has no `run`
 *   cannot be run, and `reason` says why
 */
export async function readmeExamples(folder, hello) {
  const windlass = join(folder, 'node_modules/windlass/bin/windlass.cjs');
  const { program, missing } = await dockerRegistry();
  let registry;
  await prepare();
  const blocks = {
    sh: (code) => code.trim().split('\n').map(shell),
    js: (code, file) => [{ run: () => script(code, `${file}.mjs`) }],
    ts: (code, file) => [{ run: () => typed(code, file) }],
    text: (code) => [{ run: () => files(code) }],
  };
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const examples = [];
  for (const [, language, code] of readme.matchAll(/^```(\w*)\n([^]*?)^```$/gm)) {
    assert.ok(language in blocks, `nothing is known of blocks in \`${language}\``);
    const n = examples.length + 1;
    for (const { command, ...example } of blocks[language](code, join(folder, `readme${n}`))) {
      examples.push({ name: `README example ${n}: ${command ?? language}`, ...example });
    }
  }
  return { examples, end: () => registry?.stop() };

  function shell(line) {
    const command = line.replace(/ +#.*$/, '');
    const [first, ...args] = command.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
    if (notRun[command]) return { command, reason: notRun[command] };
    if (first === 'npm') return { command, run: () => output('npm', [...args, '--silent'], root) };
    const own = first === 'npx' ? args.slice(1) : args;
    assert.equal(first === 'npx' ? args[0] : first, 'windlass', command);
    const isRemote = own[0] === 'add' || own[0] === 'publish';
    if (isRemote && missing) return { command, reason: missing };
    return { command, run: () => (isRemote ? remote(own) : run([windlass, ...own])) };
  }

  /** A command whose registry runs here. It has what the README fetches first. */
  async function remote(args) {
    if (registry === undefined) {
      registry = await startRegistry(program, join(folder, 'registry'));
      await remote(['publish', 'markdown.wasm', `${publicRegistry}acme/markdown:1.2.0`]);
    }
    const here = args.map((arg) => arg.replace(publicRegistry, `${registry.host}/`));
    await run([windlass, ...here]);
  }

  async function script(code, path) {
    writeFileSync(path, code);
    const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
    assert.ok(expected.length > 0, 'an example that shows nothing proves nothing');
    assert.deepEqual((await run([path])).trim().split('\n'), expected);
  }

  /** Imports of components: types are written beside them, and hooks lift them. */
  async function typed(code, file) {
    const names = [...code.matchAll(/import \{ (\w+) \} from '\.\/(.+\.wasm)'/g)];
    assert.equal(names.length, code.trim().split('\n').length, 'there is something else in it');
    for (const [, , component] of names) await run([windlass, 'types', component, '--import']);
    const functions = names.map(([, name]) => name).join(', ');
    writeFileSync(
      `${file}.ts`,
      `${code}export const texts: string[] = [${functions}].map((f) => f('a'));\n`,
    );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'nodenext',
      allowArbitraryExtensions: true,
      types: [],
    };
    const config = join(folder, 'tsconfig.readme.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [`${file}.ts`] }));
    await output(`${root}node_modules/.bin/tsc`, ['-p', config], folder);
    writeFileSync(`${file}.mjs`, `${code}console.log([${functions}].map((f) => f('a')).join());\n`);
    const printed = await run(['--import', 'windlass/register', `${file}.mjs`]);
    assert.match(printed, new RegExp(`^${names.map(() => 'a').join()}$`, 'm'));
  }

  async function files(code) {
    const paths = code
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(folder, path))),
      [],
    );
  }

  function run(args) {
    return output(process.execPath, args, folder);
  }

  async function output(program, args, cwd) {
    const env = { NO_COLOR: '1', DOCKER_CONFIG: join(folder, 'no-docker') };
    const { code, output: text } = await capture(program, args, { cwd, env });
    assert.equal(code, 0, text);
    return text;
  }

  /** Makes the components, modules and files that examples name. */
  async function prepare() {
    copyFileSync(hello, join(folder, 'hello.wasm'));
    mkdirSync(join(folder, 'data'));
    mkdirSync(join(folder, 'wit/deps/log'), { recursive: true });
    writeFileSync(
      join(folder, 'wit/deps/log/log.wit'),
      `package acme:log;
       interface log { write: func(n: u32); }
       world logging { export log; }
       world markdown { export render: func(text: string) -> string; }
       world search { export index: func(text: string) -> string; }`,
    );
    writeFileSync(
      join(folder, 'wit/app.wit'),
      'package acme:app; world app { import acme:log/log; export run: func(); }',
    );
    const world = 'wit/deps/log';
    assemble(
      'core.wasm',
      `(module (import "acme:log/log" "write" (func $write (param i32)))
         (func (export "run") (call $write (i32.const 1))))`,
    );
    assemble('log', '(module (func (export "acme:log/log#write") (param i32)))');
    await component('log', 'logging');
    for (const [name, exported] of [
      ['markdown', 'render'],
      ['search', 'index'],
    ]) {
      // Gives back the text that it gets, which is the first in its memory.
      assemble(
        name,
        `(module (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "${exported}") (param i32 i32) (result i32)
            (i32.store (i32.const 16) (local.get 0))
            (i32.store (i32.const 20) (local.get 1))
            (i32.const 16)))`,
      );
      await component(name, name);
    }

    function assemble(name, text) {
      const tool = `${root}node_modules/binaryen/bin/wasm-as`;
      const path = join(folder, name.includes('.') ? name : `${name}.module.wasm`);
      execFileSync(process.execPath, [tool, '-', '-o', path], { input: text });
    }

    async function component(name, worldName) {
      const module = `${name}.module.wasm`;
      await run([windlass, 'embed', world, module, '--world', worldName, '-o', module]);
      await run([windlass, 'new', module, '-o', `${name}.wasm`]);
    }
  }
}
