/** Exchanges over `node:http` and `node:http2`. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type * as Wasi from '@windlass/wasi';
import type { HttpField, HttpHead, HttpSink, HttpSource } from '@windlass/wasi';
import { Exchange, gone } from './exchange.js';

/** Bytes of an answer that one write may bring; what waits for the client is at most twice that. */
const WINDOW = 65_536;

/** A request of `node:http`. */
export class NodeExchange extends Exchange {
  readonly method: string;
  readonly pathWithQuery: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string | undefined;
  readonly body: HttpSource;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #isGone = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { MessageSource }: Pick<typeof Wasi, 'MessageSource'>,
    maxBytes: number,
  ) {
    super();
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? 'GET';
    const target = targetOf(request.url ?? '/');
    this.pathWithQuery = target.path;
    const { socket } = request as { socket: { encrypted?: boolean } };
    this.scheme = socket.encrypted === true ? 'https' : 'http';
    const { authority } = request as { authority?: string };
    this.authority = authority || request.headers.host || target.authority;
    this.body = new MessageSource(request, () => this.onEvent(), { maxBytes });
    response.on('close', () => {
      this.#isGone = true;
      this.onEvent();
    });
  }

  /** Pseudo-headers of HTTP/2 are told by other names. */
  get fields(): readonly HttpField[] {
    const { rawHeaders } = this.#request;
    const fields: HttpField[] = [];
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (!name.startsWith(':')) fields.push([name, bytesOf(rawHeaders[i + 1]!)]);
    }
    return fields;
  }

  protected begin({ status, fields }: HttpHead): HttpSink {
    const response = this.#response;
    if (this.#isGone) throw gone();
    const isHttp2 = this.#request.httpVersionMajor > 1;
    response.writeHead(status, isHttp2 ? grouped(fields) : flat(fields));
    // With the first bytes of the body, if the guest has some at once.
    let isSent = false;
    setImmediate(() => {
      if (!isSent && !this.#isGone) response.flushHeaders();
    });
    response.on('drain', () => this.onEvent());
    return {
      isTerminal: false,
      permit: () => {
        if (this.#isGone) throw gone();
        return response.writableNeedDrain ? 0 : WINDOW;
      },
      write: (bytes) => {
        if (this.#isGone) throw gone();
        isSent = true;
        response.write(Buffer.from(bytes));
      },
      finish: (trailers) => {
        if (this.#isGone) return;
        isSent = true;
        if (trailers.length > 0) {
          const sent = isHttp2 ? grouped(trailers) : pairsOf(trailers);
          response.addTrailers(sent as OutgoingHttpHeaders);
        }
        response.end();
      },
      abort: () => {
        isSent = true;
        response.destroy();
      },
    };
  }

  protected refuse(status: number): void {
    refuse(this.#response, status);
  }
}

/** Answers with a status alone. */
export function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-length': '0' });
  response.end();
}

/** The target of a request: a path, the whole URL for a proxy, or `*`. */
function targetOf(url: string): { path: string; authority?: string } {
  if (url.startsWith('/') || url === '*') return { path: url };
  const [, authority, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (authority === undefined) return { path: url };
  return { path: path!.startsWith('/') ? path! : `/${path!}`, authority };
}

function bytesOf(value: string): Uint8Array {
  return Buffer.from(value, 'latin1');
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1');
}

function flat(fields: readonly HttpField[]): string[] {
  return fields.flatMap(([name, value]) => [name, textOf(value)]);
}

function pairsOf(fields: readonly HttpField[]): [string, string][] {
  return fields.map(([name, value]) => [name, textOf(value)]);
}

/** One entry for each name, as HTTP/2 wants them. */
function grouped(fields: readonly HttpField[]): Record<string, string[]> {
  const groups = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of fields) (groups[name] ??= []).push(textOf(value));
  return groups;
}
