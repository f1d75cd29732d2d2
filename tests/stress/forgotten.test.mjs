/** Streams that the host forgets, in great number. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadCores } from '../conformance/adapter.mjs';
import { Transpiler, buildTranspiler } from '../conformance/transpiler.mjs';
import { staysFlat } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'windlass-forgotten-'));
after(() => rmSync(folder, { recursive: true }));
buildTranspiler();
const transpiler = new Transpiler();
const source = fileURLToPath(
  new URL('../fixtures/streams-forgotten/component.wat', import.meta.url),
);
await transpiler.transpile(source, folder, 'name', 'forgotten');
transpiler.close();
const glue = await import(pathToFileURL(join(folder, 'forgotten.instantiate.js')).href);
const cores = await loadCores(folder, 'forgotten');

test('100,000 streams that the host forgets unread, twice', async () => {
  const { dropped } = glue.instantiate(cores);
  await staysFlat(async (share) => {
    for (let i = 0; i < share * 2e5; i++) {
      dropped();
      // Finalizers run in a turn of their own.
      if (i % 5000 === 0) await turn();
    }
  }, 1e6);
});
