/** A compiled service, of which instances are made. */
import type * as Wasi from '@windlass/wasi';
import type { Capabilities, Events, Host, Receipt, Service } from '@windlass/wasi';
import { WindlassError } from '../error.js';
import type { Exports, Imports } from '../evaluate.js';

/** The parts that instances of a service are made of. */
export interface Program {
  readonly wasi: typeof Wasi;
  instantiate(imports: Imports): Exports;
  readonly capabilities: Capabilities;
  /** The imports besides WASI. */
  readonly imports: Imports;
  /** The platform, if it is not that of this process. */
  readonly host?: Host | undefined;
  /** Makes the events by which a new instance waits. */
  eventsOf(): GuestEvents;
}

/** Events that a host tells a guest of. */
export interface GuestEvents extends Events {
  /** Ends what waits by an error, which is a trap to the guest. */
  end(failure: Error): void;
}

/** Answers one request. A promise where the guest waits for something. */
type Handle = (request: Receipt['request'], out: Receipt['out']) => void | Promise<void>;

/** A running guest. */
export class Instance {
  readonly events: GuestEvents;
  /** The number of requests that it was given. */
  used = 0;
  readonly #service: Service;
  readonly #exports: Exports;
  readonly #handle: Handle;

  constructor({ wasi, capabilities, imports, instantiate, eventsOf, host }: Program) {
    this.events = eventsOf();
    this.#service = wasi.createService(capabilities, this.events, host);
    try {
      this.#exports = instantiate({ ...this.#service.imports, ...imports });
      this.#handle = handleOf(this.#exports);
    } catch (error) {
      this.#service.imports[Symbol.dispose]();
      throw error;
    }
  }

  /** Passes a request to the guest, and gives what becomes of it once the guest is done. */
  async handle(exchange: Wasi.HttpExchange): Promise<Receipt> {
    this.used += 1;
    const receipt = this.#service.receive(exchange);
    await this.#handle(receipt.request, receipt.out);
    return receipt;
  }

  [Symbol.dispose](): void {
    try {
      this.#exports[Symbol.dispose as unknown as string]?.();
    } finally {
      this.#service.imports[Symbol.dispose]();
    }
  }
}

/** Whether a name of an export is that of a handler. */
export const isHandler = (name: string): boolean =>
  /^wasi:http\/incoming-handler@0\.2\.\d+$/.test(name);

function handleOf(exports: Exports): Handle {
  const name = Object.keys(exports).find(isHandler);
  if (name !== undefined) return exports[name].handle as Handle;
  throw new WindlassError({
    code: 'no-service',
    message: 'the component does not export `wasi:http/incoming-handler`',
  });
}
