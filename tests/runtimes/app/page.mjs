/** The application in a page: what was transpiled before, and what is transpiled there. */
import { run as useApi } from './api.mjs';
import { use } from './app.mjs';

/** @returns {Promise<{ name: string, error?: string }[]>} what was done, and what was wrong */
export async function run() {
  const results = [];
  for (const target of ['universal', 'web', 'inline']) {
    const components = await import(`./${target}/components.mjs`);
    for (const { name, error } of await use(components)) {
      results.push({ name: `${target}: ${name}`, error });
    }
  }
  results.push(...(await useApi()));
  const worker = new Worker('./thread.js', { type: 'module' });
  const said = await new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => resolve(data));
    worker.addEventListener('error', ({ message }) =>
      resolve([{ name: 'worker', error: message ?? 'the worker could not be loaded' }]),
    );
  });
  return [...results, ...said];
}
