/**
 * Components as OCI artifacts, as the CNCF guidance for them has it
 * (https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/): a
 * manifest with one layer, the component, and a configuration that says what
 * it imports and exports.
 */
import { inspect, wit } from '../index.js';
import { WindlassError } from '../error.js';
import { kindOf } from '../kind.js';
import { type MetadataKey, metadataOf } from '../metadata.js';
import {
  type Descriptor,
  digestOf,
  type FetchedManifest,
  indexType,
  manifestType,
  printable,
  Repository,
  type RepositoryOptions,
} from './client.js';
import { formatReference, isDigest, nameOf, type Reference } from './reference.js';

/** Media type of the configuration. */
export const configType = 'application/vnd.wasm.config.v0+json';
/** Media type of the layer. */
export const layerType = 'application/wasm';

/** A component out of a registry. */
export interface Pulled {
  readonly bytes: Uint8Array;
  /** Digest of the manifest. */
  readonly manifest: string;
  /** Digest of the component. */
  readonly layer: string;
}

/** A component in a registry. */
export interface Pushed {
  /** Digest of the manifest. */
  readonly manifest: string;
  /** Digest of the component. */
  readonly layer: string;
  /** Whether it was there before. */
  readonly known: boolean;
}

/** Options of {@link push}. */
export interface PushOptions extends RepositoryOptions {
  /** Replace a version that has other contents. */
  force?: boolean;
  /** When it was made, in seconds since 1970: now if absent. */
  created?: number;
}

/** The part of a manifest that is read. */
interface Manifest {
  readonly mediaType?: unknown;
  readonly config?: Partial<Descriptor>;
  readonly layers?: unknown;
  readonly manifests?: unknown;
}

/** Which annotation takes which metadata. */
const annotations: readonly (readonly [name: string, key: MetadataKey])[] = [
  ['authors', 'authors'],
  ['description', 'description'],
  ['licenses', 'licenses'],
  ['revision', 'revision'],
  ['source', 'source'],
  ['url', 'homepage'],
  ['version', 'version'],
];
const annotation = (name: string) => `org.opencontainers.image.${name}`;

/**
 * Fetches a component. Manifest and component are checked against their digests.
 *
 * @throws {@link WindlassError} `not-found`, `digest-mismatch`, `no-component`,
 *   `unauthorized`, `unreachable`, `registry`
 */
export async function pull(reference: Reference, options?: RepositoryOptions): Promise<Pulled> {
  const repository = new Repository(reference, 'pull', options);
  const wanted = reference.digest ?? reference.tag ?? 'latest';
  let fetched = await repository.manifest(wanted);
  if (!fetched) throw await notFound(repository, reference);
  let manifest = parse(fetched, reference);
  if (Array.isArray(manifest.manifests)) {
    const digest = forWasm(manifest.manifests);
    const chosen = digest === undefined ? undefined : await repository.manifest(digest);
    if (!chosen) throw noComponent(reference, 'an image for other platforms');
    fetched = chosen;
    manifest = parse(fetched, reference);
  }
  const layer = layerOf(manifest, reference);
  const bytes = await repository.blob(layer);
  const kind = kindOf(bytes);
  if (kind === 'core') throw noComponent(reference, 'a core module');
  if (kind !== 'component') throw noComponent(reference, 'something else');
  return { bytes, manifest: fetched.digest, layer: layer.digest };
}

/**
 * Pushes a component under a tag.
 *
 * @throws {@link WindlassError} `exists` when a version is there with other
 *   contents, others as `inspect` and {@link pull}
 */
export async function push(
  bytes: Uint8Array,
  reference: Reference,
  { force = false, created, ...options }: PushOptions = {},
): Promise<Pushed> {
  const { config, manifest } = describe(bytes, reference, created);
  const repository = new Repository(reference, 'pull,push', options);
  const tag = reference.tag ?? 'latest';
  const layer = digestOf(bytes);
  // A version is for good: who has locked it would no longer get it.
  if (!force && isVersion(tag)) {
    const there = await repository.manifest(tag);
    if (there && layerDigest(there) === layer) {
      return { manifest: there.digest, layer, known: true };
    }
    if (there) {
      throw new WindlassError({
        code: 'exists',
        message: `\`${formatReference(reference)}\` is there already, with other contents`,
        help: 'publish it as another version, or replace this one with `--force`',
      });
    }
  }
  await repository.pushBlob(config);
  await repository.pushBlob(bytes);
  return { manifest: await repository.pushManifest(tag, manifest), layer, known: false };
}

/** Whether a tag is a version by semver. */
export function isVersion(tag: string): boolean {
  return /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(tag);
}

/** The configuration and the manifest of a component. */
export function describe(
  bytes: Uint8Array,
  reference: Reference,
  created = Math.floor(Date.now() / 1000),
): { config: Uint8Array; manifest: Uint8Array } {
  const inspection = inspect(bytes);
  const metadata = metadataOf(bytes, inspection);
  const tag = reference.tag ?? 'latest';
  if (!metadata.has('version') && isVersion(tag)) metadata.set('version', tag.replace(/^v/, ''));
  const layer = digestOf(bytes);
  const names = (items: readonly { name: string }[]) => [...new Set(items.map(({ name }) => name))];
  const author = metadata.get('authors');
  const config = encode({
    created: new Date(created * 1000).toISOString().replace('.000Z', 'Z'),
    ...(author !== undefined && { author }),
    architecture: 'wasm',
    os: 'wasip2',
    layerDigests: [layer],
    component: {
      exports: packageItems(bytes, inspection.exports) ?? names(inspection.exports),
      imports: names(inspection.imports),
    },
  });
  const manifest = encode({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: digestOf(config), size: config.length },
    layers: [
      {
        mediaType: layerType,
        digest: layer,
        size: bytes.length,
        annotations: { [annotation('title')]: `${nameOf(reference)}.wasm` },
      },
    ],
    annotations: Object.fromEntries(
      annotations.flatMap(([name, key]) => {
        const text = metadata.get(key);
        return text === undefined ? [] : [[annotation(name), text]];
      }),
    ),
  });
  return { config, manifest };
}

/** The items of a WIT package, by full names; `undefined` for other components. */
function packageItems(
  bytes: Uint8Array,
  exports: readonly { name: string; kind: string }[],
): string[] | undefined {
  const isPackage = exports.length > 0 && exports.every(({ kind }) => kind === 'type');
  if (!isPackage) return undefined;
  let text: string;
  try {
    text = wit(bytes);
  } catch {
    // A component that exports nothing but types, and has no WIT spelling.
    return undefined;
  }
  const [, name, version = ''] = /^package ([^@;\s{]+)(@[^;\s{]+)?/m.exec(text) ?? [];
  return name === undefined ? undefined : exports.map((item) => `${name}/${item.name}${version}`);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parse({ bytes }: FetchedManifest, reference: Reference): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Said below.
  }
  if (typeof manifest === 'object' && manifest !== null) return manifest;
  throw new WindlassError({
    code: 'registry',
    message: 'the registry gave a manifest that is no JSON object',
    at: formatReference(reference),
  });
}

/** The digest of the manifest for Wasm among those for several platforms. */
function forWasm(manifests: readonly unknown[]): string | undefined {
  for (const one of manifests) {
    const { digest, platform, mediaType } = (one ?? {}) as Record<string, unknown>;
    const { architecture } = (platform ?? {}) as { architecture?: unknown };
    if (architecture === 'wasm' && mediaType !== indexType && isDigest(digest)) return digest;
  }
  return undefined;
}

/** The one layer that is a component. */
function layerOf(manifest: Manifest, reference: Reference): Descriptor {
  const layers: unknown[] = Array.isArray(manifest.layers) ? manifest.layers : [];
  const wasm = layers.filter(
    (layer) => ((layer ?? {}) as { mediaType?: unknown }).mediaType === layerType,
  );
  const [layer] = wasm as Descriptor[];
  if (!layer || wasm.length > 1) {
    const type = manifest.config?.mediaType;
    const shown = typeof type === 'string' ? printable(type) : 'unknown';
    throw noComponent(
      reference,
      layer ? `${wasm.length} Wasm files` : `something else (its configuration is \`${shown}\`)`,
    );
  }
  if (isDigest(layer.digest) && Number.isSafeInteger(layer.size) && layer.size >= 0) return layer;
  throw new WindlassError({
    code: 'registry',
    message: 'the registry gave a manifest whose layer has no digest and size',
    at: formatReference(reference),
  });
}

function layerDigest({ bytes }: FetchedManifest): string | undefined {
  try {
    const { layers } = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
    return Array.isArray(layers) ? (layers[0] as Descriptor | undefined)?.digest : undefined;
  } catch {
    return undefined;
  }
}

function noComponent(reference: Reference, what: string): WindlassError {
  return new WindlassError({
    code: 'no-component',
    message: `\`${formatReference(reference)}\` is no component but ${what}`,
  });
}

/** The error for a version that is missing, with those that exist. */
async function notFound(repository: Repository, reference: Reference): Promise<WindlassError> {
  let tags: string[] = [];
  try {
    tags = await repository.tags();
  } catch {
    // Nothing to add, then.
  }
  const shown = tags.slice(-5).map((tag) => `\`${printable(tag)}\``);
  return new WindlassError({
    code: 'not-found',
    message: `there is no \`${formatReference(reference)}\``,
    help: shown.length > 0 ? `there is ${shown.join(', ')}` : undefined,
  });
}
