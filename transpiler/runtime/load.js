/**
 * Compiles a core module beside the entry, in Node, Deno and Bun from the file.
 * @param {URL} url
 */
export function compileFile(url) {
  return new WebAssembly.Module(process.getBuiltinModule('node:fs').readFileSync(url));
}

/**
 * Compiles a core module that is fetched.
 * @param {URL} url
 */
export async function compileFetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`cannot fetch ${url}: HTTP status ${response.status}`);
  const isWasm = response.headers.get('content-type')?.startsWith('application/wasm');
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Compiles a core module beside the entry, wherever that runs.
 * @param {URL} url
 */
export function compileAnywhere(url) {
  return url.protocol === 'file:' ? compileFile(url) : compileFetched(url);
}

/**
 * Compiles a core module from a text with a character per byte.
 * @param {string} text
 */
export function compileText(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return new WebAssembly.Module(bytes);
}
