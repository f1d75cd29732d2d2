/**
 * Runs fuzz cases one after the other and tells the parent about each; what hangs or
 * dies here is seen there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepHostile, tryHostile } from './hostile.mjs';
import { describeCase, keep, makeCase, runCase, shrink } from './roundtrip.mjs';
import { Tool } from './tool.mjs';

process.once('message', ({ kind, seed, end, until, corpus, kept }) => {
  const tool = new Tool();
  const scratch = mkdtempSync(join(tmpdir(), 'windlass-fuzz-'));
  const one = kind === 'roundtrip' ? roundTrip : hostile;
  const work = async () => {
    for (let at = seed; at < end && Date.now() < until; at++) {
      process.send({ seed: at, ...(await one(at)) });
    }
  };

  async function roundTrip(at) {
    const test = makeCase(at);
    try {
      await runCase(test, tool, scratch);
      return { outcome: 'ok' };
    } catch (failure) {
      process.send({ seed: at, outcome: 'shrinking', message: failure.message });
      const small = await shrink(test, failure, tool, scratch);
      const text = keep(small.test, kept);
      return {
        outcome: 'failed',
        message: `${small.failure.kind}: ${small.failure.message}\n  ${describeCase(small.test)}\n  ${text}`,
      };
    }
  }

  async function hostile(at) {
    const result = await tryHostile(at, corpus, tool);
    if (result.outcome === 'failed')
      result.message += `\n  ${await keepHostile(at, corpus, tool, kept)}`;
    return result;
  }

  work()
    .catch((error) => {
      console.error(error);
      process.exitCode = 1;
    })
    .finally(() => {
      tool.close();
      rmSync(scratch, { recursive: true, force: true });
      process.disconnect();
    });
});
