/**
 * Compiles a core module beside the entry, in Node, Deno and Bun from the file.
 * @param {URL} url
 */
export function compileFile(url) {
  return compileBytes(process.getBuiltinModule('node:fs').readFileSync(url), url);
}

/** @param {URL} [url] where the bytes come from, if that is elsewhere */
function compileBytes(bytes, url) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    refused(error, url);
  }
}

/**
 * Says why an engine refuses a core module: what is no module, or a part of one, is not what was
 * emitted, and engines have limits. Else the module is valid, and the engine lacks something.
 * @param {any} error what is no `CompileError` is no matter of what the module uses
 * @param {URL | string} [url]
 * @returns {never}
 */
export function refused(error, url = 'a core module') {
  const { message } = error;
  error.message = /^[^C]|magic|byte 0|\b(end|limit)\b|empty|max/.test(error)
    ? `cannot load ${url}: ${message}`
    : `this engine lacks what the component needs: ${message}; Node 22 has it`;
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
  ).catch((error) => refused(error, url));
}

/**
 * Compiles a core module beside the entry, wherever that runs.
 * @param {URL} url
 */
export function compileAnywhere(url) {
  return url.protocol === 'file:' ? compileFile(url) : compileFetched(url);
}

/**
 * Compiles a core module beside the entry, wherever that runs: a small one of which no engine
 * lacks anything, at once when it is there.
 * @param {URL} url
 */
export function compileSmall(url) {
  const compile = (bytes) => {
    try {
      return new WebAssembly.Module(bytes);
    } catch (/** @type {any} */ error) {
      error.message = `cannot load ${url}: ${error.message}`;
      throw error;
    }
  };
  if (url.protocol === 'file:') {
    return compile(process.getBuiltinModule('node:fs').readFileSync(url));
  }
  return fetch(url)
    .then((response) => {
      if (!response.ok) throw new Error(`cannot fetch ${url}: HTTP status ${response.status}`);
      return response.arrayBuffer();
    })
    .then(compile);
}

/**
 * Compiles a core module from a text with a character per byte.
 * @param {string} text
 */
export function compileText(text) {
  return compileBytes(bytesOfText(text));
}

/**
 * Compiles a core module that is too large for a page to compile at once: a promise there.
 * @param {string} text with a character per byte
 */
export function compileLongText(text) {
  const bytes = bytesOfText(text);
  return isPage() ? WebAssembly.compile(bytes).catch(refused) : compileBytes(bytes);
}

function bytesOfText(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// On the thread of a page Chromium compiles and instantiates 8 MB at most at once.
function isPage() {
  return typeof document !== 'undefined';
}

/**
 * The form of `instantiate` that this environment allows for large core modules.
 * @param {Function} instantiate
 * @param {Function} instantiateAsync
 */
export function allowedForm(instantiate, instantiateAsync) {
  return isPage() ? instantiateAsync : instantiate;
}

/**
 * Keeps what is posted to a worker until a promise is settled. Who listens may be evaluated
 * behind it, by top-level await, and messages without a listener are lost.
 * @template T
 * @param {T | Promise<T>} promise what is waited for
 */
export function holdMessages(promise) {
  if (!(globalThis.WorkerGlobalScope && promise instanceof Promise)) return promise;
  // Somebody listens already: this is a later `import()`.
  if (self.onmessage || globalThis.onconnect) return promise;
  // A shared worker is sent `connect`.
  const types = ['message', 'connect'];
  const held = [];
  const hold = (event) => {
    event.stopImmediatePropagation();
    held.push(event);
  };
  for (const type of types) self.addEventListener(type, hold, true);
  // By a timer, as modules behind the promise are evaluated in microtasks.
  return promise.finally(() => setTimeout(release));
  function release() {
    for (const type of types) self.removeEventListener(type, hold, true);
    for (const event of held) self.dispatchEvent(new self.MessageEvent(event.type, event));
  }
}

/**
 * Fills the exports of a module without top-level await: at once where nothing has to be waited for.
 * @param {(WebAssembly.Module | Promise<WebAssembly.Module>)[]} cores
 * @param {(cores: WebAssembly.Module[]) => object | Promise<object>} make
 * @param {(exports: object) => void} fill
 * @returns {Promise<void>} settled when they are there
 */
export async function initialize(cores, make, fill) {
  const isPending = (value) => value instanceof Promise;
  const ready = cores.some(isPending) ? await Promise.all(cores) : cores;
  const exports = make(/** @type {WebAssembly.Module[]} */ (ready));
  fill(isPending(exports) ? await exports : exports);
}
