/** Services as functions of the fetch API. */
import type { Capabilities } from '@windlass/wasi';
import type { CompileOptions } from '../api.js';
import { WindlassError } from '../error.js';
import type { Exports, Imports } from '../evaluate.js';
import { importModule } from '../import.js';
import type { Bytes } from '../options.js';
import type { Exchange } from './exchange.js';
import { FetchExchange } from './fetch.js';
import { Instances } from './instances.js';
import type { Program } from './program.js';

/** Options of a service. */
export interface ServiceOptions {
  /** The grants of each instance. Default: none. */
  capabilities?: Capabilities | undefined;
  /** What the component imports besides WASI, by import name. */
  imports?: Imports | undefined;
  /** Options of `compile`, where the component is given as bytes. */
  compile?: CompileOptions | undefined;
  /** The number of requests that one instance answers, one after the other. Default: 1. */
  reuse?: number | undefined;
  /** Milliseconds from a request to the end of its answer, 0 for no bound. Default: 300,000. */
  timeout?: number | undefined;
  /** Bytes that the body of a request may have. Default: no bound. */
  maxBodyBytes?: number | undefined;
  /** Told of traps and of what else was in the way of an answer. Default: `console.error`. */
  onError?: ((error: Error) => void) | undefined;
}

/** A transpiled component: its glue and its compiled core modules. */
export interface EmittedService {
  /** `instantiate` of `thing.instantiate.js`, made with `asyncImports: WAITING`. */
  instantiate(cores: WebAssembly.Module[], imports: Imports): Exports;
  cores: WebAssembly.Module[];
}

/** Answers requests. `close` ends its idle instances, once no request is left. */
export interface Handler {
  (request: Request): Promise<Response>;
  close(): void;
}

const DEFAULT_TIMEOUT = 300_000;

/**
 * Makes a fetch function of a component that exports `wasi:http/incoming-handler`.
 *
 * Each request gets an instance of its own, unless `reuse` says otherwise. Nothing is granted
 * by default.
 *
 * ```js
 * const handler = await createHandler(bytes, { capabilities: { env: { MODE: 'test' } } });
 * const response = await handler(new Request('http://localhost/hello'));
 * ```
 *
 * @throws {@link WindlassError} when the component or an option is refused
 */
export async function createHandler(
  component: Bytes | EmittedService,
  options: ServiceOptions = {},
): Promise<Handler> {
  const service = await serviceOf(component, options);
  const { HttpError } = service.program.wasi;
  const handle = (request: Request): Promise<Response> => {
    const exchange = new FetchExchange(request, HttpError, service.maxBodyBytes);
    void service.answer(exchange);
    return exchange.response;
  };
  return Object.assign(handle, { close: () => service.close() });
}

/** Passes exchanges to instances. */
export class RunningService {
  readonly program: Program;
  readonly maxBodyBytes: number;
  readonly #instances: Instances;
  readonly #timeout: number;
  readonly #onError: (error: Error) => void;

  constructor(program: Program, options: ServiceOptions) {
    const { reuse = 1, timeout = DEFAULT_TIMEOUT, maxBodyBytes = Infinity } = options;
    this.program = program;
    this.maxBodyBytes = maxBodyBytes;
    this.#timeout = timeout;
    this.#onError = options.onError ?? ((error) => console.error(error));
    this.#instances = new Instances(program, reuse);
  }

  /** Has an instance answer, and settles when that is done. Never rejects. */
  async answer(exchange: Exchange): Promise<void> {
    let status = 500;
    try {
      const instance = this.#instances.take();
      exchange.onEvent = () => instance.events.wake();
      const late = new Error('the request took too long');
      const end = () => {
        status = 504;
        instance.events.end(late);
      };
      const timer = this.#timeout > 0 ? setTimeout(end, this.#timeout) : undefined;
      let hasTrapped = true;
      try {
        const receipt = await instance.handle(exchange);
        hasTrapped = false;
        if (!exchange.hasAnswer) this.#onError(unanswered(receipt.error()));
      } finally {
        clearTimeout(timer);
        exchange.settle(status);
        this.#instances.give(instance, hasTrapped);
      }
    } catch (error) {
      exchange.settle(status);
      this.#onError(error as Error);
    }
  }

  close(): void {
    this.#instances.close();
  }
}

function unanswered(code: { tag: string; val?: unknown } | undefined): Error {
  if (code === undefined) return new Error('the component gave no answer');
  const detail = typeof code.val === 'string' ? `: ${code.val}` : '';
  return new Error(`the component answered with the error \`${code.tag}\`${detail}`);
}

/** Compiles a component, or takes one that is compiled. */
export async function serviceOf(
  component: Bytes | EmittedService,
  options: ServiceOptions,
): Promise<RunningService> {
  if (typeof WebAssembly !== 'object' || !('Suspending' in WebAssembly)) {
    throw new WindlassError({ code: 'unsupported', message: 'this engine has no JSPI' });
  }
  const wasi = (await importModule('@windlass/wasi')) as typeof import('@windlass/wasi');
  const { capabilities = {}, imports = {} } = options;
  const instantiate = await instantiatorOf(component, options);
  return new RunningService({ wasi, instantiate, capabilities, imports }, options);
}

async function instantiatorOf(
  component: Bytes | EmittedService,
  { compile: compiling = {} }: ServiceOptions,
): Promise<Program['instantiate']> {
  if ('instantiate' in component) {
    const { instantiate, cores } = component;
    return (imports) => instantiate(cores, imports);
  }
  const { compile, inspect } = await import('../index.js');
  const { waitsOf } = await import('./waits.js');
  const asyncImports = [...(compiling.asyncImports ?? []), ...waitsOf(inspect(component))];
  const compiled = await compile(component, { ...compiling, asyncImports });
  return (imports) => compiled.instantiate(imports);
}
