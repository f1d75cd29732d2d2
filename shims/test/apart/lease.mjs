/** Who may have directories where they are paths: `node lease.mjs FOLDER`, which prints what went wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createWasi, grant } from '../../dist/index.js';

const folder = isMainThread ? process.argv[2] : workerData;
const writing = { preopens: [{ guest: '/', host: folder }] };
const reading = { preopens: [{ guest: '/', host: folder, readOnly: true }] };
const refused = (message) => (error) =>
  error.code === 'invalid-capability' &&
  message.test(error.message) &&
  /@windlass\/wasi-native-<platform>/.test(error.help);
const another = refused(/^another instance may write to a directory/);

/** The answer to a worker that asks for `capabilities`. */
async function inWorker(worker, capabilities) {
  worker.postMessage(capabilities);
  const [answer] = await once(worker, 'message');
  return answer;
}

if (!isMainThread) {
  let held;
  parentPort.on('message', (capabilities) => {
    held?.[Symbol.dispose]();
    held = undefined;
    try {
      held = capabilities && createWasi(capabilities);
      parentPort.postMessage('granted');
    } catch ({ message }) {
      parentPort.postMessage(message);
    }
  });
} else {
  const early = new Worker(new URL(import.meta.url), { workerData: folder });
  await once(early, 'online');

  const first = createWasi(writing);
  assert.throws(() => createWasi(writing), another);
  assert.throws(() => createWasi(reading), another);
  assert.throws(() => grant(writing), another);
  // Grants without a directory of the platform need no lease.
  createWasi({ preopens: [{ guest: '/', files: {} }], env: 'inherit' });
  first[Symbol.dispose]();
  first[Symbol.dispose]();

  // Those that only read are any number, and keep others from writing.
  const readers = [createWasi(reading), createWasi(reading)];
  assert.throws(() => createWasi(writing), refused(/^another instance has directories/));
  for (const reader of readers) reader[Symbol.dispose]();

  // One that is not granted holds nothing, and what was granted before stays.
  const gone = { preopens: [{ guest: '/', host: `${folder}/gone` }] };
  assert.throws(() => createWasi(gone), /cannot grant the directory/);
  grant(writing);
  assert.throws(() => grant(gone), /cannot grant the directory/);
  assert.throws(() => createWasi(reading), another);
  // A grant in place of the same guest's own.
  grant(writing);
  grant({ preopens: [] });

  const late = new Worker(new URL(import.meta.url), { workerData: folder });
  const second = createWasi(writing);
  assert.match(await inWorker(late, reading), /^another instance may write/);
  second[Symbol.dispose]();
  assert.equal(await inWorker(late, writing), 'granted');
  assert.throws(() => createWasi(reading), another);
  assert.equal(await inWorker(late, undefined), 'granted');
  createWasi(reading)[Symbol.dispose]();
  assert.match(await inWorker(early, reading), /started before its parent granted one/);
  await Promise.all([early.terminate(), late.terminate()]);
  console.log('all as it should be');
}
