/**
 * `node tests/packages/equality.mjs`: the crate, the addon, the Wasm build and
 * the command line give the same bytes for every fixture, or the same error.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { moduleUrl, start } from '@windlass/wasm';
import { builtProgram, buildTranspiler, Transpiler } from '../conformance/transpiler.mjs';
import { fixtures, transpileFixture } from '../fixtures/fixtures.mjs';
import { listOf } from '../lib/options.mjs';
import { capture, root } from '../lib/setup.mjs';
import { schema } from '../../npm/windlass/dist/schema.js';

const addon = createRequire(import.meta.url)('@windlass/native');
const wasm = start(new WebAssembly.Module(readFileSync(moduleUrl)));
const cli = `${root}npm/windlass/bin/windlass.cjs`;
const scratch = mkdtempSync(join(tmpdir(), 'windlass-equality-'));
let passed = 0;
let failed = 0;

buildTranspiler();
checkSchema();
const transpiler = new Transpiler();
for (const fixture of fixtures()) await compare(fixture);
transpiler.close();
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 ? 1 : 0;

async function compare(fixture) {
  const { name, out, options } = fixture;
  // The crate's output is the reference.
  const crate = await transpileFixture(fixture, transpiler).then(
    () => ({ files: filesOf(out) }),
    (error) => ({ error: error.message }),
  );
  const bytes = readFileSync(join(out, 'input.wasm'));
  const list = listOf(options);
  check(`${name}: addon`, crate, outcome(addon.transpile(bytes, list), bytes));
  check(`${name}: wasm`, crate, outcome(wasm.transpile(bytes, list), bytes));

  // The target `hooks` is not one of the command line.
  if (options.target === 'hooks') return;
  const folder = join(scratch, name);
  // The command line is about one component, and so has no map for several.
  const { sharedMap, ...own } = options;
  const map = addon.transpile(bytes, list).output?.imports.length > 0 ? sharedMap : [];
  // Paths in it begin where the command line runs, and not where the output is.
  const inOutput = [...(own.map ?? []), ...map].map(([from, to]) => [
    from,
    to.replace(/^\.\//, `${folder}/`),
  ]);
  const flags = flagsOf({ name: 'component', ...own, map: inOutput });
  const args = [cli, 'transpile', join(out, 'input.wasm'), '-o', folder, ...flags];
  const env = { NO_COLOR: '1', WINDLASS_BINDING: 'native' };
  const { code, output } = await capture(process.execPath, args, { env });
  // It alone knows which file was refused.
  const error = withoutFile(output.trim(), join(out, 'input.wasm'));
  check(`${name}: cli`, crate, code === 0 ? { files: filesOf(folder) } : { error });
}

/** An error as the crate has it, which knows no file. */
function withoutFile(text, path) {
  return text
    .replace(`\n  at ${path}, `, '\n  at ')
    .replace(`\n  at ${path} (`, '\n  at (')
    .replace(/\n {2}at \((.*)\)/, '\n  at $1')
    .replace(`\n  at ${path}`, '');
}

/** The crate and JavaScript have the same options. */
function checkSchema() {
  const lines = execFileSync(builtProgram('examples/transpile'), ['--options'], {
    encoding: 'utf8',
  });
  const inJavaScript = Object.entries(schema).map(([key, { kind, default: fallback = '' }]) =>
    [key, kind, fallback].join('\t'),
  );
  check(
    'options of crate and schema',
    { error: lines.trimEnd() },
    { error: inJavaScript.join('\n') },
  );
}

/** Options as the command line has them, by what the schema says of each. */
function flagsOf(options) {
  return Object.entries(options).flatMap(([key, value]) => {
    const { kind, flag } = schema[key];
    const [long] = /--[a-z-]+/.exec(flag[0]);
    if (kind === 'flag') return value === schema[key].default ? [] : [long];
    if (kind === 'pairs') return value.flatMap((pair) => [long, pair.join('=')]);
    if (kind === 'duration') return [long, `${value}ms`];
    return [value].flat().flatMap((text) => [long, text]);
  });
}

/** Emitted files by name; what the fixture runner wrote beside them does not count. */
function filesOf(folder) {
  const own = new Set(['package.json', 'emitted.json', 'input.wasm', 'input.wat']);
  return new Map(
    readdirSync(folder)
      .filter((file) => !own.has(file))
      .map((file) => [file, readFileSync(join(folder, file))]),
  );
}

function outcome({ output, error }, bytes) {
  if (output) {
    const files = output.files.map(({ name, contents, part }) => [
      name,
      contents ?? bytes.subarray(...part),
    ]);
    return { files: new Map(files) };
  }
  const { code, message, at, offset, help } = error;
  const place = offset === undefined ? '' : `component offset 0x${offset.toString(16)}`;
  let text = `error[${code}]: ${message}`;
  if (at !== undefined) text += `\n  at ${at}${place && ` (${place})`}`;
  else if (place) text += `\n  at ${place}`;
  if (help !== undefined) text += `\n  help: ${help}`;
  return { error: text };
}

function check(what, expected, actual) {
  const difference = differenceOf(expected, actual);
  if (difference === undefined) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAIL ${what}: ${difference}`);
}

function differenceOf(expected, actual) {
  if (expected.error !== actual.error) {
    return `expected ${expected.error ?? 'files'}, got ${actual.error ?? 'files'}`;
  }
  const names = new Set([...(expected.files?.keys() ?? []), ...(actual.files?.keys() ?? [])]);
  for (const name of names) {
    const [a, b] = [expected.files.get(name), actual.files.get(name)];
    if (!a || !b) return `${name} is ${a ? 'missing' : 'too much'}`;
    if (Buffer.compare(a, b) !== 0) return `${name} differs`;
  }
  return undefined;
}
