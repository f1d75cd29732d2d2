/** Credentials for registries, where Docker and what follows it keep them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Credentials for a registry. Never printed. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Exchanged for access tokens. */
  | { readonly kind: 'identity'; readonly token: string }
  /** An access token already. */
  | { readonly kind: 'bearer'; readonly token: string };

/** The credentials that were found for a registry. */
export interface Found {
  readonly credentials?: Credentials;
  /** Why there may be more than was found, for an error that comes of it. */
  readonly problem?: string;
}

interface DockerConfig {
  auths?: Record<string, Record<string, unknown> | null>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/**
 * Looks for the credentials of a registry in `config.json` of `DOCKER_CONFIG`
 * or of `~/.docker`: its own helper, then the common one, then what is written there.
 *
 * @param host the registry, with its port if it has one
 */
export async function credentialsFor(host: string): Promise<Found> {
  const folder = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  const path = join(folder, 'config.json');
  let config: DockerConfig;
  try {
    config = JSON.parse(readFileSync(path, 'utf8')) as DockerConfig;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return {};
    // A message of the parser might repeat what is written there.
    return { problem: `\`${path}\` cannot be read` };
  }
  if (typeof config !== 'object' || config === null) return { problem: `\`${path}\` is no object` };
  const server = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
  const helper = entry(config.credHelpers, host) ?? (config.credsStore || undefined);
  const found = typeof helper === 'string' ? await ask(helper, server) : {};
  if (found.credentials) return found;
  const auth = entry(config.auths, host);
  const credentials = auth ? written(auth) : undefined;
  return credentials ? { credentials } : found;
}

/** The entry of a registry, whose key may be a URL. */
function entry<T>(entries: Record<string, T> | undefined, host: string): T | undefined {
  if (typeof entries !== 'object' || entries === null) return undefined;
  if (Object.hasOwn(entries, host)) return entries[host];
  return Object.entries(entries).find(([key]) => hostOf(key) === host)?.[1];
}

function hostOf(key: string): string {
  const [name = ''] = key.replace(/^https?:\/\//, '').split('/');
  return name === 'index.docker.io' ? 'docker.io' : name.toLowerCase();
}

/** Credentials that are written in the configuration itself. */
function written(auth: Record<string, unknown>): Credentials | undefined {
  const text = (key: string) => {
    const value = auth[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const identity = text('identitytoken');
  if (identity !== undefined) return { kind: 'identity', token: identity };
  const bearer = text('registrytoken');
  if (bearer !== undefined) return { kind: 'bearer', token: bearer };
  const decoded = Buffer.from(text('auth') ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon > 0) {
    const password = decoded.slice(colon + 1).replace(/\0+$/, '');
    return { kind: 'password', username: decoded.slice(0, colon), password };
  }
  const [username, password] = [text('username'), text('password')];
  if (username === undefined || password === undefined) return undefined;
  return { kind: 'password', username, password };
}

/** Asks a credential helper, `docker-credential-<name>`. */
async function ask(name: string, server: string): Promise<Found> {
  // It is looked up in PATH and never elsewhere.
  if (!/^[\w.-]+$/.test(name)) return { problem: `\`${name}\` is no name of a credential helper` };
  const program = `docker-credential-${name}`;
  const { code, output } = await run(program, server);
  if (code === undefined) return { problem: `the credential helper \`${program}\` does not start` };
  // Its output may hold secrets, so nothing of it is repeated.
  if (code !== 0) {
    if (/credentials not found|no credentials|not found in/i.test(output)) return {};
    return { problem: `the credential helper \`${program}\` ended with code ${code}` };
  }
  try {
    const { Username, Secret } = JSON.parse(output) as Record<string, unknown>;
    if (typeof Username === 'string' && typeof Secret === 'string' && Secret !== '') {
      return Username === '<token>'
        ? { credentials: { kind: 'identity', token: Secret } }
        : { credentials: { kind: 'password', username: Username, password: Secret } };
    }
  } catch {
    // Said below.
  }
  return { problem: `the credential helper \`${program}\` gave no credentials` };
}

function run(program: string, input: string): Promise<{ code?: number; output: string }> {
  return new Promise((resolve) => {
    // A helper may ask a person, on its standard error.
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', () => resolve({ output }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    child.stdin.on('error', () => {
      // It may end without having read.
    });
    child.stdin.end(input);
  });
}
