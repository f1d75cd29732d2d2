/** A guest that never gives anything back meets a bound, long before the host is out of memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createWasi } from '@windlass/wasi';
import { loadCores } from '../conformance/adapter.mjs';
import { Transpiler, buildTranspiler } from '../conformance/transpiler.mjs';
import { inUse } from './lib.mjs';

const MB = 1e6;
/** Without a bound the process would need gigabytes for so many. */
const MANY = 50_000_000;
const HANDLES = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'windlass-leaks-'));
after(() => rmSync(folder, { recursive: true }));
buildTranspiler();
const transpiler = new Transpiler();
const source = fileURLToPath(new URL('leaks.wat', import.meta.url));
await transpiler.transpile(source, folder, 'name', 'leaks', 'map', 'host', './host.js');
transpiler.close();
const glue = await import(pathToFileURL(join(folder, 'leaks.instantiate.js')).href);
const cores = await loadCores(folder, 'leaks');

/** The number of handles that one of each kind takes. */
const kinds = {
  resources: 1,
  hostResources: 1,
  streams: 2,
  futures: 2,
  waitableSets: 1,
  errorContexts: 1,
  subtasks: 1,
};

for (const [kind, handles] of Object.entries(kinds)) {
  test(`handles: ${kind}`, async (t) => {
    let disposed = 0;
    let made = 0;
    class Thing {
      constructor() {
        made++;
      }
      [Symbol.dispose]() {
        disposed++;
      }
    }
    const host = { Thing, wait: () => new Promise(() => {}) };
    const before = await inUse();
    let exports = glue.instantiate(cores, { host });
    // The call has a thread, which counts.
    exports[kind](Math.floor((HANDLES - 1) / handles));
    const took = (await inUse()) - before;
    assert.throws(() => exports[kind](MANY), /more than 100000 handles \(option `maxHandles`\)/);
    if (kind === 'hostResources') assert.deepEqual([made > 99_000, disposed], [true, made - 1]);
    // The trap releases everything, though somebody has the exports.
    const left = (await inUse()) - before;
    t.diagnostic(
      `${HANDLES} handles took ${(took / MB).toFixed(1)} MB, ${(left / MB).toFixed(1)} stayed`,
    );
    assert.ok(took < 1000 * MB, `${took} bytes`);
    assert.ok(left < 4 * MB, `${left} bytes stayed`);
    exports = undefined;
  });
}

/** Resources that a guest makes by WASI, each with a bound of its own. */
const wasi = {
  pollables: (imports) => {
    const clock = imports['wasi:clocks/monotonic-clock@0.2.12'];
    return () => clock.subscribeDuration(1n << 60n);
  },
  fields: (imports) => {
    const { Fields } = imports['wasi:http/types@0.2.12'];
    const value = new Uint8Array(1000);
    value.fill(0x61);
    return () => Fields.fromList([['name', value]]);
  },
  bodies: (imports) => {
    const { Fields, OutgoingResponse } = imports['wasi:http/types@0.2.12'];
    const bytes = new Uint8Array(4096);
    return () => {
      const stream = new OutgoingResponse(new Fields()).body().write();
      stream.blockingWriteAndFlush(bytes);
      return stream;
    };
  },
  listings: (imports) => {
    const [[root]] = imports['wasi:filesystem/preopens@0.2.12'].getDirectories();
    return () => root.readDirectory();
  },
  descriptors: (imports) => {
    const [[root]] = imports['wasi:filesystem/preopens@0.2.12'].getDirectories();
    return () => root.openAt({}, 'f0', {}, { read: true });
  },
};

for (const [kind, maker] of Object.entries(wasi)) {
  test(`WASI: ${kind}`, async (t) => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, 'x']));
    const imports = createWasi({ preopens: [{ guest: '/', files }] });
    const make = maker(imports);
    const before = await inUse();
    const held = [];
    let refused;
    while (refused === undefined && held.length < 1_000_000) {
      try {
        held.push(make());
      } catch (error) {
        refused = error;
      }
    }
    const took = (await inUse()) - before;
    t.diagnostic(`${held.length} took ${(took / MB).toFixed(1)} MB`);
    assert.ok(refused !== undefined, 'there is no bound');
    assert.ok(took < 200 * MB, `${took} bytes`);
  });
}
