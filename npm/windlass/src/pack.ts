/** An npm package made from a component. */
import { isBuiltin } from 'node:module';
import { inspect, transpile, wit } from './index.js';
import { invalidOption, WindlassError } from './error.js';
import { importOf } from './hint.js';
import { code, fenced, quoted } from './markdown.js';
import { metadataOf } from './metadata.js';
import { type Bytes, bytesOf, checkKeys, keysAt, merged } from './options.js';
import type { OptionsAt, Target } from './schema.js';

/** Options of {@link pack}. What is absent is taken from the component's metadata, if it is there. */
export interface PackOptions extends OptionsAt<'pack'> {
  /** The name of the package. */
  name: string;
  /** A version by semver. */
  version?: string;
  description?: string;
  /** An SPDX expression, `UNLICENSED` if nobody says. */
  license?: string;
  /** The version of `@windlass/wasi` that the package depends on, when the component uses WASI. */
  wasi: string;
}

/**
 * The entries by conditions of Node's `exports`, the more special first: target and suffix of the
 * name.
 */
const entries: readonly (readonly [condition: string, target: Target, suffix: string])[] = [
  ['workerd', 'workerd', '.workerd'],
  ['node', 'node', '.node'],
  // Dev servers bundle packages in advance, which moves code away from its core modules.
  ['development', 'inline', '.inline'],
  ['browser', 'web', '.browser'],
  ['default', 'universal', ''],
];

/**
 * Writes an npm package from a component: an entry for each environment, the
 * core modules, types, the component itself, a README made from its WIT.
 *
 * @returns files by path
 * @throws {@link WindlassError} when the component or an option is refused
 */
export function pack(component: Bytes, options: PackOptions): Map<string, Uint8Array> {
  const bytes = bytesOf(component);
  const metadata = metadataOf(bytes, inspect(bytes));
  const name = nameOf(options.name);
  const stem = name.replace(/^@[^/]*\//, '');
  const { name: _, version, description, license, wasi, ...rest } = options;
  checkKeys(rest, keysAt('pack'));
  // Lists may be such that can be read but once.
  const settings = merged([rest]);
  const files = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  const conditions: Record<string, string> = { types: `./${stem}.d.ts` };
  // Entries make an instance, whose start function may do anything.
  const sideEffects: string[] = [];
  let imports: ReadonlyMap<string, string | undefined> = new Map();
  let names: string[] = [];

  for (const [condition, target, suffix] of entries) {
    const made = transpile(bytes, { name: stem, target, ...settings });
    const [entry = ''] = made.files.keys();
    const own = `${stem}${suffix}.js`;
    for (const [file, contents] of made.files) files.set(file === entry ? own : file, contents);
    sideEffects.push(`./${own}`);
    conditions[condition] = `./${own}`;
    ({ imports, exports: names } = made);
  }
  files.set(`${stem}.wasm`, bytes);

  const types = `./${stem}.d.ts`;
  const manifest = {
    name,
    version: versionOf(version ?? metadata.get('version')),
    description: description ?? metadata.get('description') ?? summaryOf(bytes),
    license: license ?? metadata.get('licenses') ?? 'UNLICENSED',
    homepage: metadata.get('homepage'),
    repository: metadata.get('source'),
    author: metadata.get('authors'),
    files: [...files.keys()],
    type: 'module',
    sideEffects,
    types,
    exports: {
      '.': conditions,
      './inline': { types, default: `./${stem}.inline.js` },
      './instantiate': {
        types: `./${stem}.instantiate.d.ts`,
        default: `./${stem}.instantiate.js`,
      },
      './*.wasm': './*.wasm',
      './package.json': './package.json',
    },
    ...dependenciesOf(imports, wasi),
    // The versions that have `process.getBuiltinModule`.
    engines: { node: '^20.16.0 || >=22.3.0' },
  };
  const declarations = new TextDecoder().decode(files.get(`${stem}.d.ts`));
  files.set('package.json', encoder.encode(`${JSON.stringify(manifest, undefined, 2)}\n`));
  // The person who packs may write Markdown; a component is anybody's.
  const shown = {
    description: description ?? (manifest.description && quoted(manifest.description)),
    license: license ?? quoted(manifest.license),
  };
  const text = readme({ name, ...shown }, stem, names, bytes, declarations);
  files.set('README.md', encoder.encode(text));
  return files;
}

/** The packages that imports are mapped to; those that are not WASI are for the application to choose. */
function dependenciesOf(imports: ReadonlyMap<string, string | undefined>, wasi: string): object {
  const dependencies: Record<string, string> = {};
  const peerDependencies: Record<string, string> = {};
  for (const [name, specifier] of imports) {
    if (specifier === undefined || isBuiltin(specifier.replace(/(?!^)#.*$/s, ''))) continue;
    const [, from] = /^((?:@[^/]+\/)?[^/@.:#][^/:#]*)(?:[/#]|$)/.exec(specifier) ?? [];
    if (from === '@windlass/wasi') dependencies[from] = `^${wasi}`;
    else if (from !== undefined) peerDependencies[from] = '*';
    else {
      throw new WindlassError({
        code: 'unknown-import',
        message: `the import \`${name}\` would come from \`${specifier}\`, which a package cannot reach`,
        help: `map it to a package: \`--map '${name.replace(/@.*/, '')}=some-package'\``,
      });
    }
  }
  return {
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(Object.keys(peerDependencies).length > 0 && { peerDependencies }),
  };
}

function nameOf(name: string): string {
  if (name.length <= 214 && /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name)) {
    return name;
  }
  throw invalidOption(
    `\`${name}\` is no name of an npm package`,
    'lower-case letters, digits, `-`, `.` and `_`, perhaps behind `@scope/`: `--name @acme/thing`',
  );
}

function versionOf(version = '0.1.0'): string {
  if (/^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version)) return version;
  throw invalidOption(`\`${version}\` is no version by semver`, 'it has to be like `1.2.3`');
}

/** The world as WIT, without the packages that it takes interfaces from. */
function worldOf(bytes: Uint8Array): string | undefined {
  try {
    return wit(bytes)
      .split(/\n(?=package [^;]*\{)/)[0]
      ?.trim();
  } catch (error) {
    // A component may well have no WIT spelling.
    if (error instanceof WindlassError) return undefined;
    throw error;
  }
}

/** The first paragraph of the world's documentation. */
function summaryOf(bytes: Uint8Array): string | undefined {
  const docs = /((?:^[ \t]*\/\/\/.*\n)+)[ \t]*world /m.exec(worldOf(bytes) ?? '')?.[1];
  const lines = docs?.split('\n').map((line) => line.replace(/^\s*\/\/\/ ?/, '').trim()) ?? [];
  return lines.join('\n').split('\n\n')[0]?.replaceAll('\n', ' ').trim() || undefined;
}

/** Which exports JSPI suspends, if any, as far as the component itself says. */
function suspension(bytes: Uint8Array, types: string): string | undefined {
  // Options may have decided otherwise.
  if (!types.includes('JSPI')) return undefined;
  const lines = inspect(bytes).exports.flatMap(({ name, jspi, items = [] }) => [
    ...(jspi ? [[name, jspi] as const] : []),
    ...items.flatMap((item) => (item.jspi ? [[`${name}#${item.name}`, item.jspi] as const] : [])),
  ]);
  if (lines.length === 0) return undefined;
  const list = lines.map(([name, { need, reason }]) =>
    need === 'certain'
      ? `- ${code(name)} needs it: it ${quoted(reason)}`
      : `- ${code(name)} may need it: it can get to code that ${quoted(reason)}`,
  );
  const intro =
    'Exports that JSPI (JavaScript Promise Integration) suspends; engines without it refuse what needs it:';
  return `## Requirements\n\n${intro}\n\n${list.join('\n')}`;
}

function readme(
  {
    name,
    description,
    license,
  }: { name: string; description?: string | undefined; license: string },
  stem: string,
  exports: readonly string[],
  bytes: Uint8Array,
  types: string,
): string {
  const world = worldOf(bytes);
  const parts = [
    `# ${name}`,
    description,
    '```sh\nnpm install ' + name + '\n```',
    fenced(importOf(exports, name), 'js'),
    `\`${name}/inline\` has the core modules inside the JavaScript, \`${name}/instantiate\` makes instances out of imports ` +
      `of your own, \`${name}/${stem}.wasm\` is the component.`,
    suspension(bytes, types),
    world && `## Interface\n\n${fenced(world, 'wit')}`,
    `## License\n\n${license}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
