import { results } from './components.js';
import { spawn } from './spawn.js';

const worker = spawn();
const worked = new Promise((resolve, reject) => {
  worker.addEventListener('message', ({ data }) => resolve(data));
  worker.addEventListener('error', (event) => reject(new Error(`worker: ${event.message}`)));
});

async function whole() {
  const { asset, ...others } = await results();
  const component = [...new Uint8Array(await (await fetch(asset)).arrayBuffer())];
  return { ...others, component, worker: await worked };
}

whole().then(
  (results) => tellPage({ results }),
  (error) => tellPage({ error: `${error}\n${error.stack}` }),
);

/** To the page around this one, and to this one itself, which may be a test. */
function tellPage(message) {
  for (const page of new Set([parent, window])) page.postMessage(message, '*');
}
