/**
 * `import 'windlass/polyfill'`: the functions of `WebAssembly` accept components,
 * in the shape that the Component Model's JS API describes (Explainer.md, "JS API").
 *
 * ```js
 * import 'windlass/polyfill';
 *
 * const { instance } = await WebAssembly.instantiateStreaming(fetch('./a.wasm'), {
 *   'acme:log/log': { log: console.log },
 * });
 * instance.exports.render('*hello*');
 * ```
 *
 * Core modules go to the functions that were there before, untouched. Importing
 * this module again changes nothing.
 *
 * @module
 */
import { type Component as Compiled, compile, transpile } from 'windlass';
import { kindOf } from './kind.js';
import { bytesOf } from './options.js';

/** `BufferSource`, which projects without DOM have no name for. */
type Source = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

declare global {
  namespace WebAssembly {
    // As in the declarations of DOM, for projects without.
    interface Module {}
    interface Instance {}
    /** A decoded and validated component. */
    interface Component {
      readonly [Symbol.toStringTag]: 'WebAssembly.Component';
    }
    /** The constructor and what can be asked of a component. */
    interface ComponentConstructor {
      /**
       * Compiles a component.
       *
       * @throws {@link WebAssembly.CompileError} when it is refused
       */
      new (bytes: Source): Component;
      /** The names of its imports. */
      imports(component: Component): Promise<string[]>;
      /** The JavaScript names of its exports. */
      exports(component: Component): Promise<string[]>;
    }
    // oxlint-disable-next-line no-var -- a property of the namespace can be declared in no other way
    var Component: ComponentConstructor;
    function compile(bytes: Source): Promise<Module | Component>;
    function instantiate(
      component: Component,
      imports?: Readonly<Record<string, unknown>>,
    ): Promise<Instance>;
  }
}

type Imports = Readonly<Record<string, unknown>>;
type Streamed = Response | PromiseLike<Response>;

const { compile: compileModule, instantiate: instantiateModule, validate } = WebAssembly;
const { compileStreaming, instantiateStreaming } = WebAssembly;

class Component {
  readonly #compiled: Promise<Compiled>;

  constructor(bytes: BufferSource, compiled?: Promise<Compiled>) {
    if (compiled === undefined) {
      // Glue is evaluated later, but what is wrong with the bytes is said at once.
      try {
        check(bytes);
      } catch (error) {
        throw compileError(error);
      }
    }
    this.#compiled = compiled ?? compile(copyOf(bytes));
    // Whoever instantiates hears of it.
    this.#compiled.catch(() => {});
  }

  get [Symbol.toStringTag](): 'WebAssembly.Component' {
    return 'WebAssembly.Component';
  }

  static async imports(component: Component): Promise<string[]> {
    return [...(await component.#compiled).imports];
  }

  static async exports(component: Component): Promise<string[]> {
    return [...(await component.#compiled).exports];
  }

  static async instantiate(component: Component, imports: Imports = {}): Promise<object> {
    const exports = await (await component.#compiled).instantiateAsync(imports);
    return Object.create(WebAssembly.Instance.prototype, {
      exports: { value: Object.freeze(exports), enumerable: true },
    }) as object;
  }
}

/** Throws what is wrong with a component. */
function check(bytes: BufferSource): void {
  transpile(bytes, { instantiateOnly: true, types: false });
}

/** Compiles a component without the wait of its constructor. */
async function compileComponent(bytes: BufferSource): Promise<Component> {
  const compiled = compile(copyOf(bytes));
  try {
    await compiled;
  } catch (error) {
    throw compileError(error);
  }
  return new Component(bytes, compiled);
}

/** As `WebAssembly.compile`, which reads the bytes before the caller can change them. */
function copyOf(bytes: BufferSource): Uint8Array {
  return bytesOf(bytes).slice();
}

function compileError(error: unknown): unknown {
  const { name, message } = error as Error;
  if (name !== 'WindlassError') return error;
  return Object.assign(new WebAssembly.CompileError(message), { cause: error });
}

function isComponent(source: unknown): source is BufferSource {
  if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source))) return false;
  return kindOf(bytesOf(source)) === 'component';
}

/** The bytes of a response when it is a component, else the response as if nobody had looked. */
async function sniff(source: Streamed): Promise<{ bytes: ArrayBuffer } | { response: Response }> {
  const response = await source;
  // Native functions shall refuse in their own words.
  if (!(response instanceof Response) || !response.ok || response.bodyUsed || !response.body) {
    return { response };
  }
  const reader = response.clone().body!.getReader();
  const start = new Uint8Array(8);
  let length = 0;
  while (length < start.length) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, start.length - length);
    start.set(part, length);
    length += part.length;
  }
  void reader.cancel();
  if (length < start.length || kindOf(start) !== 'component') return { response };
  const type = response.headers.get('content-type');
  if (type?.toLowerCase() !== 'application/wasm') {
    throw new TypeError(`the MIME type of a component is application/wasm, not \`${type ?? ''}\``);
  }
  return { bytes: await response.arrayBuffer() };
}

async function both(bytes: BufferSource, imports?: Imports): Promise<object> {
  const module = await compileComponent(bytes);
  return { module, instance: await Component.instantiate(module, imports) };
}

const replacements = {
  Component,

  validate(bytes: BufferSource) {
    if (!isComponent(bytes)) return validate(bytes);
    try {
      check(bytes);
      return true;
    } catch (error) {
      // In a browser nobody knows before the transpiler is there.
      if ((error as { code?: string }).code === 'no-binding') throw error;
      return false;
    }
  },

  async compile(bytes: BufferSource) {
    return isComponent(bytes) ? compileComponent(bytes) : compileModule(bytes);
  },

  async instantiate(source: BufferSource | WebAssembly.Module | Component, imports?: Imports) {
    if (source instanceof Component) return Component.instantiate(source, imports);
    if (isComponent(source)) return both(source, imports);
    return instantiateModule(source as BufferSource, imports as WebAssembly.Imports);
  },

  async compileStreaming(source: Streamed) {
    const found = await sniff(source);
    return 'bytes' in found ? compileComponent(found.bytes) : compileStreaming(found.response);
  },

  async instantiateStreaming(source: Streamed, imports?: Imports) {
    const found = await sniff(source);
    if ('bytes' in found) return both(found.bytes, imports);
    return instantiateStreaming(found.response, imports as WebAssembly.Imports);
  },
};

if (!('Component' in WebAssembly)) {
  for (const [name, value] of Object.entries(replacements)) {
    const before = Object.getOwnPropertyDescriptor(WebAssembly, name);
    const enumerable = before?.enumerable ?? false;
    Object.defineProperty(WebAssembly, name, {
      value,
      writable: true,
      enumerable,
      configurable: true,
    });
  }
}
