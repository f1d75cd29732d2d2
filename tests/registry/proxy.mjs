/** A server before a registry that changes what it says, as a hostile or a broken one would. */
import { createServer, request } from 'node:http';

/**
 * Starts a proxy.
 *
 * @param {string} upstream host and port of the registry
 * @param {(seen: Seen, answer: import('node:http').ServerResponse) => boolean | void} before
 *   answers itself and returns true, or lets the request through
 * @param {(seen: Seen, body: Buffer, headers: Record<string, unknown>) => Buffer} after
 *   changes the body of an answer
 * @param {string} address where it listens
 * @returns {Promise<{ host: string, seen: Seen[], stop(): void }>} `seen` are all requests
 *
 * @typedef {{ method: string, url: string, path: string, headers: Record<string, string>, body: Buffer }} Seen
 */
export async function startProxy(
  upstream,
  { before = () => false, after = (_, body) => body, address = '127.0.0.1' } = {},
) {
  const seen = [];
  const server = createServer(async (incoming, answer) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, url, headers } = incoming;
    const one = {
      method,
      url,
      path: url.replace(/\?.*/, ''),
      headers,
      body: Buffer.concat(chunks),
    };
    seen.push(one);
    if (before(one, answer)) return;
    const [hostname, port] = upstream.split(':');
    // The registry believes to be called by the proxy's name, and leads back to it.
    const { authorization: _, ...passed } = headers;
    const options = { hostname, port, method, path: url, headers: passed };
    const outgoing = request(options, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      const changed = after(one, Buffer.concat(parts), response.headers);
      const { 'transfer-encoding': __, 'content-length': length, ...rest } = response.headers;
      const size = method === 'HEAD' ? length : String(changed.length);
      answer.writeHead(response.statusCode, {
        ...rest,
        ...(size !== undefined && { 'content-length': size }),
      });
      answer.end(method === 'HEAD' ? undefined : changed);
    });
    outgoing.on('error', () => answer.destroy());
    outgoing.end(one.body);
  });
  await new Promise((resolve) => server.listen(0, address, resolve));
  const host = `${address}:${server.address().port}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host, seen, stop };
}
