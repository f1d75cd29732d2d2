/** Names of WIT packages, such as `acme:thing@1.2.0`, and the registries that have them. */
import { invalidOption, WindlassError } from '../error.js';
import { loadConfig } from '../config.js';
import { Repository, type RepositoryOptions } from './client.js';
import { parseReference, type Reference } from './reference.js';

/** The registries of namespaces, unless the configuration says otherwise. */
const known: Readonly<Record<string, string>> = { wasi: 'ghcr.io/webassembly' };

const packageName =
  /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*):([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:@(\d[0-9A-Za-z.+-]*))?$/;

/** Options of {@link resolveReference}. */
export interface ResolveOptions extends RepositoryOptions {
  /** The version has to be a whole one, not the newest that begins so. */
  exact?: boolean;
}

/**
 * Reads a reference, or the name of a package, whose namespace `registries` of
 * the configuration leads to a registry and what stands before its names there.
 *
 * @param folder where the configuration is looked for
 * @throws {@link WindlassError} `invalid-option`, `not-found`
 */
export async function resolveReference(
  text: string,
  folder: string,
  { exact = false, ...options }: ResolveOptions = {},
): Promise<Reference> {
  const [, namespace = '', name = '', version] = packageName.exec(text) ?? [];
  if (namespace === '') return parseReference(text);
  const { config } = await loadConfig(folder);
  const registries = { ...known, ...config.registries };
  const prefix = Object.hasOwn(registries, namespace) ? registries[namespace] : undefined;
  if (typeof prefix !== 'string') {
    throw invalidOption(
      `nothing says which registry has the packages of \`${namespace}\``,
      `write it into windlass.config.json, as in \`{ "registries": { "${namespace}": "ghcr.io/acme" } }\`, or name the artifact, as in \`ghcr.io/acme/${namespace}/${name}:${version ?? '1.2.0'}\``,
    );
  }
  const repository = `${prefix.replace(/\/+$/, '')}/${namespace}/${name}`;
  if (version !== undefined && /^\d+\.\d+\.\d+/.test(version)) {
    return parseReference(`${repository}:${version}`);
  }
  if (exact) {
    throw invalidOption(`\`${text}\` has no whole version`, 'it has to be like `1.2.0`');
  }
  const reference = parseReference(repository);
  const tags = await new Repository(reference, 'pull', options).tags();
  const newest = newestOf(tags, version);
  if (newest === undefined) {
    throw new WindlassError({
      code: 'not-found',
      message: `\`${repository}\` has no version${version === undefined ? '' : ` ${version}`}`,
    });
  }
  return { ...reference, tag: newest };
}

/** The highest released version among tags, of those that begin with `wanted`. */
export function newestOf(tags: readonly string[], wanted?: string): string | undefined {
  const prefix = wanted === undefined ? [] : wanted.split('.').map(Number);
  let best: { tag: string; parts: number[] } | undefined;
  for (const tag of tags) {
    if (!/^\d+\.\d+\.\d+$/.test(tag)) continue;
    const parts = tag.split('.').map(Number);
    if (prefix.some((part, i) => part !== parts[i])) continue;
    if (!best || compare(parts, best.parts) > 0) best = { tag, parts };
  }
  return best?.tag;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, part] of a.entries()) {
    if (part !== b[i]) return part - (b[i] ?? 0);
  }
  return 0;
}
