/** The built-ins of streams, futures, subtasks and waitable sets, at random, against a model. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadCores } from '../conformance/adapter.mjs';
import { Transpiler, buildTranspiler } from '../conformance/transpiler.mjs';
import { BLOCKED, Model, Trap } from './ends-model.mjs';
import { Chance, seeds } from './lib.mjs';

const STEPS = 5000;
const MOST = 20;
/** The address of events, and the one from which each end has memory of its own. */
const [EVENT, PLACES, PLACE] = [0, 1024, 256];

const folder = mkdtempSync(join(tmpdir(), 'windlass-ends-'));
after(() => rmSync(folder, { recursive: true }));
buildTranspiler();
const transpiler = new Transpiler();
const source = fileURLToPath(new URL('ends.wat', import.meta.url));
await transpiler.transpile(source, folder, 'name', 'ends', 'instantiateOnly', 'true');
transpiler.close();
const glue = await import(pathToFileURL(join(folder, 'ends.instantiate.js')).href);
const cores = await loadCores(folder, 'ends');

const place = (index) => PLACES + index * PLACE;
/** A component beside its model; every step is done by both and compared. */
class Pair {
  model = new Model();
  steps = [];
  /** Functions that end the host's pending calls, by subtask. */
  calls = new Map();
  readers = new Map();

  constructor(chance, counts) {
    this.chance = chance;
    this.counts = counts;
    this.component = glue.instantiate(cores, { work: () => this.answer });
  }

  /** Calls the built-in `name`; gives what both return, or `undefined` after a trap of both. */
  both(name, args, expected) {
    this.steps.push(`${name}(${args.join(', ')})`);
    this.counts.steps++;
    let wanted;
    let trap;
    try {
      wanted = expected();
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      trap = error;
    }
    let actual;
    try {
      actual = this.component[name](...args);
    } catch (error) {
      assert.ok(error instanceof WebAssembly.RuntimeError, error);
      assert.ok(trap, `it traps: ${error.message}`);
      assert.ok(error.message.includes(trap.message), `${error.message}; not ${trap.message}`);
      this.isOver = true;
      this.counts.traps++;
      return undefined;
    }
    assert.ok(!trap, `it returns ${actual}, and does not trap: ${trap?.message}`);
    return { actual, wanted };
  }

  /** {@link both}, where what is returned is the same. */
  same(name, args, expected) {
    const result = this.both(name, args, expected);
    if (result !== undefined) assert.equal(result.actual, result.wanted);
    return result?.wanted;
  }

  new(kind) {
    return this.same(`${kind}New`, [], () => this.model.new(kind));
  }

  copy(kind, isReader, end) {
    const { index, shared } = end;
    const n = this.chance.once(5) ? 0 : this.chance.below(PLACE);
    const at = place(index);
    // A buffer that is in use stays as it is.
    if (end.kind === kind && !end.isReader && !isReader && end.state === 'idle') {
      if (kind === 'stream') this.component.fill(at, n, shared.written);
      else this.component.store(at, (shared.value = this.chance.below(2 ** 30)));
    }
    const name = `${kind}${isReader ? 'Read' : 'Write'}`;
    const args = kind === 'stream' ? [index, at, n] : [index, at];
    const length = kind === 'stream' ? n : 1;
    const code = this.same(name, args, () => this.model.copy(kind, isReader, index, length));
    if (code !== undefined && code !== BLOCKED) this.copied(end, code);
  }

  cancel(kind, isReader, end) {
    const { index } = end;
    const name = `${kind}Cancel${isReader ? 'Read' : 'Write'}`;
    const code = this.same(name, [index], () => this.model.cancel(kind, isReader, index));
    if (code !== undefined) this.copied(end, code);
  }

  drop(kind, isReader, { index }) {
    const name = `${kind}Drop${isReader ? 'Readable' : 'Writable'}`;
    this.same(name, [index], () => this.model.drop(kind, isReader, index));
  }

  /** An end was told of a copy: what was read is what was written. */
  copied({ kind, isReader, index, shared }, payload) {
    if (kind === 'future') {
      if (payload === 0 && isReader) {
        assert.equal(this.component.load(place(index)), shared.value);
      }
      return;
    }
    const n = payload >>> 4;
    if (isReader) {
      assert.equal(this.component.right(place(index), n, shared.read), n, 'what was read');
      shared.read += n;
      this.counts.bytes += n;
    } else shared.written += n;
  }

  poll({ index }) {
    const result = this.both('setPoll', [index, EVENT], () => this.model.poll(index));
    if (result === undefined) return;
    const [first, payload] = [this.component.load(EVENT), this.component.load(EVENT + 4)];
    if (result.wanted.length === 0) {
      return assert.deepEqual([result.actual, first, payload], [0, 0, 0]);
    }
    // Which one of them is told first, the specification leaves open.
    const told = result.wanted.find((waitable) => waitable.index === first);
    assert.ok(told, `an event of ${first}, of ${result.wanted.map((w) => w.index)}`);
    assert.deepEqual([result.actual, payload], told.tell());
    this.counts.events++;
    if (told.shared !== undefined) this.copied(told, payload);
    else if (told.state === 2) assert.equal(this.component.load(place(first)), told.value);
  }

  call() {
    const value = this.chance.below(2 ** 30);
    const atOnce = this.chance.once(3);
    // The index that it will have says where the result goes.
    let settle;
    this.answer = atOnce ? value : new Promise((resolve) => (settle = () => resolve(value)));
    const index = this.#nextIndex();
    const code = this.same('work', [value, place(index)], () => this.model.call(atOnce));
    if (atOnce) return assert.equal(this.component.load(place(index)), value);
    const subtask = this.model.subtasks().find((entry) => entry.index === code >>> 4);
    assert.equal(subtask.index, index);
    subtask.value = value;
    this.calls.set(subtask, settle);
  }

  #nextIndex() {
    const index = this.component.setNew();
    this.component.setDrop(index);
    return index;
  }

  async return() {
    const subtask = this.chance.pick([...this.calls.keys()]);
    if (subtask === undefined) return;
    this.steps.push(`return of ${subtask.index}`);
    this.calls.get(subtask)();
    this.calls.delete(subtask);
    // A call that was cancelled is over.
    if (subtask.state === 1) this.model.return(subtask);
    await turn();
  }

  async give(kind, { index }) {
    const name = kind === 'stream' ? 'giveStream' : 'giveFuture';
    const result = this.both(name, [index], () => this.model.give(kind, index));
    if (result === undefined) return;
    this.readers.set(result.wanted, { given: result.actual, values: [], isClosed: false });
    await turn();
  }

  /** A step of the host with an end. */
  async host() {
    const end = this.chance.pick([...this.readers.keys()]);
    if (end === undefined) return;
    const held = this.readers.get(end);
    const { kind } = end.shared;
    if (held.reader === undefined && this.chance.once(3)) {
      this.readers.delete(end);
      this.same(`take${kind === 'stream' ? 'Stream' : 'Future'}`, [held.given], () =>
        this.model.take(end),
      );
    } else if (kind === 'stream' && this.chance.once(4)) {
      this.steps.push('host cancels');
      this.readers.delete(end);
      held.isCancelled = true;
      held.reader ??= held.given.getReader();
      held.reader.cancel();
      end.cancel();
    } else if (!end.isReading && !end.isClosed) {
      this.steps.push('host reads');
      const isFuture = kind === 'future';
      held.reader ??= isFuture ? held.given : held.given.getReader();
      (isFuture ? held.reader.then((value) => ({ value })) : held.reader.read()).then(
        ({ value, done }) => {
          if (done) held.isClosed = true;
          else held.values.push(value);
        },
        // Only a trap breaks it off.
        () => (held.isBroken = true),
      );
      end.read();
    }
    await turn();
  }

  /** Compares the host's side with the model. */
  async check() {
    await turn();
    for (const [end, held] of this.readers) {
      if (held.reader === undefined || end.isReading) {
        assert.equal(held.values.length, 0, 'the host waits');
        continue;
      }
      const { shared } = end;
      if (shared.kind === 'future') {
        assert.deepEqual(held.values, [shared.value]);
        this.readers.delete(end);
        continue;
      }
      assert.equal(held.isClosed, end.isClosed, 'the stream is at its end');
      const bytes = held.values.flatMap((chunk) => [...chunk]);
      assert.equal(bytes.length, end.progress);
      assert.ok(bytes.every((byte, i) => byte === ((shared.read + i) & 255)));
      shared.read += bytes.length;
      this.counts.bytes += bytes.length;
      held.values = [];
      end.progress = 0;
      if (end.isClosed) this.readers.delete(end);
    }
  }

  /** After a trap nobody waits any more. */
  async end() {
    await turn();
    for (const [end, { isBroken }] of this.readers) assert.equal(isBroken ?? false, end.isReading);
  }

  /** A handle: nearly always one that fits. */
  pick(fitting) {
    const { chance, model } = this;
    if (!chance.once(300)) return chance.pick(fitting);
    return chance.once(4) ? { index: 1000 } : chance.pick(model.everything());
  }

  async step() {
    const { chance, model } = this;
    const kind = chance.once(3) ? 'future' : 'stream';
    const isReader = chance.once(2);
    const ends = model.ends(kind, isReader);
    const isFull = model.everything().length >= MOST;
    // Steps that trap are rare, since a trap ends the instance.
    const isBold = chance.once(150);
    const among = (list, isFine) => (isBold ? list : list.filter(isFine));
    const on = async (fitting, f) => {
      const chosen = this.pick(fitting);
      if (chosen !== undefined) await f(chosen);
    };
    const isIdle = (end) => end.state === 'idle';
    const steps = [
      () => isFull || this.new(kind),
      () => isFull || this.call(),
      () => isFull || this.same('setNew', [], () => model.setNew()),
      () => this.return(),
      () => this.host(),
      ...Array(6).fill(() => on(among(ends, isIdle), (end) => this.copy(kind, isReader, end))),
      ...Array(2).fill(() =>
        on(
          among(ends, (end) => end.state === 'copying'),
          (end) => this.cancel(kind, isReader, end),
        ),
      ),
      () =>
        on(
          among(
            ends,
            (end) => !end.isCopying() && (kind === 'stream' || isReader || end.state === 'done'),
          ),
          (end) => this.drop(kind, isReader, end),
        ),
      () =>
        on(
          among(model.ends(kind, true), (end) => isIdle(end) && end.set === undefined),
          (end) => this.give(kind, end),
        ),
      ...Array(4).fill(() => on(model.sets(), (set) => this.poll(set))),
      () =>
        on(
          among(model.sets(), (set) => set.elements.size === 0),
          ({ index }) => this.same('setDrop', [index], () => model.setDrop(index)),
        ),
      ...Array(3).fill(() =>
        on(model.waitables(), ({ index }) => {
          const set = chance.once(4) ? 0 : (this.pick(model.sets())?.index ?? 0);
          this.same('join', [index, set], () => model.join(index, set));
        }),
      ),
      () =>
        on(
          among(model.subtasks(), (subtask) => !subtask.isTold && subtask.set === undefined),
          ({ index }) => this.same('subtaskCancel', [index], () => model.subtaskCancel(index)),
        ),
      () =>
        on(
          among(model.subtasks(), (subtask) => subtask.isTold),
          ({ index }) => this.same('subtaskDrop', [index], () => model.subtaskDrop(index)),
        ),
    ];
    await chance.pick(steps)();
    if (!this.isOver && this.readers.size > 0) await this.check();
  }
}

for (const seed of seeds(...Array(20).keys())) {
  test(`the built-ins do what the model does, by seed ${seed}`, async (t) => {
    const chance = new Chance(seed);
    const counts = { steps: 0, traps: 0, events: 0, bytes: 0 };
    let pair = new Pair(chance, counts);
    while (counts.steps < STEPS) {
      try {
        await pair.step();
      } catch (error) {
        const steps = pair.steps.slice(-60).join('\n');
        throw new Error(`${error.message}\nwith SEED=${seed}, after:\n${steps}`, { cause: error });
      }
      if (!pair.isOver) continue;
      await pair.end();
      pair = new Pair(chance, counts);
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(
      counts.traps > 5 && counts.events > 50 && counts.bytes > 1000,
      JSON.stringify(counts),
    );
  });
}
