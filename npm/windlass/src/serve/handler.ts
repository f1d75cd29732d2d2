/** Services as functions of the fetch API. */
import type { Bytes } from '../options.js';
import { FetchExchange } from './fetch.js';
import { type EmittedService, serviceOf, type ServiceOptions } from './service.js';

/** Answers requests. `close` ends its idle instances, once no request is left. */
export interface Handler {
  (request: Request): Promise<Response>;
  close(): void;
}

/**
 * Makes a fetch function of a component that exports `wasi:http/incoming-handler`.
 *
 * Each request gets an instance of its own, unless `reuse` says otherwise. Nothing is granted
 * by default. Without JSPI each request runs on a thread.
 *
 * ```js
 * const handler = await createHandler(bytes, { capabilities: { env: { MODE: 'test' } } });
 * const response = await handler(new Request('http://localhost/hello'));
 * ```
 *
 * @throws {@link WindlassError} when the component or an option is refused
 */
export async function createHandler(
  component: Bytes | EmittedService,
  options: ServiceOptions = {},
): Promise<Handler> {
  const service = await serviceOf(component, options);
  const handle = (request: Request): Promise<Response> => {
    const exchange = new FetchExchange(request, service.wasi.HttpError, service.maxBodyBytes);
    void service.answer(exchange);
    return exchange.response;
  };
  return Object.assign(handle, { close: () => service.close() });
}
