/** Names of artifacts in OCI registries. */
import { invalidOption, type WindlassError } from '../error.js';

/** The parts of a reference. */
export interface Reference {
  /** The registry, with its port if it has one. */
  readonly host: string;
  /** The repository in it. */
  readonly repository: string;
  readonly tag?: string;
  /** The digest of a manifest. */
  readonly digest?: string;
}

/** One part of a repository's name, as the distribution specification has it. */
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repository = new RegExp(`^${part}(?:/${part})*$`);
const host = /^(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digest = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/**
 * Reads `host/repository:tag`, `host/repository@sha256:…` or both. What comes
 * without a host is at `docker.io`, as everywhere; without a tag it is `latest`.
 *
 * @throws {@link WindlassError} `invalid-option`
 */
export function parseReference(text: string): Reference {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw refused(text, 'leave away what stands before `//`, as in `ghcr.io/acme/thing:1.2.0`');
  }
  const at = text.indexOf('@');
  const [named, digested] = at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
  if (digested !== undefined && !isDigest(digested)) {
    throw refused(text, 'a digest is `sha256:` and 64 hexadecimal digits');
  }
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const rest = hasHost ? named.slice(slash + 1) : named;
  const colon = rest.indexOf(':');
  const [path, tagged] = colon < 0 ? [rest] : [rest.slice(0, colon), rest.slice(colon + 1)];
  const name = hasHost || path.includes('/') ? path : `library/${path}`;
  const where = hasHost ? first.toLowerCase() : 'docker.io';
  if (!host.test(where)) throw refused(text, `\`${where}\` is no name of a registry`);
  if (!repository.test(name) || name.length > 255) {
    throw refused(
      text,
      'a repository has lower-case letters, digits, `.`, `_`, `-` and `/` in its name',
    );
  }
  if (tagged !== undefined && !tag.test(tagged)) {
    throw refused(
      text,
      tagged.includes('+')
        ? 'a tag cannot have `+` in it'
        : 'a tag has letters, digits, `.`, `_` and `-`, 128 at most',
    );
  }
  return {
    host: where === 'index.docker.io' ? 'docker.io' : where,
    repository: name,
    ...(tagged !== undefined && { tag: tagged }),
    ...(digested !== undefined && { digest: digested }),
    ...(tagged === undefined && digested === undefined && { tag: 'latest' }),
  };
}

/** Writes a reference; {@link parseReference} reads it back. */
export function formatReference(reference: Reference): string {
  const tagged = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digested = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.host}/${reference.repository}${tagged}${digested}`;
}

/** The last part of the repository, a name for what is in it. */
export function nameOf({ repository: name }: Reference): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether a text is a digest that can be checked. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && digest.test(text);
}

function refused(text: string, help: string): WindlassError {
  return invalidOption(`\`${text}\` names nothing in a registry`, help);
}
