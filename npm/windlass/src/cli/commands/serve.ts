import { invalidOption, WindlassError } from '../../error.js';
import { load } from '../../load.js';
import { listenerOf } from '../../serve/listener.js';
import { type Access, listen, type ServerOptions } from '../../serve/server.js';
import type { Service } from '../../serve/exchange.js';
import { hasJspi, serviceOfParts, type ServiceOptions } from '../../serve/service.js';
import { readInput } from '../files.js';
import { sayError, write } from '../print.js';
import {
  grantError,
  notLinked,
  type ProgramFlags,
  programAt,
  trap,
  trapMessage,
} from '../program.js';
import { sizeOf } from '../values.js';
import { superviseWorkers, isWorker } from '../workers.js';

/** Options of `windlass serve`, as the command line has them. */
export interface ServeFlags extends ProgramFlags {
  addr?: string[];
  tlsCert?: string;
  tlsKey?: string;
  reuse?: string;
  workers?: string;
  threads?: string;
  maxConnections?: string;
  maxHeaderBytes?: string;
  maxUrlBytes?: string;
  maxBodyBytes?: string;
  headersTimeout?: string;
  idleTimeout?: string;
  requestTimeout?: string;
  accessLog?: string;
}

/** `windlass serve`: answers HTTP requests by a component until it is told to end. */
export async function serveCommand(path: string, flags: ServeFlags): Promise<void> {
  const options = serverOptions(flags);
  const reuse = count('--reuse', flags.reuse, 1);
  const workers = count('--workers', flags.workers, 1) ?? 1;
  if (workers > 1 && !isWorker()) return superviseWorkers(workers);
  const service = await serviceAt(path, flags, {
    reuse,
    timeout: options.requestTimeout,
    maxBodyBytes: size('--max-body-bytes', flags.maxBodyBytes),
    threads: count('--threads', flags.threads, 1),
  });
  const server = await listen(listenerOf(service), options);
  for (const url of server.urls) process.stderr.write(`listening on ${url}\n`);
  const end = () => void server.close().then(() => process.exit());
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end);
}

async function serviceAt(
  path: string,
  flags: ServeFlags,
  options: Pick<ServiceOptions, 'reuse' | 'timeout' | 'maxBodyBytes' | 'threads'>,
): Promise<Service> {
  const { granted, provided, modules, transpiled } = await programAt('serve', path, [], flags, {
    check(exports) {
      if (!exports.includes('incomingHandler')) throw noService(path, exports);
    },
    suspends: hasJspi,
    stdin: 'ignore',
  });
  const json = flags.json ?? false;
  const onError = (error: Error) => {
    const message = trapMessage(error, true);
    sayError(message === undefined ? failed(error) : trap(message, error), json);
  };
  const parts = { transpiled, load, imports: provided, modules };
  try {
    return await serviceOfParts(parts, { ...options, capabilities: granted, onError });
  } catch (error) {
    if (error instanceof WebAssembly.LinkError) throw notLinked(error, path) ?? error;
    throw grantError(error) ?? error;
  }
}

/** The reason why a request got no answer, where it is no trap. */
function failed({ message }: Error): WindlassError {
  return new WindlassError({ code: 'no-answer', message });
}

function serverOptions(flags: ServeFlags): ServerOptions {
  const { addr, accessLog } = flags;
  return {
    addresses: addr,
    tls: tlsOf(flags),
    maxConnections: count('--max-connections', flags.maxConnections, 1),
    maxHeaderBytes: size('--max-header-bytes', flags.maxHeaderBytes),
    maxUrlBytes: size('--max-url-bytes', flags.maxUrlBytes),
    headersTimeout: milliseconds('--headers-timeout', flags.headersTimeout),
    idleTimeout: milliseconds('--idle-timeout', flags.idleTimeout),
    requestTimeout: milliseconds('--request-timeout', flags.requestTimeout),
    onAccess: accessLog === undefined ? undefined : logOf(accessLog),
  };
}

function tlsOf({ tlsCert, tlsKey }: ServeFlags): ServerOptions['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw invalidOption('`--tls-cert` and `--tls-key` go together', 'name both files');
  }
  return { cert: readInput(tlsCert), key: readInput(tlsKey) };
}

/** The forms of a line in the access log. */
const forms: Record<string, (access: Access) => string> = {
  text: ({ time, client, method, url, status, isWhole, milliseconds }) =>
    `${time.toISOString()} ${client || '-'} ${method} ${JSON.stringify(url)} ${status} ` +
    `${milliseconds.toFixed(1)}ms${isWhole ? '' : ' aborted'}`,
  json: (access) => JSON.stringify(access),
};

function logOf(form: string): (access: Access) => void {
  const toLine = Object.hasOwn(forms, form) ? forms[form] : undefined;
  if (toLine) return (access) => write(`${toLine(access)}\n`);
  throw invalidOption(`\`--access-log\` is text or json, and not \`${form}\``);
}

function size(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : sizeOf(option, text);
}

function count(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw invalidOption(`\`${option}\` takes a whole number from ${least} on, and not \`${text}\``);
}

/** A time in seconds, `0.5` too. */
function milliseconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  throw invalidOption(`\`${option}\` takes seconds, and not \`${text}\``, 'write `30` or `0.5`');
}

function noService(path: string, exports: readonly string[]): WindlassError {
  const names = exports.slice(0, 3).map((name) => `\`${name}\``);
  const isCommand = exports.includes('run');
  return new WindlassError({
    code: 'no-service',
    message: `\`${path}\` is no service: it does not export \`wasi:http/incoming-handler\``,
    help: isCommand
      ? `it is a program: \`windlass run ${path}\``
      : `use its exports${names.length > 0 ? ` (${names.join(', ')} …)` : ''} from JavaScript: \`windlass transpile ${path}\``,
  });
}
