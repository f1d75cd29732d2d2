/** The text of modules that the plugin writes, besides what the transpiler emits. */

/** How the bytes of a file come to the running program. */
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
  | 'reference';

/** A module whose default export is a compiled core module. */
export function coreModule(file: string, bytes: Uint8Array, loading: Loading): string {
  switch (loading) {
    case 'text':
      return `${fromText}export default compileText("${binaryString(bytes)}");\n`;
    case 'base64':
      return `${fromText}export default compileText(atob("${Buffer.from(bytes).toString('base64')}"));\n`;
    case 'read':
      return `const url = new URL(${urlExpression(file, loading)});
export default new WebAssembly.Module(process.getBuiltinModule('node:fs').readFileSync(url));
`;
    case 'fetch':
      return `${fromFetch}export default await compile(${urlExpression(file, loading)});\n`;
    default:
      return `${urlPrelude(file, loading)}${fromUrl}export default await compile(${urlExpression(file, loading)});\n`;
  }
}

/** A module whose default export is the URL of a file. */
export function urlModule(file: string, bytes: Uint8Array, loading: Loading): string {
  if (loading === 'text' || loading === 'base64') {
    const data = Buffer.from(bytes).toString('base64');
    return `export default "data:application/wasm;base64,${data}";\n`;
  }
  return `${urlPrelude(file, loading)}export default ${urlExpression(file, loading)}.href;\n`;
}

/** The place in a module where the reference of an emitted file goes. */
export const REFERENCE = 'import.meta.ROLLUP_FILE_URL_';

/** A module with a function that makes instances, with the core modules in the order of their files. */
export function instantiateModule(glue: string, cores: string[], trap: string): string {
  const lines = cores.map((file, i) => `import core${i} from ${JSON.stringify(`./${file}`)};`);
  return `import { instantiate as glue } from ${JSON.stringify(`./${glue}`)};
import trapModule from ${JSON.stringify(`./${trap}`)};
${lines.join('\n')}
const cores = [${cores.map((_, i) => `core${i}`).join(', ')}];
export function instantiate(imports, options) {
  return glue(cores, imports, { trapModule, ...options });
}
export default instantiate;
`;
}

const fromText = `function compileText(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return new WebAssembly.Module(bytes);
}
`;

const fetching = `  const response = await fetch(url);
  if (!response.ok) throw new Error(\`cannot fetch \${url}: \${response.status}\`);
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
`;

const fromFetch = `async function compile(url) {
${fetching}`;

const fromUrl = `async function compile(url) {
  if (url.protocol === 'file:') {
    return WebAssembly.compile(process.getBuiltinModule('node:fs').readFileSync(url));
  }
${fetching}`;

function urlPrelude(file: string, loading: Loading): string {
  return loading === 'path' ? `import path from ${JSON.stringify(`./${file}`)};\n` : '';
}

function urlExpression(file: string, loading: Loading): string {
  if (loading === 'path') return 'new URL(path, import.meta.url)';
  if (loading === 'reference') return `new URL(${REFERENCE}, import.meta.url)`;
  return `new URL(${JSON.stringify(`./${file}`)}, import.meta.url)`;
}

/** Bytes as the inside of a string literal, a character for each. */
function binaryString(bytes: Uint8Array): string {
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
  return parts.join('');
}
