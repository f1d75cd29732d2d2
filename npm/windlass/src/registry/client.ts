/**
 * The OCI distribution protocol, as far as artifacts of one layer need it:
 * manifests and blobs out of a repository and into it, with what servers ask
 * for before that.
 */
import { createHash } from 'node:crypto';
import { plain, WindlassError } from '../error.js';
import { type Credentials, credentialsFor, type Found } from './credentials.js';
import { isDigest, type Reference } from './reference.js';

/** Media type of a manifest. */
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
/** Media type of a list of manifests. */
export const indexType = 'application/vnd.oci.image.index.v1+json';

/** A manifest or blob by its digest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as it came, with its digest, which has been checked. */
export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** Options for access to a {@link Repository}. */
export interface RepositoryOptions {
  /** Speak HTTP without TLS, and then send no credentials, to registries elsewhere too. */
  plainHttp?: boolean;
  /** Milliseconds after which a registry that sends nothing is given up: a minute if absent. */
  timeout?: number;
  /** Bytes that a component has at most: {@link defaultMaxSize} if absent. */
  maxSize?: number;
}

/** Bytes of a component that is fetched, unless an option allows more. */
export const defaultMaxSize = 256 * 2 ** 20;

/** Manifests have 4 MiB at most by the specification. */
const manifestLimit = 4 * 2 ** 20;
/** The size of one piece where the whole is too large to send at once. */
const piece = 2 ** 20;
/** The largest piece that a registry may ask for. */
const pieceLimit = 2 ** 30;
const redirects = 5;
const attempts = 3;
/** The time for which a registry may send nothing, in milliseconds. */
const patience = 60_000;
/** Bytes that a body has to bring in a millisecond, on average and after that time. */
const leastRate = 1;

/** Whether a host name is this machine, where plain HTTP can be overheard by nobody. */
export function isLocal(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** `sha256:…` of bytes, or by another algorithm. */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** A request. */
interface Ask {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Whether it moves a blob, which takes the time that its size takes. */
  blob?: boolean;
}

/** A repository in a registry. */
export class Repository {
  readonly #host: string;
  readonly #name: string;
  readonly #base: URL;
  /** Whether credentials may be sent at all. */
  readonly #safe: boolean;
  /** The header that the registry accepted. */
  #authorization: string | undefined;
  #found: Found | undefined;
  /** The actions that tokens are asked for. */
  readonly #actions: 'pull' | 'pull,push';
  readonly #timeout: number;
  readonly #maxSize: number;

  constructor(
    { host, repository }: Reference,
    actions: 'pull' | 'pull,push',
    { plainHttp = false, timeout = patience, maxSize = defaultMaxSize }: RepositoryOptions = {},
  ) {
    const local = isLocal(host);
    const server = host === 'docker.io' ? 'registry-1.docker.io' : host;
    const scheme = local || plainHttp ? 'http' : 'https';
    this.#host = host;
    this.#name = repository;
    this.#actions = actions;
    this.#timeout = timeout;
    this.#maxSize = maxSize;
    this.#base = new URL(`${scheme}://${server}/v2/${repository}/`);
    this.#safe = scheme === 'https' || local;
  }

  /**
   * Fetches a manifest and checks it against its digest.
   *
   * @param wanted a tag or a digest
   * @returns `undefined` when there is none
   * @throws {@link WindlassError} `digest-mismatch`, `registry` and others
   */
  async manifest(wanted: string): Promise<FetchedManifest | undefined> {
    const response = await this.#send(`manifests/${wanted}`, {
      headers: { accept: `${manifestType}, ${indexType}` },
    });
    if (response.status === 404) {
      await discard(response);
      return undefined;
    }
    if (response.status !== 200) throw await this.#refusal(response);
    const bytes = await this.#read(response, manifestLimit);
    const said = response.headers.get('docker-content-digest') ?? undefined;
    const expected = isDigest(wanted) ? wanted : isDigest(said) ? said : undefined;
    const digest = digestOf(bytes, expected?.split(':')[0]);
    if (expected !== undefined && digest !== expected) {
      throw mismatch(`the manifest \`${wanted}\``, expected, digest, this.#host);
    }
    return { bytes, digest };
  }

  /**
   * Fetches a blob and checks its size and digest.
   *
   * @throws {@link WindlassError} `too-large` before anything is fetched, `digest-mismatch`,
   *   `not-found`, `unreachable`, `registry` and others
   */
  async blob({ digest, size }: Descriptor): Promise<Uint8Array> {
    if (size > this.#maxSize) {
      const mebibytes = (bytes: number) => `${Math.ceil((bytes / 2 ** 20) * 10) / 10} MiB`;
      throw new WindlassError({
        code: 'too-large',
        message: `the component has ${mebibytes(size)}, and ${mebibytes(this.#maxSize)} at most are fetched`,
        at: `${this.#host}/${this.#name}`,
        help: 'allow more with `--max-size`, in MiB',
      });
    }
    const response = await this.#send(`blobs/${digest}`, { blob: true });
    if (response.status === 404) {
      await discard(response);
      throw new WindlassError({
        code: 'not-found',
        message: `the registry has no blob \`${digest}\`, though a manifest names it`,
        at: this.#host,
      });
    }
    if (response.status !== 200) throw await this.#refusal(response);
    const bytes = await this.#read(response, size);
    const found = digestOf(bytes, digest.split(':')[0]);
    if (bytes.length !== size || found !== digest) {
      throw mismatch('the blob', digest, found, this.#host);
    }
    return bytes;
  }

  /** All tags. */
  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let next: URL | undefined = new URL('tags/list?n=1000', this.#base);
    for (let page = 0; next && page < 100; page++) {
      const response: Response = await this.#send(next, {});
      if (response.status === 404) {
        await discard(response);
        return [];
      }
      if (response.status !== 200) throw await this.#refusal(response);
      const text = new TextDecoder().decode(await this.#read(response, manifestLimit));
      const list = (parsed(text) as { tags?: unknown } | undefined)?.tags;
      if (Array.isArray(list)) tags.push(...list.filter((tag) => typeof tag === 'string'));
      const link = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
      next = link === undefined ? undefined : this.#resolve(link, next);
    }
    return tags;
  }

  /** Uploads a blob, unless the repository has it. */
  async pushBlob(bytes: Uint8Array): Promise<Descriptor['digest']> {
    const digest = digestOf(bytes);
    const there = await this.#send(`blobs/${digest}`, { method: 'HEAD' });
    await discard(there);
    if (there.status === 200) return digest;
    if (there.status !== 404) throw await this.#refusal(there);

    try {
      const put = await this.#send(withDigest((await this.#begin()).url, digest), {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
        blob: true,
      });
      if (put.status !== 413) {
        await this.#expect(put, 201);
        return digest;
      }
      await discard(put);
    } catch (error) {
      // A registry that takes less at once may also hang up in the middle.
      const hungUp = (error as { code?: unknown }).code === 'unreachable';
      if (!hungUp || bytes.length <= piece) throw error;
    }
    await this.#pushInPieces(bytes, digest);
    return digest;
  }

  async #pushInPieces(bytes: Uint8Array, digest: string): Promise<void> {
    const { url, least } = await this.#begin();
    const step = Math.max(piece, least);
    let location = url;
    for (let from = 0; from < bytes.length; from += step) {
      const body = bytes.subarray(from, from + step);
      const patch = await this.#send(location, {
        method: 'PATCH',
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `${from}-${from + body.length - 1}`,
        },
        body,
        blob: true,
      });
      await this.#expect(patch, 202);
      location = this.#location(patch, location);
    }
    const put = await this.#send(withDigest(location, digest), { method: 'PUT', blob: true });
    await this.#expect(put, 201);
  }

  /**
   * Uploads a manifest, whose blobs are there.
   *
   * @param under a tag or the digest
   * @returns its digest
   */
  async pushManifest(under: string, bytes: Uint8Array): Promise<string> {
    const response = await this.#send(`manifests/${under}`, {
      method: 'PUT',
      headers: { 'content-type': manifestType },
      body: bytes,
    });
    await this.#expect(response, 201);
    const digest = digestOf(bytes);
    const said = response.headers.get('docker-content-digest');
    if (isDigest(said) && said.startsWith('sha256:') && said !== digest) {
      throw mismatch('the manifest that was pushed', digest, said, this.#host);
    }
    return digest;
  }

  /** Begins an upload; `least` is how much the registry wants at once. */
  async #begin(): Promise<{ url: URL; least: number }> {
    const path = new URL('blobs/uploads/', this.#base);
    const response = await this.#send(path, { method: 'POST' });
    await this.#expect(response, 202);
    const least = Number(response.headers.get('oci-chunk-min-length') ?? 0);
    return {
      url: this.#location(response, path),
      least: Number.isInteger(least) && least <= pieceLimit ? least : 0,
    };
  }

  #location(response: Response, from: URL): URL {
    const location = response.headers.get('location');
    if (location === null) throw this.#failure('the registry does not say where an upload goes');
    return this.#resolve(location, from);
  }

  /** A URL that the registry named, if it may be followed. */
  #resolve(location: string, from: URL): URL {
    const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw this.#failure(`the registry leads to \`${printable(location)}\`, which is no place`);
    }
    if (from.protocol === 'https:' && url.protocol === 'http:') {
      throw this.#failure(`the registry leads from https to http, to \`${url.host}\``);
    }
    url.username = '';
    url.password = '';
    return url;
  }

  /** Sends a request, authorized if the registry asks for that, and follows redirects. */
  async #send(to: string | URL, ask: Ask): Promise<Response> {
    const url = new URL(to, this.#base);
    const { response, from } = await this.#follow(url, ask);
    // Another host than the registry may not say where credentials go.
    if (response.status !== 401 || from.origin !== this.#base.origin) return response;
    const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '');
    await discard(response);
    const before = this.#authorization;
    this.#authorization = await this.#authorize(challenges);
    if (this.#authorization === undefined || this.#authorization === before) {
      throw this.#unauthorized();
    }
    const second = await this.#follow(url, ask);
    if (second.response.status !== 401) return second.response;
    await discard(second.response);
    throw this.#unauthorized();
  }

  async #follow(first: URL, ask: Ask): Promise<{ response: Response; from: URL }> {
    const { method = 'GET' } = ask;
    let url = first;
    for (let hop = 0; hop <= redirects; hop++) {
      const response = await this.#request(url, ask);
      const location = response.headers.get('location');
      const moved = [301, 302, 303, 307, 308].includes(response.status);
      if (!moved || location === null) return { response, from: url };
      await discard(response);
      url = this.#resolve(location, url);
      // Uploads go only where the registry said.
      if (method !== 'GET' && method !== 'HEAD' && url.origin !== first.origin) {
        throw this.#failure(`the registry leads an upload away, to \`${url.host}\``);
      }
    }
    throw this.#failure(`the registry leads on more than ${redirects} times`);
  }

  /** Sends a request once, or again when something on the way failed. */
  async #request(url: URL, { method = 'GET', headers = {}, body, blob }: Ask): Promise<Response> {
    const idempotent = method === 'GET' || method === 'HEAD';
    const init: RequestInit = {
      method,
      redirect: 'manual',
      headers: {
        // A compressed answer would not have the length that is expected.
        'accept-encoding': 'identity',
        'user-agent': 'windlass',
        ...headers,
        // Of no other host's business: redirects lead to storage elsewhere.
        ...(this.#authorization !== undefined &&
          url.origin === this.#base.origin && { authorization: this.#authorization }),
      },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    };
    for (let attempt = 1; ; attempt++) {
      const last = !idempotent || attempt === attempts;
      try {
        const response = await this.#answer(url, init, blob);
        if (last || ![429, 502, 503, 504].includes(response.status)) return response;
        await discard(response);
        const after = Number(response.headers.get('retry-after') ?? 0);
        await pause(after > 0 && after <= 30 ? after * 1000 : attempt * 500);
      } catch (error) {
        if (last || (error as Error).name === 'TimeoutError') throw unreachable(url, error);
        await pause(attempt * 500);
      }
    }
  }

  /** Sends a request; the answer has to come in time, and but for a blob its body too. */
  async #answer(url: URL, init: RequestInit, blob = false): Promise<Response> {
    if (!blob) return fetch(url, { ...init, signal: AbortSignal.timeout(this.#timeout) });
    // An upload takes its time, and is answered afterwards.
    if (init.body) return fetch(url, init);
    const controller = new AbortController();
    const late = () => controller.abort(new DOMException('no answer', 'TimeoutError'));
    const timer = setTimeout(late, this.#timeout);
    try {
      return await fetch(url, { ...init, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The header that answers a challenge, `undefined` when there is none. */
  async #authorize(challenges: Challenge[]): Promise<string | undefined> {
    const credentials = this.#safe ? await this.#credentials() : undefined;
    if (credentials?.kind === 'bearer') return `Bearer ${credentials.token}`;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer?.parameters.has('realm')) {
      const token = await this.#token(bearer.parameters, credentials);
      // Public contents can be read although the credentials are no longer good.
      if (token !== undefined || !credentials || this.#actions !== 'pull') return token;
      return this.#token(bearer.parameters, undefined);
    }
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    return basic && credentials?.kind === 'password' ? basicHeader(credentials) : undefined;
  }

  async #credentials(): Promise<Credentials | undefined> {
    this.#found ??= await credentialsFor(this.#host);
    return this.#found.credentials;
  }

  /** Asks the server that the registry trusts for an access token. */
  async #token(
    parameters: ReadonlyMap<string, string>,
    credentials: Credentials | undefined,
  ): Promise<string | undefined> {
    const realm = this.#resolve(parameters.get('realm') ?? '', this.#base);
    const service = parameters.get('service');
    const scope = `repository:${this.#name}:${this.#actions}`;
    const isSafe = realm.protocol === 'https:' || isLocal(realm.host);
    const usable = isSafe ? credentials : undefined;
    const headers: Record<string, string> = { accept: 'application/json' };
    let init: RequestInit = { headers };
    if (usable?.kind === 'identity') {
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'windlass' });
      if (service !== undefined) body.set('service', service);
      body.set('scope', scope);
      body.set('refresh_token', usable.token);
      init = { method: 'POST', headers, body };
    } else {
      if (service !== undefined) realm.searchParams.set('service', service);
      realm.searchParams.append('scope', scope);
      if (usable?.kind === 'password') headers['authorization'] = basicHeader(usable);
    }
    let response: Response;
    try {
      // Credentials go no further than to the place that the registry named.
      const signal = AbortSignal.timeout(this.#timeout);
      response = await fetch(realm, { ...init, redirect: 'manual', signal });
    } catch (error) {
      throw unreachable(realm, error);
    }
    if (response.status === 400 || response.status === 401 || response.status === 403) {
      await discard(response);
      return undefined;
    }
    if (response.status !== 200) throw await this.#refusal(response);
    const text = new TextDecoder().decode(await this.#read(response, 2 ** 20));
    const { token, access_token: access } = (parsed(text) ?? {}) as Record<string, unknown>;
    const found = [token, access].find((one) => typeof one === 'string' && one !== '');
    // Other characters would make a header of their own.
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)
      ? `Bearer ${found}`
      : undefined;
  }

  #unauthorized(): WindlassError {
    const { credentials, problem } = this.#found ?? {};
    const what = this.#actions === 'pull' ? 'pulling from' : 'pushing to';
    const help = !this.#safe
      ? 'credentials are not sent without TLS, but to this machine'
      : problem !== undefined
        ? `${problem}; log in again with \`docker login ${this.#host}\``
        : credentials
          ? 'the credentials of the Docker configuration were refused'
          : `log in with \`docker login ${this.#host}\`, or one of the tools that keep credentials as it does`;
    return new WindlassError({
      code: 'unauthorized',
      message: `the registry does not allow ${what} \`${this.#host}/${this.#name}\``,
      help,
    });
  }

  async #expect(response: Response, status: number): Promise<void> {
    if (response.status !== status) throw await this.#refusal(response);
    await discard(response);
  }

  /** The registry's reason to refuse a request. */
  async #refusal(response: Response): Promise<WindlassError> {
    if (response.status === 403) {
      await discard(response);
      return this.#unauthorized();
    }
    let said = '';
    try {
      const text = new TextDecoder().decode(await this.#read(response, 2 ** 16));
      const { errors } = (parsed(text) ?? {}) as { errors?: unknown };
      const list: unknown[] = Array.isArray(errors) ? errors : [];
      said = list
        .map((one) => {
          const { code, message } = (one ?? {}) as Record<string, unknown>;
          return [code, message].filter((part) => typeof part === 'string').join(': ');
        })
        .join('; ');
    } catch {
      // The status says enough.
    }
    const detail = said === '' ? '' : ` (${printable(said)})`;
    return this.#failure(`the registry answered with status ${response.status}${detail}`);
  }

  #failure(message: string): WindlassError {
    return new WindlassError({ code: 'registry', message, at: `${this.#host}/${this.#name}` });
  }

  /**
   * Reads a body that has so many bytes at most. It has to go on coming, and not by the
   * byte: after the time that nothing may come, a kibibyte a second on average.
   */
  async #read(response: Response, limit: number): Promise<Uint8Array> {
    if (Number(response.headers.get('content-length') ?? 0) > limit) {
      await discard(response);
      throw this.#tooMuch(limit);
    }
    const reader = response.body?.getReader();
    if (!reader) return new Uint8Array();
    const chunks: Uint8Array[] = [];
    const begin = performance.now();
    let size = 0;
    for (;;) {
      const left = this.#timeout + size / leastRate - (performance.now() - begin);
      const next = await this.#inTime(reader.read(), Math.min(this.#timeout, left), response);
      if (next === undefined || (next.value && size + next.value.length > limit)) {
        // Nobody waits for the end of a body that is not wanted.
        reader.cancel().catch(() => {});
        throw next ? this.#tooMuch(limit) : this.#stalled(response, size);
      }
      if (next.done) return Buffer.concat(chunks);
      size += next.value.length;
      chunks.push(next.value);
    }
  }

  /** The next piece of a body, `undefined` if that takes too long. */
  async #inTime<T>(next: Promise<T>, milliseconds: number, from: Response): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(milliseconds, 0));
    });
    try {
      return await Promise.race([next, late]);
    } catch (error) {
      throw unreachable(this.#placeOf(from), error);
    } finally {
      clearTimeout(timer);
    }
  }

  #placeOf({ url }: Response): URL {
    return new URL(url || this.#base);
  }

  #stalled(response: Response, size: number): WindlassError {
    return new WindlassError({
      code: 'unreachable',
      message: `\`${this.#placeOf(response).host}\` stopped sending, or nearly, after ${size} bytes`,
      help: 'try again, or wait for longer with `--timeout`, in seconds',
    });
  }

  #tooMuch(limit: number): WindlassError {
    return this.#failure(`the registry sends more than the ${limit} bytes that there should be`);
  }
}

/** A way of proving who asks. */
interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads `WWW-Authenticate` (RFC 9110, 11.6.1), which may hold several challenges. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const item = /\s*,?\s*([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/gy;
  for (let match = item.exec(header); match; match = item.exec(header)) {
    const [, name = '', quoted, plain] = match;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) {
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    } else {
      challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
    }
  }
  return challenges;
}

/** Text of a server, on one line that is not too long. */
export function printable(text: string): string {
  return text.length > 300 ? `${plain(text.slice(0, 300))}…` : plain(text);
}

function basicHeader({ username, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function withDigest(url: URL, digest: string): URL {
  const whole = new URL(url);
  whole.searchParams.set('digest', digest);
  return whole;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

async function discard(response: Response): Promise<void> {
  // Frees the connection.
  await response.body?.cancel().catch(() => {});
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function mismatch(what: string, expected: string, found: string, at: string): WindlassError {
  return new WindlassError({
    code: 'digest-mismatch',
    message: `${what} should have the digest \`${expected}\`, and has \`${found}\``,
    at,
    help: 'it was changed on the way or in the registry; nothing of it is kept',
  });
}

function unreachable({ host }: URL, error: unknown): WindlassError {
  const { cause, message, name } = error as Error & { cause?: Error & { code?: string } };
  const why = name === 'TimeoutError' ? 'no answer' : cause?.message || cause?.code || message;
  return new WindlassError({
    code: 'unreachable',
    message: `cannot reach \`${host}\`: ${printable(why)}`,
    help: /ssl|tls|wrong version|packet length/i.test(why)
      ? 'if the registry speaks HTTP without TLS, say so with `--plain-http`'
      : undefined,
  });
}
