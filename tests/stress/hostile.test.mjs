/** The table of hostile cases of the canonical ABI: what comes of each, and whether the instance goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadCores } from '../conformance/adapter.mjs';
import { Transpiler, buildTranspiler } from '../conformance/transpiler.mjs';
import { missing } from '../fixtures/features.mjs';
import { rows as ofHandles } from './hostile-handles.mjs';
import { rows as ofValues } from './hostile-rows.mjs';

const rows = [...ofValues, ...ofHandles];
const folder = mkdtempSync(join(tmpdir(), 'windlass-hostile-'));
buildTranspiler();
const transpiler = new Transpiler();
after(() => {
  transpiler.close();
  rmSync(folder, { recursive: true });
});

/** Components that were transpiled, by their text. */
const transpiled = new Map();

async function instantiate(wat, imports) {
  if (!transpiled.has(wat)) {
    transpiled.set(wat, await transpile(wat, join(folder, String(transpiled.size))));
  }
  const { glue, cores } = transpiled.get(wat);
  const got = [];
  const made = {};
  const given = imports ?? { h: (x) => got.push(x) };
  made.exports = glue.instantiate(
    cores,
    typeof given === 'function' ? given(() => made.exports) : given,
  );
  return { exports: made.exports, got };
}

async function transpile(wat, dir) {
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(join(dir, 'input.wat'), wat);
  await transpiler.transpile(join(dir, 'input.wat'), dir, 'sharedMap', '*', './host.js');
  const glue = await import(pathToFileURL(join(dir, 'component.instantiate.js')).href);
  return { glue, cores: await loadCores(dir, 'component') };
}

/** The outcome of a call: `{ error }` or `{ value }`. */
function outcomeOf(f) {
  try {
    return { value: f() };
  } catch (error) {
    return { error };
  }
}

function check({ trap, type, throws, value }, outcome) {
  const { error } = outcome;
  if (trap) {
    assert.ok(
      error instanceof WebAssembly.RuntimeError,
      `not a trap: ${error?.stack ?? JSON.stringify(outcome.value)}`,
    );
    assert.match(error.message, trap);
  } else if (type) {
    assert.ok(error instanceof TypeError, `not a TypeError: ${error?.stack ?? outcome.value}`);
    assert.match(error.message, type);
  } else if (throws) assert.equal(error, throws);
  else assert.deepEqual(outcome, { value });
}

let sum = 0;
let poisoned = 0;
for (const row of rows) {
  const { title, spec, wat, imports, call, trap, poisons = Boolean(trap) } = row;
  const skip = missing(row.needs ? [row.needs] : []).length > 0 && `this engine lacks ${row.needs}`;
  test(title, { skip }, async () => {
    assert.ok(spec, 'the row has no rule');
    const { exports, got } = await instantiate(wat, imports);
    assert.equal(exports.alive(), 1);
    const outcome = outcomeOf(() => call(exports, got));
    check(row, outcome);
    const next = outcomeOf(() => exports.alive());
    if (poisons) {
      check({ trap: /cannot enter/ }, next);
      // The first failure is told; a refused call is no failure of its own.
      const { cause } = next.error;
      assert.ok(cause === outcome.error || cause === outcome.error.cause, `the cause is ${cause}`);
      poisoned++;
    } else assert.deepEqual(next, { value: 1 });
    sum++;
  });
}

test('the table is whole', () => {
  assert.ok(rows.length >= 70);
  assert.equal(
    new Set(rows.map(({ title }) => title)).size,
    rows.length,
    'titles are not distinct',
  );
  console.log(`# ${rows.length} hostile cases: ${sum} run, ${poisoned} poison the instance`);
});
