/** Declarations beside what is imported, so that `tsc` and editors know the exports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { types as declarationsOf, WindlassError } from 'windlass';
import { writeAtomically } from './files.js';
import type { Options } from './options.js';

type Types = NonNullable<Options['types']>;

/**
 * Writes `thing.d.wasm.ts`, and what it refers to.
 *
 * @param component its path
 * @param files emitted declarations, none if it has none
 */
export function writeComponentTypes(
  component: string,
  files: ReadonlyMap<string, Uint8Array>,
  root: string,
  types: Types,
): void {
  const folder = folderFor(component, root, types);
  const [entry] = files;
  if (folder === undefined || !entry) return;
  const [emitted, declarations] = entry;
  const stem = emitted.slice(0, -'.d.ts'.length);
  const decoder = new TextDecoder();
  const own = ownName(component);
  const text = decoder.decode(declarations);
  const glue = `./${stem}.instantiate.js`;
  writeAtomically(
    join(folder, `${own}.d.wasm.ts`),
    text.replaceAll(`'${glue}'`, () => quoted(`./${own}.instantiate.js`)),
  );
  const glueTypes = files.get(`${stem}.instantiate.d.ts`);
  const queries = hasQueryTypes(types);
  if (!glueTypes || (!queries && !text.includes(`'${glue}'`))) return;
  writeAtomically(
    join(folder, `${own}.instantiate.d.ts`),
    decoder.decode(glueTypes).replaceAll(`'./${stem}.js'`, () => quoted(`./${own}.wasm`)),
  );
  if (!queries) return;
  writeAtomically(
    join(folder, `${own}.d.wasm?inline.ts`),
    `export * from ${quoted(`./${own}.wasm`)};\n`,
  );
  const isAsync = decoder.decode(glueTypes).includes('function instantiateAsync(');
  const later = `
/** The same where a core module is too large to be instantiated at once. */
export declare const instantiateAsync: WithoutCores<typeof import(${quoted(`./${own}.instantiate.js`)}).instantiateAsync>;
`;
  const init = /^export declare const \$init:.*\n/m.exec(text)?.[0] ?? '';
  writeAtomically(
    join(folder, `${own}.d.wasm?instantiate.ts`),
    `import type { instantiate as glue } from ${quoted(`./${own}.instantiate.js`)};

type WithoutCores<T> = T extends (cores: infer _, ...rest: infer R) => infer E
  ? (...rest: R) => E
  : never;

/** Makes an instance of the component, of what it imports and of settings. */
export declare const instantiate: WithoutCores<typeof glue>;
export default instantiate;
${isAsync ? later : ''}${init}`,
  );
}

/** The path of a component's declarations; `undefined` where it gets none. */
export function declarationsPath(
  component: string,
  root: string,
  types: Types,
): string | undefined {
  const folder = folderFor(component, root, types);
  return folder && join(folder, `${ownName(component)}.d.wasm.ts`);
}

function ownName(component: string): string {
  return basename(component).replace(/\.wasm$/, '');
}

/**
 * Whether imports with a query get declarations of their own.
 *
 * TypeScript takes the query for a part of the name, which Windows does not allow
 * in names. So they are not written beside components, where they would be in the
 * way of everybody who has the repository there.
 */
function hasQueryTypes(types: Types): boolean {
  return typeof types === 'string' && process.platform !== 'win32';
}

/**
 * Writes `thing.d.wit.ts` for a file of WIT, and what it refers to: the types of
 * its world, or a namespace for each of several.
 *
 * The package is all that lies beside the file and is no other package, with
 * what it depends on below `deps/`.
 *
 * @param path of the file
 * @throws {@link WindlassError} when the package is refused, `at` with the path of its file
 */
export function writeWitTypes(path: string, root: string, types: Types): void {
  const folder = folderFor(path, root, types);
  if (folder === undefined) return;
  const own = basename(path).replace(/\.wit$/, '');
  const decoder = new TextDecoder();
  const emitted = typesOfPackage(path);
  const worlds = [...emitted.keys()]
    .filter((name) => !name.endsWith('.instantiate.d.ts'))
    .map((name) => name.slice(0, -'.d.ts'.length));
  for (const world of worlds) {
    const of = (name: string) => decoder.decode(emitted.get(name));
    const glue = quoted(`./${own}.${world}.instantiate.js`);
    const renamed = (text: string) =>
      text
        .replaceAll(`'./${world}.js'`, () => quoted(`./${own}.${world}.js`))
        .replaceAll(`'./${world}.instantiate.js'`, () => glue);
    const text = renamed(of(`${world}.d.ts`));
    const both = ['Exports', 'Imports'].filter(
      (name) => !new RegExp(`^export (?:declare )?\\w+ ${name}\\b`, 'm').test(text),
    );
    writeAtomically(
      join(folder, `${own}.${world}.d.ts`),
      `${text}export type { ${both.join(', ')} } from ${glue};\n`,
    );
    writeAtomically(
      join(folder, `${own}.${world}.instantiate.d.ts`),
      renamed(of(`${world}.instantiate.d.ts`)),
    );
  }
  const lines = worlds.map((world) => {
    const names = worlds.length === 1 ? '*' : `* as ${camelCase(world)}`;
    return `export type ${names} from ${quoted(`./${own}.${world}.js`)};\n`;
  });
  writeAtomically(join(folder, `${own}.d.wit.ts`), lines.join(''));
}

/** A string of TypeScript, as others are quoted there. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The folder for declarations of a file; `undefined` for files that belong to somebody else. */
function folderFor(path: string, root: string, types: Types): string | undefined {
  if (types === false) return undefined;
  const folder = dirname(path);
  const place = relative(root, folder);
  const outside = place.startsWith('..') || isAbsolute(place);
  if (outside || /(?:^|[\\/])node_modules(?:[\\/]|$)/.test(place)) return undefined;
  return typeof types === 'string' ? join(resolve(root, types), place) : folder;
}

function typesOfPackage(path: string): Map<string, Uint8Array> {
  const folder = dirname(path);
  const files = packageAround(path);
  try {
    const emitted = declarationsOf(files);
    if (emitted.size > 0) return emitted;
    // Interfaces without a world: one that has them all.
    return declarationsOf([...files, ['windlass.types.wit', worldOf(files)]]);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.at === undefined) throw error;
    const { code, message, at, offset, help } = error;
    throw Object.assign(
      new WindlassError({
        code,
        message,
        at: join(folder, at),
        ...(offset !== undefined && { offset }),
        ...(help !== undefined && { help }),
      }),
      { cause: error },
    );
  }
}

/** The files of the package that a file belongs to, by their paths in it. */
function packageAround(path: string): [name: string, text: string][] {
  const folder = dirname(path);
  const read = (name: string): [string, string] => [name, readFileSync(join(folder, name), 'utf8')];
  const own = read(basename(path));
  const name = packageOf(own[1]);
  const beside = witIn(folder)
    .filter((other) => other !== basename(path))
    .map(read)
    .filter(([, text]) => {
      const other = packageOf(text);
      return other === undefined || name === undefined || other === name;
    });
  const deps = join(folder, 'deps');
  const names = existsSync(deps)
    ? readdirSync(deps, { withFileTypes: true }).flatMap((entry) => {
        if (!entry.isDirectory()) return entry.name.endsWith('.wit') ? [entry.name] : [];
        return witIn(join(deps, entry.name)).map((file) => join(entry.name, file));
      })
    : [];
  return [own, ...beside, ...names.toSorted().map((file) => read(join('deps', file)))];
}

function witIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wit'))
    .toSorted();
}

/** The package that a file of WIT says it is of. */
function packageOf(text: string): string | undefined {
  return /^\s*package\s+([^;{\s]+)\s*;/m.exec(withoutComments(text))?.[1];
}

function worldOf(files: [name: string, text: string][]): string {
  const own = files.filter(([name]) => !/^deps[\\/]/.test(name));
  const interfaces = own.flatMap(([, text]) => {
    const found = withoutComments(text).matchAll(/\binterface\s+(%?[A-Za-z][A-Za-z0-9-]*)\s*\{/g);
    return [...found].map(([, name]) => name);
  });
  // Interfaces and worlds share their names.
  return `world all-interfaces {\n${interfaces.map((name) => `import ${name};\n`).join('')}}\n`;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\/[^\n]*|\/\*.*?\*\//gs, '');
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}
