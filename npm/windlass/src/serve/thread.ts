/** A thread of guests: answers one request at a time, and blocks where a guest waits. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import * as wasi from '@windlass/wasi';
import type { Capabilities, Host } from '@windlass/wasi';
import { load } from '../load.js';
import { answerWith, Instances } from './instances.js';
import { type ThreadData, toThrown, type ToGuest } from './messages.js';
import { BlockingEvents, RemoteExchange } from './remote.js';
import type { Program } from './program.js';

const port = parentPort!;
const data = workerData as ThreadData;
const events = new BlockingEvents(
  data.signal,
  () => receiveMessageOnPort(port)?.message as ToGuest | undefined,
);

try {
  const instances = new Instances(await programOf(data), data.reuse, 1);
  port.on('message', (message: ToGuest) => {
    if (message.type === 'request') void answer(message, instances);
    else events.take(message);
  });
  port.postMessage({ type: 'ready' });
} catch (error) {
  port.postMessage({ type: 'refused', error: toThrown(error) });
}

async function programOf(data: ThreadData): Promise<Program> {
  const imports: Record<string, unknown> = {};
  for (const [name, url, member] of data.modules) {
    const module = (await import(url)) as Record<string, unknown>;
    imports[name] = member === undefined ? module : module[member];
  }
  const outputs = data.outputs.map((name) => [
    name,
    (chunk: Uint8Array) => port.postMessage({ type: 'output', name, chunk }),
  ]);
  const capabilities = { ...data.capabilities, ...Object.fromEntries(outputs) } as Capabilities;
  const glue = await load(data.glue);
  const instantiate: Program['instantiate'] = (given) =>
    glue.instantiate([...data.cores], given, {});
  // This thread blocks, so another one sends the requests of guests.
  const sendHttp: Host['sendHttp'] = (request) => events.call(request);
  const host = Object.assign(Object.create(wasi.platform) as Host, { sendHttp });
  return { wasi, instantiate, capabilities, imports, eventsOf: () => events, host };
}

async function answer(
  { id, head }: Extract<ToGuest, { type: 'request' }>,
  instances: Instances,
): Promise<void> {
  const exchange = new RemoteExchange(id, head, port, wasi.HttpError);
  events.begin(exchange);
  const error = await answerWith(instances, exchange);
  exchange.settle(500);
  port.postMessage({ type: 'done', error: error && toThrown(error) });
}
