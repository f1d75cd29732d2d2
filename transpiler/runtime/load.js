/**
 * Compiles a core module beside the entry, in Node, Deno and Bun from the file.
 * @param {URL} url
 */
export function compileFile(url) {
  return compileBytes(process.getBuiltinModule('node:fs').readFileSync(url));
}

function compileBytes(bytes) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    lacking(error);
  }
}

// The module is valid, so the engine can only lack something that it uses.
function lacking(error) {
  error.message = `this engine lacks what the component needs: ${error.message}`;
  throw error;
}

/**
 * Compiles a core module that is fetched.
 * @param {URL} url
 */
export async function compileFetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`cannot fetch ${url}: HTTP status ${response.status}`);
  return (
    response.headers.get('content-type')?.startsWith('application/wasm')
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer())
  ).catch(lacking);
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
  return compileBytes(bytes);
}
