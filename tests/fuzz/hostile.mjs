/**
 * The transpiler against components that nobody wrote: made by `wasm-smith`, mutated
 * byte by byte, or with names that look like code. Each ends in modules that parse or
 * in an error with a code; a panic, a hang and an abort are failures.
 */
import * as module from 'node:module';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { Random } from './random.mjs';
import { makeCase } from './roundtrip.mjs';
import { NoAnswer } from './tool.mjs';
import { componentText } from './wat.mjs';

const NAMES = [
  '',
  ' ',
  "'",
  '"',
  '`',
  '\\',
  '\n',
  '\r\n',
  '\u2028',
  '\u2029',
  '\0',
  '${x}',
  '</script>',
  '*/',
  '//',
  '__proto__',
  'constructor',
  'then',
  'arguments',
  'eval',
  'default',
  'import',
  'process',
  'globalThis',
  'WebAssembly',
  'memory',
  'instantiate',
  'exports',
  'imports',
  '../',
  '../../etc/passwd',
  'a\\b',
  'é',
  '世界',
  '😀',
  '\u202e',
  'x'.repeat(10_000),
  '#',
  '?',
  '%00',
  'toString',
  '0',
  '-0',
  '01',
  '{',
  '}',
];

/** The request that `seed` stands for. */
export function makeRequest(seed, corpus) {
  const random = new Random(seed);
  const kind = random.weighted([
    [3, 'smith'],
    [corpus.length ? 6 : 0, 'file'],
    [4, 'text'],
    [2, 'names'],
    [1, 'bomb'],
  ]);
  switch (kind) {
    case 'smith':
      return { op: 'smith', seed };
    case 'file':
      return { op: 'mutate', seed, path: random.pick(corpus), other: random.pick(corpus) };
    case 'text':
      return { op: 'mutate', seed, text: componentText(makeCase(seed)) };
    case 'bomb':
      return { op: 'wat', text: bombText(random) };
    default:
      return { op: 'wat', text: namesText(random) };
  }
}

/** A short component that stands for something huge: in size, in depth or in number. */
function bombText(random) {
  const times = (n, line) => Array.from({ length: n }, (_, i) => line(i)).join('\n');
  const depth = random.pick([5, 17, 60, 99, 200, 3000]);
  switch (random.int(0, 4)) {
    case 0:
      return `(component (type $t0 u8)
        ${times(depth, (i) => `(type $t${i + 1} (${random.pick(['list', 'option'])} $t${i}))`)}
        (import "f" (func (param "x" $t${depth}))))`;
    case 1: {
      const doublings = random.int(4, 24);
      return `(component (type $t0 (tuple u8 string))
        ${times(doublings, (i) => `(type $t${i + 1} (tuple $t${i} $t${i}))`)}
        (import "f" (func $f (param "x" $t${doublings})))
        (core module $libc (memory (export "m") 1))
        (core instance $libc (instantiate $libc))
        (core func (canon lower (func $f) (memory (core memory $libc "m"))))
        (export "g" (func $f)))`;
    }
    case 2: {
      const doublings = random.int(4, 30);
      return `(component (component $c0 (core module $m) (core instance (instantiate $m)))
        ${times(doublings, (i) => `(component $c${i + 1} (alias outer 1 $c${i} (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))`)}
        (instance (instantiate $c${doublings})))`;
    }
    case 3: {
      const doublings = random.int(2, 16);
      return `(component (type $t0 (variant (case "a" string) (case "b" f64)))
        (export $x0 "t0" (type $t0))
        ${times(doublings, (i) => `(type $t${i + 1} (${random.pick(['tuple', 'result'])} $x${i} ${random.oneIn(2) ? `$x${i}` : 'u8'}))(export $x${i + 1} "t${i + 1}" (type $t${i + 1}))`).replaceAll(/\(result (\$x\d+) (\S+?)\)/g, '(result $1 (error $2))')}
        (core module $m (memory (export "m") 1)
          (func (export "r") (param i32 i32 i32 i32) (result i32) (i32.const 8))
          (func (export "f") (param i32) (result i32) (i32.const 8)))
        (core instance $i (instantiate $m))
        (func (export "f") (param "x" (list $x${doublings})) (result (list $x${doublings}))
          (canon lift (core func $i "f") (memory (core memory $i "m")) (realloc (core func $i "r")))))`.replace(
        '(func (export "f") (param i32) (result i32)',
        '(func (export "f") (param i32 i32) (result i32)',
      );
    }
    default:
      return `(component ${times(depth, (i) => `(component $c${i}`)} ${')'.repeat(depth)})`;
  }
}

/** A string of the text format. */
function quote(name) {
  const bytes = [...new TextEncoder().encode(name)];
  return `"${bytes.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}

/** A component whose core names, and names in name sections, are hostile. */
function namesText(random) {
  const name = () => quote(random.pick(NAMES) + (random.oneIn(3) ? random.pick(NAMES) : ''));
  // `then` and the like are good names in WIT too.
  const label = random.pick([
    'constructor',
    'then',
    'default',
    'prototype',
    'f',
    'arguments',
    'eval',
    'instantiate',
    'imports',
    'cores',
  ]);
  const [from, field, to, other] = [name(), name(), name(), name()];
  const twice = to === other ? '' : `(export ${other} (func 1))`;
  return `(component $${name()}
    (import "${label}" (func $f (param "${label}" u32) (result u32)))
    (core func $l (canon lower (func $f)))
    (core module $${name()}
      (@name ${name()})
      (import ${from} ${field} (func $${name()} (param i32) (result i32)))
      (func (export ${to}) (param i32) (result i32) (call 0 (local.get 0))) ${twice})
    (core instance $m (instantiate 0 (with ${from} (instance (export ${field} (func $l))))))
    (func (export "${label}-out") (param "${label}" u32) (result u32) (canon lift (core func $m ${to}))))`;
}

/**
 * Answers to what the transpiler does with the component of `seed`: nothing when all
 * is well, else what is wrong.
 */
export async function tryHostile(seed, corpus, tool) {
  const request = makeRequest(seed, corpus);
  let answer;
  try {
    answer = await tool.request(request);
  } catch (error) {
    if (error instanceof NoAnswer)
      return { outcome: 'failed', message: `${about(request)}: ${error.message}` };
    throw error;
  }
  switch (answer.outcome) {
    case 'input':
      return { outcome: 'none', message: answer.message };
    case 'error':
      return answer.code
        ? { outcome: 'error' }
        : { outcome: 'failed', message: `${about(request)}: an error without a code` };
    case 'ok': {
      const message = parses(answer.texts);
      return message
        ? { outcome: 'failed', message: `${about(request)}: ${message}` }
        : { outcome: 'ok' };
    }
    default:
      return {
        outcome: 'failed',
        message: `${about(request)}: ${answer.outcome}: ${answer.message}`,
      };
  }
}

/** Keeps the component of a failing seed in `dir`. */
export async function keepHostile(seed, corpus, tool, dir) {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `seed-${seed}.wasm`);
  await tool.request({ ...makeRequest(seed, corpus), save: path }).catch(() => {});
  return path;
}

function about(request) {
  return [request.op, request.path].filter(Boolean).join(' ');
}

/** Throws where the text is no module. */
const parse = (text, identifier) => new vm.SourceTextModule(text, { identifier });

function parses(texts) {
  for (const [name, text] of texts) {
    try {
      if (name.endsWith('.js')) parse(text, name);
      // Newer Node has a parser of TypeScript on board.
      else module.stripTypeScriptTypes?.(text);
    } catch (error) {
      return `${name} does not parse: ${error.message}`;
    }
  }
  return undefined;
}
