/** Services as listeners of `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bytes } from '../options.js';
import { NodeExchange, refuse } from './node.js';
import type { Service } from './exchange.js';
import { type EmittedService, serviceOf, type ServiceOptions } from './service.js';

/** A listener for `createServer` of `node:http`, `node:https` and `node:http2`. */
export interface Listener {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Ends its idle instances, once no request is left. */
  close(): void;
}

/**
 * Makes a listener for `node:http` of a component that exports `wasi:http/incoming-handler`,
 * without the way through `Request` and `Response` that `createHandler` takes.
 *
 * ```js
 * createServer(await createListener(bytes)).listen(8080, '127.0.0.1');
 * ```
 *
 * @throws {@link WindlassError} when the component or an option is refused
 */
export async function createListener(
  component: Bytes | EmittedService,
  options: ServiceOptions = {},
): Promise<Listener> {
  return listenerOf(await serviceOf(component, options));
}

/** The listener of a service. */
export function listenerOf(service: Service): Listener {
  const { wasi, maxBodyBytes } = service;
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      refuse(response, 413);
      return;
    }
    void service.answer(new NodeExchange(request, response, wasi, maxBodyBytes));
  };
  return Object.assign(listen, { close: () => service.close() });
}
