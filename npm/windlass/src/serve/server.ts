/** Servers of `node:http` in front of a service: addresses, limits, shutdown. */
import type { IncomingMessage, Server as NodeServer, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WindlassError } from '../error.js';
import type { Listener } from './listener.js';
import { refuse } from './node.js';
import { BOUND, checkOptions, FUNCTION, type Kind, OBJECT, TEXTS, WHOLE } from './options.js';

/** Options of a server. */
export interface ServerOptions {
  /** `host:port`, `[::1]:port` or `unix:/path`. Default: `127.0.0.1:8080`. */
  addresses?: readonly string[] | undefined;
  /** Certificate and key in PEM, for TLS with HTTP/2 and HTTP/1.1. */
  tls?: { cert: string | Uint8Array; key: string | Uint8Array } | undefined;
  /** Connections at one time, at each address; more are closed at once. Default: 1,024. */
  maxConnections?: number | undefined;
  /** Bytes of the head of a request. Default: 16 KiB. */
  maxHeaderBytes?: number | undefined;
  /** Bytes of the target of a request. Default: 8 KiB. */
  maxUrlBytes?: number | undefined;
  /** Milliseconds that the head of a request may take. Default: 10,000. */
  headersTimeout?: number | undefined;
  /** Milliseconds that a connection may be idle. Default: 5,000. */
  idleTimeout?: number | undefined;
  /** Milliseconds that a whole request may take to arrive. Default: 300,000. */
  requestTimeout?: number | undefined;
  /** Told of each request that is done with. */
  onAccess?: ((access: Access) => void) | undefined;
}

/** A request that is done with. */
export interface Access {
  readonly time: Date;
  /** The address of the client, empty for a Unix socket. */
  readonly client: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Whether the answer got to its end. */
  readonly isWhole: boolean;
  readonly milliseconds: number;
}

/** A running server. */
export interface Server {
  /** The URLs that it listens on; of a Unix socket, `unix:` and its path. */
  readonly urls: readonly string[];
  /** Stops listening, and settles once each request that came is answered. */
  close(): Promise<void>;
}

const KINDS: Readonly<Record<keyof ServerOptions, Kind>> = {
  addresses: TEXTS,
  tls: OBJECT,
  maxConnections: WHOLE,
  maxHeaderBytes: WHOLE,
  maxUrlBytes: WHOLE,
  headersTimeout: BOUND,
  idleTimeout: BOUND,
  requestTimeout: BOUND,
  onAccess: FUNCTION,
};

/** Milliseconds that a connection must be idle to be closed when the server is to end. */
const LEAVING = 1000;
/** The size of the pieces in which answers leave. */
const WINDOW = 65_536;

/**
 * Listens on addresses for a handler.
 *
 * @throws {@link WindlassError} `cannot-listen`, or `invalid-option` for a wrong option or address
 */
export async function listen(listener: Listener, options: ServerOptions = {}): Promise<Server> {
  checkOptions(options, KINDS);
  const { addresses = ['127.0.0.1:8080'] } = options;
  const running = new Running(listener, options);
  try {
    for (const address of addresses) await running.listen(address);
  } catch (error) {
    await running.close();
    throw error;
  }
  return running;
}

class Running implements Server {
  readonly urls: string[] = [];
  readonly #listener: Listener;
  readonly #options: ServerOptions;
  readonly #servers: NodeServer[] = [];
  #isClosing = false;
  #closed: Promise<void> | undefined;

  constructor(listener: Listener, options: ServerOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  async listen(address: string): Promise<void> {
    const where = parseAddress(address);
    const server = this.#makeServer();
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(address, error)));
      server.listen({ ...where, backlog: 1024 }, resolve);
    });
    this.urls.push(urlOf(server.address()!, this.#options.tls !== undefined));
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    // Connections that the system has accepted already are let in first.
    await turn();
    await turn();
    this.#isClosing = true;
    const open = this.#servers.filter(({ listening }) => listening);
    await Promise.all(open.map(endServer));
    this.#listener.close();
  }

  #makeServer(): NodeServer {
    const options = this.#options;
    const { headersTimeout = 10_000, idleTimeout = 5_000, requestTimeout = 300_000 } = options;
    const limits = {
      maxHeaderSize: options.maxHeaderBytes ?? 16_384,
      headersTimeout,
      keepAliveTimeout: idleTimeout,
      requestTimeout,
      connectionsCheckingInterval: Math.max(Math.min(headersTimeout / 4, 1000), 10),
      highWaterMark: WINDOW,
      noDelay: true,
    };
    const server = serverOf(limits, options.tls, (request, response) =>
      this.#answer(request, response),
    );
    server.maxConnections = options.maxConnections ?? 1024;
    server.maxRequestsPerSocket = 0;
    return server;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isClosing) response.shouldKeepAlive = false;
    const { onAccess, maxUrlBytes = 8192 } = this.#options;
    if (onAccess) watch(request, response, onAccess);
    if ((request.url ?? '').length > maxUrlBytes) refuse(response, 414);
    else this.#listener(request, response);
  }
}

/** The next turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function serverOf(
  limits: object,
  tls: ServerOptions['tls'],
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): NodeServer {
  if (tls === undefined) {
    return process.getBuiltinModule('node:http').createServer(limits, onRequest);
  }
  const { createSecureServer } = process.getBuiltinModule('node:http2');
  const { cert, key } = tls as { cert: string; key: string };
  const options = { ...limits, cert, key, allowHTTP1: true };
  try {
    return createSecureServer(options, onRequest as never) as unknown as NodeServer;
  } catch (error) {
    throw new WindlassError({
      code: 'invalid-option',
      message: `the certificate and its key are refused: ${(error as Error).message}`,
    });
  }
}

/** Stops listening, lets connections finish, and closes those that are idle for a while. */
async function endServer(server: NodeServer): Promise<void> {
  const { Server: NetServer } = process.getBuiltinModule('node:net');
  const closed = new Promise<void>((resolve) => {
    // `node:http` would close idle connections at once, although a request may be on its way.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const timer = setInterval(() => server.closeIdleConnections?.(), LEAVING);
  await closed;
  clearInterval(timer);
  // Ends the timer by which `node:http` looks for slow connections.
  server.close(() => {});
}

function watch(
  request: IncomingMessage,
  response: ServerResponse,
  onAccess: (access: Access) => void,
): void {
  const time = new Date();
  const begin = performance.now();
  const client = (request.socket as Socket).remoteAddress ?? '';
  const { method = '', url = '' } = request;
  response.on('close', () => {
    onAccess({
      time,
      client,
      method,
      url,
      status: response.statusCode,
      isWhole: response.writableFinished,
      milliseconds: performance.now() - begin,
    });
  });
}

/** Reads `host:port` or `unix:/path`, for `listen`. */
function parseAddress(address: string): { host: string; port: number } | { path: string } {
  if (address.startsWith('unix:') && address.length > 5) return { path: address.slice(5) };
  const [, bracketed, host = bracketed, port] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(address) ?? [];
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new WindlassError({
    code: 'invalid-option',
    message: `\`${address}\` is no address`,
    help: 'write `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/app.sock`',
  });
}

function urlOf(address: string | AddressInfo, isSecure: boolean): string {
  if (typeof address === 'string') return `unix:${address}`;
  const { address: host, family, port } = address;
  const isIpv6 = family === 'IPv6' || host.includes(':');
  return `http${isSecure ? 's' : ''}://${isIpv6 ? `[${host}]` : host}:${port}`;
}

function cannotListen(address: string, { code, message }: NodeJS.ErrnoException): WindlassError {
  const help: Record<string, string> = {
    EADDRINUSE: 'another program listens there: end it, or choose another `--addr`',
    EACCES: 'ports below 1024 are for privileged programs: choose another `--addr`',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  return new WindlassError({
    code: 'cannot-listen',
    message: `cannot listen on \`${address}\`: ${code ?? message}`,
    help: help[code ?? ''],
  });
}
