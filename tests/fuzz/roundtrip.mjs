/** One round trip: a random case made, transpiled, called and compared, and made smaller when it fails. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from './random.mjs';
import { children, describe, holds, randomType, withChildren } from './types.mjs';
import { R, difference, randomValue, show, spoil, vary } from './values.mjs';
import { componentText, resultOf } from './wat.mjs';

const CALLS = 6;
const SHRINK_MS = 20_000;
const MEMORY64 = WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 4, 1]));
const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'];

/** The case that `seed` stands for. */
export function makeCase(seed) {
  const random = new Random(seed);
  const hops = Array.from(
    {
      length: random.weighted([
        [2, 1],
        [4, 2],
        [1, 3],
      ]),
    },
    () => ({
      encoding: random.pick(ENCODINGS),
      pointer: MEMORY64 && random.oneIn(6) ? 8 : 4,
      postReturn: random.oneIn(2),
      pad: random.pick([0, 1, 3]),
      junk: random.oneIn(2),
    }),
  );
  const funcs = Array.from({ length: random.int(1, 3) }, () => makeFunc(random));
  // A resource that an instance exported would be a type of its own.
  const root =
    random.oneIn(2) || funcs.some((func) => func.params.some((type) => holds(type, 'own')));
  return { hops, funcs, root, seed };
}

function makeFunc(random) {
  const fuel = random.pick([1, 2, 4, 8, 16, 30]);
  const type = () => randomType(random, fuel);
  const params = random.weighted([
    [6, () => [type()]],
    [3, () => [{ k: 'list', t: type() }]],
    [3, () => Array.from({ length: random.int(2, 5) }, type)],
    // About the 16 flat parameters after which they travel through memory.
    [2, () => [type(), ...Array.from({ length: random.int(13, 17) }, () => randomType(random, 1))]],
    [1, () => []],
  ])();
  return { params, self: random.oneIn(2) };
}

/** A case as text for a report. */
export function describeCase(test) {
  const hops = test.hops.map(
    (h) =>
      `${h.encoding}${h.pointer === 8 ? ' memory64' : ''}${h.postReturn ? ' post-return' : ''}${h.junk ? ' junk' : ''}`,
  );
  const funcs = test.funcs.map(
    (f) =>
      `func(${f.params.map(describe).join(', ')})${f.self ? ' echoed by the last component' : ''}`,
  );
  return `host -> ${hops.join(' -> ')}\n  ${funcs.join('\n  ')}`;
}

/** Why a case failed: `kind` stays the same while it is made smaller. */
class Failure extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

let folders = 0;

/**
 * Transpiles a case and calls its functions with random values.
 *
 * @throws {Failure}
 */
export async function runCase(test, tool, scratch, seed = test.seed) {
  const dir = join(scratch, `case${folders++}`);
  mkdirSync(dir, { recursive: true });
  try {
    const answer = await tool.request({ op: 'wat', text: componentText(test), dir });
    if (answer.outcome !== 'ok')
      throw new Failure(`transpile ${answer.outcome} ${answer.code ?? ''}`, answer.message);
    const { instantiate } = await import(pathToFileURL(join(dir, 'case.instantiate.js')));
    const cores = answer.files
      .filter((name) => name.endsWith('.wasm'))
      .map((name) => new WebAssembly.Module(readFileSync(join(dir, name))));
    callAll(test, instantiate, cores, new Random(seed ^ 0x5eed));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`threw ${error?.name}`, error?.stack ?? String(error));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function callAll(test, instantiate, cores, random) {
  const host = { R };
  let atHost;
  test.funcs.forEach((func, i) => {
    host[`f${i}`] = (...args) => atHost(func, args);
  });
  const instance = instantiate(cores, { 'test:fuzz/host': host });
  const exports = test.root ? instance : instance.echo;
  for (let call = 0; call < CALLS; call++) {
    for (const [i, func] of test.funcs.entries()) {
      const values = func.params.map((t) => randomValue(random, t));
      const callIt = (args) => exports[`f${i}`](...args);
      const where = `f${i}, call ${call}, with ${show(values)}`;
      const hostCalls = [];
      atHost = (_, args) => {
        hostCalls.push(args);
        return giveBack(random, func, values);
      };
      if (call > 0 && random.oneIn(2)) refuses(random, func, values, callIt, where);
      if (hostCalls.length > 0)
        throw new Failure('wrong value at the host', `${where}: called all the same`);
      const got = takeBack(func, () =>
        callIt(func.params.map((t, k) => vary(random, t, values[k]))),
      );
      compare(func, values, hostCalls, got, where);
    }
  }
}

function compare(func, values, hostCalls, got, where) {
  if (hostCalls.length > 1) {
    throw new Failure('several calls', `${where}: the host was called ${hostCalls.length} times`);
  }
  for (const args of hostCalls) {
    const found = mismatch(func.params, values, args, 'parameter of the host');
    if (found) throw new Failure('wrong value at the host', `${where}: ${found}`);
  }
  const result = resultOf(func);
  const found = result
    ? difference(result, func.params.length === 1 ? values[0] : values, got, 'result')
    : got === undefined
      ? undefined
      : `got ${show(got)}`;
  if (found) throw new Failure('wrong value back', `${where}: ${found}`);
}

/** Calls with one wrong argument, which is refused by its name and leaves the component usable. */
function refuses(random, func, values, callIt, where) {
  if (values.length === 0) return;
  const i = random.int(0, values.length - 1);
  const spoiled = spoil(random, func.params[i], values[i]);
  if (!spoiled) return;
  const what = `${where}: p${i} as ${show(spoiled.value)}`;
  try {
    callIt(values.map((value, k) => (k === i ? spoiled.value : value)));
  } catch (error) {
    if (error instanceof TypeError && error.message.includes(`p${i}`)) return;
    throw new Failure('wrong refusal', `${what}: ${error?.stack ?? error}`);
  }
  throw new Failure('wrong value accepted', what);
}

function mismatch(types, want, got, what) {
  if (got.length !== want.length) return `${got.length} arguments`;
  for (const [i, type] of types.entries()) {
    const found = difference(type, want[i], got[i], `${what} ${i}`);
    if (found) return found;
  }
  return undefined;
}

/** The value that the host function returns or throws to hand `values` back. */
function giveBack(random, func, values) {
  const result = resultOf(func);
  if (!result) return undefined;
  const value = vary(random, result, func.params.length === 1 ? values[0] : values);
  if (result.k !== 'result') return value;
  if (value.tag === 'ok') return value.val;
  if (typeof value.val !== 'object' && random.oneIn(2)) throw value.val;
  throw { payload: value.val };
}

/** A function's own `result` comes as a return value or an exception; here it becomes a value again. */
function takeBack(func, call) {
  if (resultOf(func)?.k !== 'result') return call();
  try {
    return { tag: 'ok', val: call() };
  } catch (error) {
    if (!(error instanceof Error && 'payload' in error)) throw error;
    return { tag: 'err', val: error.payload };
  }
}

/**
 * A smaller case that fails in the same way, and how it fails.
 *
 * @returns {Promise<{ test: object, failure: Failure }>}
 */
export async function shrink(test, failure, tool, scratch) {
  const deadline = Date.now() + SHRINK_MS;
  let best = { test, failure };
  for (let progress = true; progress;) {
    progress = false;
    for (const smaller of smallerCases(best.test)) {
      if (Date.now() > deadline) return best;
      const found = await failsAlike(smaller, best.failure.kind, tool, scratch);
      if (!found) continue;
      best = { test: smaller, failure: found };
      progress = true;
      break;
    }
  }
  return best;
}

async function failsAlike(test, kind, tool, scratch) {
  // A smaller type draws other values, so each gets a few chances to fail.
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      await runCase(test, tool, scratch, test.seed + attempt);
    } catch (error) {
      return error.kind === kind ? error : undefined;
    }
  }
  return undefined;
}

function* smallerCases(test) {
  const { hops, funcs } = test;
  const without = (list, i) => list.filter((_, k) => k !== i);
  const replaced = (list, i, item) => list.map((old, k) => (k === i ? item : old));
  for (let i = 0; funcs.length > 1 && i < funcs.length; i++)
    yield { ...test, funcs: without(funcs, i) };
  for (let i = 0; hops.length > 1 && i < hops.length; i++)
    yield { ...test, hops: without(hops, i) };
  for (const [i, func] of funcs.entries()) {
    for (let k = 0; func.params.length > 1 && k < func.params.length; k++) {
      yield { ...test, funcs: replaced(funcs, i, { ...func, params: without(func.params, k) }) };
    }
    for (const [k, type] of func.params.entries()) {
      for (const smaller of smallerTypes(type)) {
        yield {
          ...test,
          funcs: replaced(funcs, i, { ...func, params: replaced(func.params, k, smaller) }),
        };
      }
    }
  }
  for (const [i, hop] of hops.entries()) {
    const plain = { encoding: 'utf8', pointer: 4, postReturn: false, pad: 0, junk: false };
    for (const [key, value] of Object.entries(plain)) {
      if (hop[key] !== value) yield { ...test, hops: replaced(hops, i, { ...hop, [key]: value }) };
    }
  }
}

function* smallerTypes(type) {
  if (type.k !== 'u8' && children(type).length > 0) yield { k: 'u8' };
  yield* children(type);
  if (type.k === 'record') yield* fewer(type, 'fields');
  if (type.k === 'variant') yield* fewer(type, 'cases');
  if (type.k === 'tuple') yield* fewer(type, 'types');
  if (type.k === 'enum' || type.k === 'flags') yield* fewer(type, 'names');
  if (type.k === 'fixed' && type.n > 1) yield { ...type, n: 1 };
  if (type.k === 'result' && type.ok) yield { ...type, ok: null };
  if (type.k === 'result' && type.err) yield { ...type, err: null };
  const inner = children(type);
  for (let i = 0; i < inner.length; i++) {
    for (const smaller of smallerTypes(inner[i])) {
      let at = 0;
      yield withChildren(type, (child) =>
        at++ === i + (type.k === 'map' ? -1 : 0) ? smaller : child,
      );
    }
  }
}

function* fewer(type, key) {
  const list = type[key];
  if (list.length < 2) return;
  if (list.length > 3) {
    const half = list.length >> 1;
    yield { ...type, [key]: list.slice(0, half) };
    yield { ...type, [key]: list.slice(half) };
  }
  for (let i = 0; i < Math.min(list.length, 24); i++)
    yield { ...type, [key]: list.filter((_, k) => k !== i) };
}

/** Keeps the component text of a failing case in `dir`. */
export function keep(test, dir) {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `seed-${test.seed}.wat`);
  writeFileSync(path, componentText(test));
  return path;
}
