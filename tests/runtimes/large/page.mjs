/** A component with a large core module on the main thread of a page, and in workers. */
import { compile, init, instantiate } from 'windlass';
import 'windlass/polyfill';

const targets = ['universal', 'web', 'inline'];

const uses = [
  ...targets.map((target) => [
    `${target}: an emitted module`,
    async () => (await import(`./${target}/large.js`)).run(),
  ]),
  ...targets.map((target) => [
    `${target}: without top-level await`,
    async () => {
      const module = await import(`./${target}-no-tla/large.js`);
      await module.$init;
      return module.run();
    },
  ]),
  ...targets.flatMap((target) =>
    [target, `${target}-no-tla`].map((folder) => [
      `${folder}: a worker gets what is posted at once`,
      async () => {
        const answers = await answersOf(`./${folder}/worker.js`, ['one', 'two']);
        return answers.join() === 'one,42,two,42' ? 42 : answers;
      },
    ]),
  ),
  ['API: instantiate', async () => (await instantiate(await bytes())).run()],
  ['API: compile', async () => (await (await compile(await bytes())).instantiateAsync()).run()],
  [
    'polyfill: instantiate',
    async () => (await WebAssembly.instantiate(await bytes())).instance.exports.run(),
  ],
  [
    'polyfill: instantiateStreaming',
    async () => {
      const { instance } = await WebAssembly.instantiateStreaming(fetch('./large.wasm'));
      return instance.exports.run();
    },
  ],
];

async function bytes() {
  return (await fetch('./large.wasm')).arrayBuffer();
}

/** The answers of a worker to messages that are posted before it has begun. */
async function answersOf(url, messages) {
  const worker = new Worker(url, { type: 'module' });
  for (const message of messages) worker.postMessage(message);
  const answers = [];
  try {
    await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`only ${answers.length} answers`)), 20_000);
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      worker.addEventListener('message', ({ data }) => {
        if (answers.push(data) === messages.length) resolve();
      });
    });
  } finally {
    worker.terminate();
  }
  return answers;
}

/** @returns {Promise<{ name: string, error?: string }[]>} */
export async function run() {
  await init();
  const results = [];
  for (const [name, use] of uses) {
    try {
      const result = await use();
      results.push(result === 42 ? { name } : { name, error: `is ${String(result)}` });
    } catch (error) {
      results.push({ name, error: String(error.stack ?? error) });
    }
  }
  return results;
}
