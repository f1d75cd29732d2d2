/** The modules that the plugin makes, besides what the transpiler emits. */
import { readFileSync } from 'node:fs';
import * as tree from './tree.js';

/** The ways in which the running program gets the bytes of a file. */
export type Loading =
  /** Inside the JavaScript, a character for each byte. */
  | 'text'
  /** Inside the JavaScript, in base64, for bundlers that change other text. */
  | 'base64'
  /** A file that the bundler finds by `new URL('./file', import.meta.url)`. */
  | 'url'
  /** A file whose path the bundler gives for `import path from './file'`. */
  | 'path'
  /** A file beside the program, which reads it at once: where nothing can be awaited. */
  | 'read'
  /** As `url`, where there are no files but by the network. */
  | 'fetch'
  /** A file that was emitted, named by a reference. */
  | 'reference'
  /** A file that the bundler itself compiles, for `import module from './file?module'`. */
  | 'module';

/** A module by its text, and the names of the files of {@link runtimeFile} that it imports. */
export interface Made {
  text: string;
  runtime: Runtime[];
}

/** Imports of modules that are the same for every component. */
export const runtimeNames = [
  'anywhere',
  'fetched',
  'file',
  'hold',
  'instances',
  'long-text',
  'text',
] as const;
export type Runtime = (typeof runtimeNames)[number];

/** The name of a file of the runtime: one for all components, beside their folders. */
export function runtimeFile(name: Runtime): string {
  return `../runtime/${name}.js`;
}

/** The specifier by which a module imports a file. */
export function specifierOf(file: string): string {
  return /^\.{1,2}\//.test(file) ? file : `./${file}`;
}

/** The text of a file of the runtime. */
export function runtimeText(name: Runtime): string {
  return readFileSync(new URL(`./runtime/${name}.js`, import.meta.url), 'utf8');
}

/** Bytes of a core module that a page compiles at once. */
const SYNC_LIMIT = 8 * 2 ** 20;

/**
 * A module whose default export is a compiled core module, or a promise of it where that may
 * take time and `tla` does not allow to await it.
 */
export function coreModule(file: string, bytes: Uint8Array, loading: Loading, tla: boolean): Made {
  const ofText = bytes.length > SYNC_LIMIT ? 'long-text' : 'text';
  const isAwaited = tla && (loading === 'text' || loading === 'base64' ? ofText !== 'text' : true);
  switch (loading) {
    case 'text':
      return compiling(ofText, [], binaryString(bytes), isAwaited);
    case 'base64':
      return compiling(ofText, [], tree.call(tree.id('atob'), base64(bytes)), isAwaited);
    case 'read':
      // Parcel replaces the inner one by a string.
      return compiling('file', [], tree.newUrl(urlOf(file, loading)), false);
    case 'module': {
      const body = [tree.exportFrom('default', `${specifierOf(file)}?module`)];
      return { text: tree.print(body), runtime: [] };
    }
    default: {
      const runtime = loading === 'fetch' ? 'fetched' : 'anywhere';
      return compiling(runtime, importsOf(file, loading), urlOf(file, loading), isAwaited);
    }
  }
}

/** `export default compile(argument)`, or `export default await holdMessages(compile(argument))` */
function compiling(
  runtime: Runtime,
  imports: tree.Node[],
  argument: tree.Node,
  isAwaited: boolean,
): Made {
  const compiled = tree.call(tree.id('compile'), argument);
  const body = [...imports, tree.importNamed('compile', specifierOf(runtimeFile(runtime)))];
  if (!isAwaited) {
    return { text: tree.print([...body, tree.exportDefault(compiled)]), runtime: [runtime] };
  }
  const held = tree.awaited(tree.call(tree.id('holdMessages'), compiled));
  body.push(tree.importNamed('holdMessages', specifierOf(runtimeFile('hold'))));
  return { text: tree.print([...body, tree.exportDefault(held)]), runtime: [runtime, 'hold'] };
}

/** A module whose default export is the URL of a file. */
export function urlModule(file: string, bytes: Uint8Array, loading: Loading): Made {
  const isInside = loading === 'text' || loading === 'base64';
  const body = isInside
    ? [tree.exportDefault(base64(bytes, 'data:application/wasm;base64,'))]
    : [...importsOf(file, loading), tree.exportDefault(tree.member(urlOf(file, loading), 'href'))];
  return { text: tree.print(body), runtime: [] };
}

/** The place in a module where the reference of an emitted file goes. */
export const REFERENCE = 'import.meta.ROLLUP_FILE_URL_';

/** A module that makes instances: its files, and whether it waits and for what. */
export interface Instances {
  readonly glue: string;
  /** In the order of the files. */
  readonly cores: readonly string[];
  readonly trap: string;
  /** Whether core modules are there when the module is evaluated; otherwise `$init` says when. */
  readonly tla: boolean;
  /** Whether the glue has `instantiateAsync`, which large core modules need on a page. */
  readonly isAsync: boolean;
}

/** A module with functions that make instances. */
export function instantiateModule({ glue, cores, trap, tla, isAsync }: Instances): Made {
  const made = (form: string) =>
    tree.call(tree.id('instancesOf'), tree.id(form), tree.id('cores'), tree.id('trapModule'));
  const instances = specifierOf(runtimeFile('instances'));
  const names = cores.map((_, i) => tree.id(`core${i}`));
  const body = [
    tree.importNamed('instancesOf', instances),
    tree.importNamed('instantiate', specifierOf(glue), 'atOnce'),
    tree.importDefault('trapModule', specifierOf(trap)),
    ...cores.map((file, i) => tree.importDefault(`core${i}`, specifierOf(file))),
    tree.constant('cores', tree.array(names)),
    tree.exportConst('instantiate', made('atOnce')),
    tree.exportDefault(tree.id('instantiate')),
  ];
  if (isAsync) {
    body.push(
      tree.importNamed('instantiateAsync', specifierOf(glue), 'later'),
      tree.exportConst('instantiateAsync', made('later')),
    );
  }
  if (!tla) {
    body.push(
      tree.importNamed('settle', instances),
      tree.exportConst('$init', tree.call(tree.id('settle'), tree.id('cores'))),
    );
  }
  return { text: tree.print(body), runtime: ['instances'] };
}

/** A module that has the exports of another. */
export function reexporting(file: string, hasDefault: boolean): Made {
  const from = specifierOf(file);
  const body = [tree.exportAll(from), ...(hasDefault ? [tree.exportFrom('default', from)] : [])];
  return { text: tree.print(body), runtime: [] };
}

function importsOf(file: string, loading: Loading): tree.Node[] {
  return loading === 'path' ? [tree.importDefault('path', specifierOf(file))] : [];
}

/** `new URL(…, import.meta.url)` */
function urlOf(file: string, loading: Loading): tree.Node {
  const base = tree.member(tree.meta, 'url');
  if (loading === 'path') return tree.newUrl(tree.id('path'), base);
  if (loading === 'reference') {
    return tree.newUrl(tree.member(tree.meta, REFERENCE.slice('import.meta.'.length)), base);
  }
  return tree.newUrl(tree.string(specifierOf(file)), base);
}

function base64(bytes: Uint8Array, prefix = ''): tree.Node {
  return tree.string(prefix + Buffer.from(bytes).toString('base64'));
}

/** A string with a character for each byte, written in as few characters as can be. */
function binaryString(bytes: Uint8Array): tree.Node {
  const parts: string[] = [];
  for (const [i, byte] of bytes.entries()) {
    const next = bytes[i + 1] ?? 0;
    if (byte === 0 && (next < 0x30 || next > 0x39)) parts.push('\\0');
    else if (byte === 0x22 || byte === 0x5c) parts.push(`\\${String.fromCharCode(byte)}`);
    else if (byte === 0x0a) parts.push('\\n');
    else if (byte === 0x0d) parts.push('\\r');
    // A byte order mark or a sequence that is no UTF-8 cannot arise: these are characters.
    else if (byte < 0x20 || (byte > 0x7e && byte < 0xa0)) {
      parts.push(`\\x${byte.toString(16).padStart(2, '0')}`);
    } else parts.push(String.fromCharCode(byte));
  }
  return tree.string(Buffer.from(bytes).toString('latin1'), `"${parts.join('')}"`);
}
