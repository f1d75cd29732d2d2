/** Services: they answer exchanges by instances of a component. */
import type * as Wasi from '@windlass/wasi';
import type { Capabilities } from '@windlass/wasi';
import type { CompileOptions, Transpiled } from '../api.js';
import { partsOf } from '../emitted.js';
import { compileCore, type Exports, type Glue, type Imports } from '../evaluate.js';
import { invalidOption } from '../error.js';
import { importModule } from '../import.js';
import type { Bytes } from '../options.js';
import type { Exchange, Service } from './exchange.js';
import { answerWith, Instances, LATE } from './instances.js';
import type { ThreadData } from './messages.js';
import { BOUND, checkOptions, FUNCTION, type Kind, OBJECT, WHOLE } from './options.js';
import type { Program } from './program.js';
import { waitsOf } from './waits.js';
import { Wakeups } from './wakeups.js';

/** Options of a service. */
export interface ServiceOptions {
  /** The grants of each instance. Default: none. */
  capabilities?: Capabilities | undefined;
  /** The imports besides WASI, by import name. */
  imports?: Imports | undefined;
  /** Options of `compile`, where the component is given as bytes. */
  compile?: CompileOptions | undefined;
  /** The number of requests that one instance answers, one after the other. Default: 1. */
  reuse?: number | undefined;
  /** Milliseconds from a request to the end of its answer, 0 for no bound. Default: 300,000. */
  timeout?: number | undefined;
  /** Bytes that the body of a request may have. Default: no bound. */
  maxBodyBytes?: number | undefined;
  /**
   * Requests that run at one time where there is no JSPI, each on a thread; others wait for
   * one. Default: 64.
   */
  threads?: number | undefined;
  /** Told of traps and of what else was in the way of an answer. Default: `console.error`. */
  onError?: ((error: Error) => void) | undefined;
}

/** A transpiled component: its glue and its compiled core modules. */
export interface EmittedService {
  /** `instantiate` of `thing.instantiate.js`, made with `asyncImports: WAITING`. */
  instantiate(cores: WebAssembly.Module[], imports: Imports): Exports;
  cores: WebAssembly.Module[];
}

/** Instances that are made before there is a request for them. */
const AHEAD = 4;

const DEFAULTS = {
  reuse: 1,
  timeout: 300_000,
  maxBodyBytes: Infinity,
  threads: 64,
  onError: (error: Error): void => console.error(error),
};

type Settled = typeof DEFAULTS;

const KINDS: Readonly<Record<keyof ServiceOptions, Kind>> = {
  capabilities: OBJECT,
  imports: OBJECT,
  compile: OBJECT,
  reuse: WHOLE,
  timeout: BOUND,
  maxBodyBytes: BOUND,
  threads: WHOLE,
  onError: FUNCTION,
};

/** Whether a guest that waits can be suspended here. */
export const hasJspi = (): boolean => 'Suspending' in WebAssembly;

/** Passes exchanges to instances that JSPI suspends. */
class SuspendingService implements Service {
  readonly wasi: typeof Wasi;
  readonly maxBodyBytes: number;
  readonly #instances: Instances;
  readonly #options: Settled;

  constructor(program: Program, options: Settled) {
    this.wasi = program.wasi;
    this.maxBodyBytes = options.maxBodyBytes;
    this.#options = options;
    this.#instances = new Instances(program, options.reuse, AHEAD);
  }

  async answer(exchange: Exchange): Promise<void> {
    const { timeout, onError } = this.#options;
    const error = await answerWith(this.#instances, exchange, timeout);
    exchange.settle(error?.message === LATE ? 504 : 500);
    if (error) onError(error);
  }

  close(): void {
    this.#instances.close();
  }
}

/** A transpiled component and what it imports besides WASI. */
export interface ServiceParts {
  readonly transpiled: Pick<Transpiled, 'files'>;
  readonly load: (body: Uint8Array) => Glue | Promise<Glue>;
  readonly imports: Imports;
  /** The same where it can go to other threads: modules. */
  readonly modules?: ThreadData['modules'] | undefined;
}

/**
 * A service of a component that was transpiled with the name `component`, as the body of a
 * function; where there is JSPI, with `waitsOf` as `asyncImports`.
 */
export async function serviceOfParts(
  { transpiled, load, imports, modules }: ServiceParts,
  options: ServiceOptions,
): Promise<Service> {
  const wasi = (await importModule('@windlass/wasi')) as typeof Wasi;
  const { glue, cores: bytes } = partsOf(transpiled.files, 'component');
  const cores = await Promise.all(
    bytes.map((core) => compileCore(core as Uint8Array<ArrayBuffer>)),
  );
  const { capabilities = {} } = options;
  const settled = settledOf(options);
  if (hasJspi()) {
    const { instantiate } = await load(glue);
    return suspending(wasi, (given) => instantiate(cores, given, {}), imports, options);
  }
  const { ThreadedService, unsupported } = await import('./threads.js');
  if (modules === undefined && Object.keys(imports).length > 0) {
    throw unsupported('imports that are objects of this thread cannot go to others');
  }
  const program = { glue, cores, capabilities, modules: modules ?? [], wasi };
  // A wrong grant is refused here, as without threads.
  wasi.createService(capabilities, new Wakeups()).imports[Symbol.dispose]();
  return new ThreadedService(program, settled).start();
}

function suspending(
  wasi: typeof Wasi,
  instantiate: Program['instantiate'],
  imports: Imports,
  options: ServiceOptions,
): Service {
  const { capabilities = {} } = options;
  const eventsOf = () => new Wakeups();
  const program = { wasi, instantiate, capabilities, imports, eventsOf };
  return new SuspendingService(program, settledOf(options));
}

/** Options with their defaults, without those that are only for the component. */
function settledOf(options: ServiceOptions): Settled {
  const said = Object.entries(options).filter(
    ([key, value]) => key in DEFAULTS && value !== undefined,
  );
  return { ...DEFAULTS, ...Object.fromEntries(said) };
}

/** Whether a component comes as its glue and core modules; other things are taken for its bytes. */
function isEmitted(component: Bytes | EmittedService): component is EmittedService {
  const { instantiate } = (component ?? {}) as Partial<EmittedService>;
  if (instantiate === undefined) return false;
  if (typeof instantiate === 'function') return true;
  throw invalidOption(
    '`instantiate` must be a function',
    'it is what `thing.instantiate.js` exports',
  );
}

/** A service of a component, or of one that is transpiled. */
export async function serviceOf(
  component: Bytes | EmittedService,
  options: ServiceOptions,
): Promise<Service> {
  checkOptions(options, KINDS);
  const { compile: compiling = {}, imports = {} } = options;
  if (isEmitted(component)) {
    const { unsupported } = await import('./threads.js');
    if (!hasJspi()) throw unsupported('glue that is loaded cannot go to other threads');
    const wasi = (await importModule('@windlass/wasi')) as typeof Wasi;
    const { instantiate, cores } = component;
    return suspending(wasi, (given) => instantiate(cores, given), imports, options);
  }
  const { inspect } = await import('../index.js');
  const { load } = await import('../load.js');
  const { transpileApart } = await import('../apart.js');
  const { forFunction } = await import('../api.js');
  const waits = hasJspi() ? waitsOf(inspect(component)) : [];
  const asyncImports = [...(compiling.asyncImports ?? []), ...waits];
  const listed = forFunction({ ...compiling, asyncImports });
  const transpiled = await transpileApart(component, listed, true);
  return serviceOfParts({ transpiled, load, imports }, options);
}
