/** The grants of one guest, turned into what the interfaces work with. */

import type { ByteSink, ByteSource, Host, HostDirectory } from '../host/host.js';
import { isHostDirectory, memoryDirectory } from '../host/memory.js';
import {
  type Capabilities,
  type Input,
  type NetworkPattern,
  type Output,
  type Preopen,
  parseNetworkPattern,
} from './capabilities.js';
import { HostError, errnoOf } from './errors.js';
import { EMPTY_SOURCE, NULL_SINK, bytesSource } from './io.js';

/** A granted directory. */
export interface OpenPreopen {
  readonly guest: string;
  readonly directory: HostDirectory;
  readonly readOnly: boolean;
}

/** What one guest is granted, and the state that its interfaces share. */
export class Context {
  readonly host: Host;
  args: readonly string[] = [];
  env: Readonly<Record<string, string>> = {};
  cwd: string | undefined;
  preopens: readonly OpenPreopen[] = [];
  stdin: ByteSource = EMPTY_SOURCE;
  stdout: ByteSink = NULL_SINK;
  stderr: ByteSink = NULL_SINK;
  network: readonly NetworkPattern[] = [];
  clocks = true;
  random = true;
  /** Files and directories that may still be opened. */
  openFilesLeft = Number.POSITIVE_INFINITY;
  #outputLeft = Number.POSITIVE_INFINITY;

  constructor(host: Host) {
    this.host = host;
  }

  /** Sets the grants that `capabilities` names and leaves the others as they are. */
  grant(capabilities: Capabilities): void {
    const { args, env, cwd, preopens, stdin, stdout, stderr, network, clocks, random, limits } =
      capabilities;
    if (args !== undefined) this.args = [...args];
    if (env !== undefined) this.env = env === 'inherit' ? this.host.environment() : copy(env);
    if (cwd !== undefined) this.cwd = cwd;
    if (preopens !== undefined) this.#grantPreopens(preopens);
    if (limits?.openFiles !== undefined) this.openFilesLeft = limits.openFiles;
    if (limits?.outputBytes !== undefined) this.#outputLeft = limits.outputBytes;
    if (stdin !== undefined) this.stdin = openInput(stdin, this.host);
    if (stdout !== undefined) this.stdout = this.#openOutput(stdout, () => this.host.stdout());
    if (stderr !== undefined) this.stderr = this.#openOutput(stderr, () => this.host.stderr());
    if (network !== undefined) this.network = network.map(parseNetworkPattern);
    if (clocks !== undefined) this.clocks = clocks;
    if (random !== undefined) this.random = random;
  }

  #grantPreopens(preopens: readonly Preopen[]): void {
    const opened = preopens.map((preopen) => openPreopen(preopen, this.host));
    for (const { directory } of this.preopens) directory.close();
    this.preopens = opened;
  }

  #openOutput(output: Output, inherit: () => ByteSink): ByteSink {
    const sink = openSink(output, inherit);
    return {
      get isTerminal() {
        return sink.isTerminal;
      },
      write: (bytes) => {
        if (bytes.length > this.#outputLeft) throw new HostError('EDQUOT', 'output limit reached');
        this.#outputLeft -= bytes.length;
        sink.write(bytes);
      },
    };
  }
}

/** Leaves out what has no value, as a copy of `process.env` may hold. */
function copy(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

function openPreopen(preopen: Preopen, host: Host): OpenPreopen {
  const { guest, readOnly = false } = preopen;
  if ('files' in preopen) {
    const { files } = preopen;
    const directory = isHostDirectory(files) ? files.reopen() : memoryDirectory(files);
    return { guest, directory, readOnly };
  }
  try {
    return { guest, directory: host.openDirectory(preopen.host), readOnly };
  } catch (error) {
    const reason = errnoOf(error) ?? String(error);
    throw new Error(`cannot grant the directory \`${preopen.host}\`: ${reason}`, { cause: error });
  }
}

function openInput(input: Input, host: Host): ByteSource {
  if (input === 'inherit') return host.stdin();
  if (input === 'ignore' || input === 'null') return EMPTY_SOURCE;
  if (typeof input === 'function') return callbackSource(input);
  if (input instanceof Uint8Array) return bytesSource(input);
  return bytesSource(new TextEncoder().encode(input.text));
}

/** Asks `next` for bytes and keeps what did not fit. */
function callbackSource(next: (limit: number) => Uint8Array | undefined): ByteSource {
  let kept: Uint8Array | undefined;
  let ended = false;
  return {
    isTerminal: false,
    read(into) {
      while (kept === undefined || kept.length === 0) {
        if (ended) return -1;
        kept = next(into.length);
        ended = kept === undefined;
      }
      const count = Math.min(kept.length, into.length);
      into.set(kept.subarray(0, count));
      kept = kept.subarray(count);
      return count;
    },
    ready: () => true,
  };
}

function openSink(output: Output, inherit: () => ByteSink): ByteSink {
  if (output === 'inherit') return inherit();
  if (output === 'ignore' || output === 'null') return NULL_SINK;
  // The receiver may keep the chunk, and `bytes` belongs to the caller.
  return { isTerminal: false, write: (bytes) => output(bytes.slice()) };
}
