/** Services on threads, where the engine has no JSPI to suspend a guest that waits. */
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import type * as Wasi from '@windlass/wasi';
import type { Capabilities, HttpCall, HttpHead, HttpRequest } from '@windlass/wasi';
import { WindlassError } from '../error.js';
import type { Exchange, Service } from './exchange.js';
import {
  type FromGuest,
  fromThrown,
  outputNames,
  type OutputName,
  type ThreadData,
  type ToGuest,
} from './messages.js';
import { LATE } from './instances.js';
import { failureOf, Pump } from './pump.js';

/** Threads that are started at once, and that stay although nothing runs on them. */
const KEPT = 4;
/** Milliseconds that a request waits for one of them before another is started. */
const PATIENCE = 10;
/** Milliseconds after which others end, and after which a guest that is late is ended. */
const IDLE = 10_000;
const GRACE = 500;

/** Garbage of a thread is collected early, since there may be many. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/** The parts of a service on threads. */
export interface ThreadedProgram {
  readonly glue: Uint8Array;
  readonly cores: readonly WebAssembly.Module[];
  readonly capabilities: Capabilities;
  readonly modules: ThreadData['modules'];
  readonly wasi: typeof Wasi;
}

/** Options of a service on threads. */
export interface ThreadOptions {
  readonly reuse: number;
  readonly timeout: number;
  readonly maxBodyBytes: number;
  /** The number of threads at most, and so of requests that run at one time; others wait. */
  readonly threads: number;
  readonly onError: (error: Error) => void;
}

/** Passes exchanges to threads. */
export class ThreadedService implements Service {
  readonly wasi: typeof Wasi;
  readonly maxBodyBytes: number;
  readonly #program: ThreadedProgram;
  readonly #options: ThreadOptions;
  readonly #idle: Thread[] = [];
  readonly #queue: { resolve(thread: Thread): void; reject(error: unknown): void }[] = [];
  #count = 0;
  #sweep: ReturnType<typeof setTimeout> | undefined;
  #growth: ReturnType<typeof setTimeout> | undefined;

  constructor(program: ThreadedProgram, options: ThreadOptions) {
    this.#program = program;
    this.#options = options;
    this.wasi = program.wasi;
    this.maxBodyBytes = options.maxBodyBytes;
  }

  /** Starts the first thread, which finds out whether the component can be instantiated. */
  async start(): Promise<this> {
    this.#idle.push(await this.#newThread());
    return this;
  }

  async answer(exchange: Exchange): Promise<void> {
    let status = 500;
    try {
      const thread = await this.#take();
      const error = await thread.answer(exchange, this.#options.timeout);
      if (error?.message === LATE) status = 504;
      exchange.settle(status);
      this.#give(thread);
      if (error) this.#options.onError(error);
    } catch (error) {
      exchange.settle(status);
      this.#options.onError(error as Error);
    }
  }

  close(): void {
    clearTimeout(this.#sweep);
    for (const thread of this.#idle.splice(0)) this.#end(thread);
  }

  async #take(): Promise<Thread> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#count < Math.min(KEPT, this.#options.threads)) return this.#newThread();
    return new Promise((resolve, reject) => {
      this.#queue.push({ resolve, reject });
      this.#growSoon();
    });
  }

  #give(thread: Thread): void {
    if (thread.hasEnded) {
      this.#count -= 1;
      if (this.#queue.length > 0) this.#growSoon();
      return;
    }
    const next = this.#queue.shift();
    if (next) next.resolve(thread);
    else this.#idle.push(thread);
    if (this.#idle.length > KEPT) this.#sweep ??= setTimeout(() => this.#dropIdle(), IDLE).unref();
  }

  /** Starts a thread for requests that wait for a while, one after the other. */
  #growSoon(): void {
    if (this.#growth) return;
    this.#growth = setTimeout(() => {
      this.#growth = undefined;
      if (this.#queue.length === 0 || this.#count >= this.#options.threads) return;
      this.#newThread().then(
        (thread) => this.#give(thread),
        (error: unknown) => this.#queue.shift()?.reject(error),
      );
      this.#growSoon();
    }, PATIENCE);
  }

  #dropIdle(): void {
    this.#sweep = undefined;
    for (const thread of this.#idle.splice(KEPT)) this.#end(thread);
  }

  #end(thread: Thread): void {
    this.#count -= 1;
    thread.end();
  }

  async #newThread(): Promise<Thread> {
    this.#count += 1;
    try {
      return await Thread.start(this.#program, this.#options.reuse);
    } catch (error) {
      this.#count -= 1;
      throw error;
    }
  }
}

/** A thread, and the exchange that it has. */
class Thread {
  readonly #worker: Worker;
  readonly #signal: Int32Array;
  readonly #wasi: typeof Wasi;
  #id = 0;
  #exchange: Exchange | undefined;
  /** The bodies of the exchange, number 0, and of the requests of the guest. */
  readonly #pumps = new Map<number, Pump>();
  readonly #calls = new Map<number, HttpCall>();
  #done: ((error: Error | undefined) => void) | undefined;
  hasEnded = false;

  static start(program: ThreadedProgram, reuse: number): Promise<Thread> {
    const { glue, cores, capabilities, modules, wasi } = program;
    const { outputs, rest } = outputsOf(capabilities);
    const signal = new SharedArrayBuffer(4);
    const names = [...outputs.keys()];
    const data: ThreadData = {
      glue,
      cores,
      capabilities: rest,
      outputs: names,
      modules,
      reuse,
      signal,
    };
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    let worker: Worker;
    try {
      worker = new Worker(threadFile(), { workerData: data, resourceLimits: LIMITS });
    } catch (error) {
      if ((error as Error).name !== 'DataCloneError') throw error;
      throw unsupported('some of the capabilities are functions, which cannot go to other threads');
    }
    return new Promise((resolve, reject) => {
      const thread = new Thread(worker, signal, wasi);
      worker.on('message', (message: FromGuest) => {
        if (message.type === 'ready') {
          worker.unref();
          resolve(thread);
        } else if (message.type === 'refused') {
          thread.end();
          reject(fromThrown(message.error));
        } else if (message.type === 'output') {
          outputs.get(message.name)?.(message.chunk);
        } else {
          thread.#take(message);
        }
      });
      worker.on('error', (error: Error) => {
        reject(error);
        thread.#finish(error);
      });
      worker.on('exit', () => {
        thread.hasEnded = true;
        const error = new Error('the thread of the guest ended');
        reject(error);
        thread.#finish(error);
      });
    });
  }

  constructor(worker: Worker, signal: SharedArrayBuffer, wasi: typeof Wasi) {
    this.#worker = worker;
    this.#signal = new Int32Array(signal);
    this.#wasi = wasi;
  }

  /** Has a guest answer, and gives the reason if it did not. */
  async answer(exchange: Exchange, timeout: number): Promise<Error | undefined> {
    this.#worker.ref();
    const id = (this.#id += 1);
    this.#exchange = exchange;
    const pump = this.#pump(0);
    pump.source = exchange.body;
    exchange.onEvent = () => pump.onEvent();
    const timers: ReturnType<typeof setTimeout>[] = [];
    const done = new Promise<Error | undefined>((resolve) => (this.#done = resolve));
    if (timeout > 0) timers.push(setTimeout(() => this.#beLate(timers), timeout));
    const { method, pathWithQuery, scheme, authority, fields } = exchange;
    this.#post({
      type: 'request',
      id,
      head: { method, pathWithQuery, scheme, authority, fields },
    });
    const error = await done;
    for (const timer of timers) clearTimeout(timer);
    exchange.onEvent = () => {};
    this.#exchange = undefined;
    for (const call of this.#calls.values()) call.cancel();
    this.#calls.clear();
    this.#pumps.clear();
    if (!this.hasEnded) this.#worker.unref();
    return error;
  }

  end(): void {
    this.hasEnded = true;
    void this.#worker.terminate();
  }

  /** Asks the guest to end, and ends its thread if it computes on. */
  #beLate(timers: ReturnType<typeof setTimeout>[]): void {
    this.#post({ type: 'late', id: this.#id });
    timers.push(
      setTimeout(() => {
        this.end();
        this.#finish(new Error(LATE));
      }, GRACE),
    );
  }

  #finish(error: Error | undefined): void {
    this.#done?.(error);
    this.#done = undefined;
  }

  #take(message: FromGuest): void {
    if (message.type === 'done') this.#finish(message.error && fromThrown(message.error));
    else if (message.type === 'head') this.#respond(message.head);
    else if (message.type === 'call') this.#call(message.of, message.request);
    else if (message.type === 'cancel') this.#calls.get(message.of)?.cancel();
    else if ('of' in message) this.#pumps.get(message.of)?.take(message);
  }

  #respond(head: HttpHead): void {
    const pump = this.#pumps.get(0)!;
    try {
      pump.sink = this.#exchange?.respond(head);
    } catch {
      this.#post({ type: 'gone', of: 0, id: this.#id });
    }
  }

  /** Sends a request of the guest, and tells it of the response. */
  #call(of: number, request: HttpRequest): void {
    const { platform, HttpError } = this.#wasi;
    const id = this.#id;
    const pump = this.#pump(of);
    let isTold = false;
    const onEvent = (): void => {
      if (id !== this.#id || !this.#pumps.has(of)) return;
      try {
        const response = isTold ? undefined : call?.response();
        if (response) {
          const { status, fields, body } = response;
          pump.source = body;
          isTold = true;
          this.#post({ type: 'response', id, of, head: { status, fields } });
        }
      } catch (error) {
        isTold = true;
        this.#post({ type: 'no-response', id, of, failure: failureOf(error, HttpError) });
      }
      pump.onEvent();
    };
    let call: HttpCall | undefined;
    try {
      call = platform.sendHttp!(request, onEvent);
    } catch (error) {
      this.#post({ type: 'no-response', id, of, failure: failureOf(error, HttpError) });
      return;
    }
    pump.sink = call.sink;
    this.#calls.set(of, call);
  }

  #pump(of: number): Pump {
    const id = this.#id;
    const pump = new Pump(of, (message) => this.#post({ ...message, id }), this.#wasi.HttpError);
    this.#pumps.set(of, pump);
    return pump;
  }

  #post(message: ToGuest): void {
    if (this.hasEnded) return;
    this.#worker.postMessage(message);
    Atomics.add(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }
}

type Outputs = Map<OutputName, (chunk: Uint8Array) => void>;

/** Functions that take output, and the other capabilities. */
function outputsOf(capabilities: Capabilities): { outputs: Outputs; rest: Capabilities } {
  const rest = { ...capabilities };
  const outputs: Outputs = new Map();
  for (const name of outputNames) {
    const output = rest[name];
    if (typeof output !== 'function') continue;
    outputs.set(name, output);
    delete rest[name];
  }
  return { outputs, rest };
}

/** An error for what needs JSPI. */
export function unsupported(message: string): WindlassError {
  return new WindlassError({
    code: 'unsupported',
    message: `${message}, and this engine has no JSPI`,
    help: 'use Node 26 or a newer Deno',
  });
}

/** The module of threads, found from the bundle of the command line too. */
function threadFile(): string {
  const { dirname, join } = process.getBuiltinModule('node:path');
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve('windlass/package.json')), 'dist/serve/thread.js');
}
