/** The grants of one guest, turned into what the interfaces work with. */

import { DEFAULT_BUCKET_BYTES, memoryBucket } from '../host/bucket.js';
import type {
  ByteSink,
  ByteSource,
  Events,
  Host,
  HostBucket,
  HostDirectory,
} from '../host/host.js';
import { isHostDirectory, memoryDirectory } from '../host/memory.js';
import { type NetworkRule, parseNetworkRule } from '../network/rules.js';
import {
  type Capabilities,
  type Clocks,
  type FileKeyvalueBucket,
  type Input,
  type KeyvalueBucket,
  type Limits,
  type LogEntry,
  type Logging,
  type MemoryPreopen,
  type Output,
  type Preopen,
  type Random,
  checkCapabilities,
} from './capabilities.js';
import { type Clock, coarseClock, fixedClock, instantOf } from './clock.js';
import { CapabilityError, HostError, errnoOf } from './errors.js';
import {
  type RereadableSource,
  type Waiter,
  EMPTY_SOURCE,
  NULL_SINK,
  bytesSource,
  rereadable,
} from './io.js';
import type { OpenBucket } from './keyvalue.js';
import { logTo } from './logging.js';
import { type Quotas, createQuotas } from './quota.js';
import { seededRandom } from './seeded.js';

/** A granted directory. */
export interface OpenPreopen {
  readonly guest: string;
  readonly directory: HostDirectory;
  readonly readOnly: boolean;
}

/** The grants of one guest, and the state that its interfaces share. */
export class Context {
  readonly host: Host;
  args: readonly string[] = [];
  env: Readonly<Record<string, string>> = {};
  cwd: string | undefined;
  preopens: readonly OpenPreopen[] = [];
  stdin: RereadableSource = rereadable(EMPTY_SOURCE);
  stdout: ByteSink = NULL_SINK;
  stderr: ByteSink = NULL_SINK;
  network: readonly NetworkRule[] = [];
  clocks = true;
  random = true;
  /** The values of `wasi:config`, if granted. */
  config: ReadonlyMap<string, string> | undefined;
  /** Takes messages of `wasi:logging`. */
  log: (entry: LogEntry) => void = () => {};
  /** The buckets of `wasi:keyvalue`, if granted. */
  buckets: ReadonlyMap<string, OpenBucket> | undefined;
  /** The source of time, if clocks are granted. */
  clock: Clock;
  /** Fills bytes with random numbers, if these are granted. */
  fillRandom: (bytes: Uint8Array) => void;
  readonly quotas: Quotas = createQuotas();
  /** The clock by which the guest's pollables wait. */
  readonly waiter: Waiter;
  /** The functions that stop the timers of unfinished waits of WASI 0.3. */
  readonly waits = new Set<() => void>();

  readonly #lease: Lease;

  /** `events` are those that the guest waits for, where somebody tells of any. */
  constructor(host: Host, events?: Events) {
    this.host = host;
    this.clock = host;
    this.fillRandom = (bytes) => host.fillRandom(bytes);
    this.#lease = new Lease(host);
    // A platform that keeps guests apart by itself may lack `FinalizationRegistry`.
    if (host.leaseDirectories) {
      abandoned ??= new FinalizationRegistry((lease) => lease.end());
      abandoned.register(this, this.#lease);
    }
    this.waiter = {
      monotonicNow: () => this.clock.monotonicNow(),
      sleep: (nanoseconds) => this.clock.sleep(nanoseconds),
      pollables: this.quotas.pollables,
      events,
      passed: (nanoseconds) => this.clock.waited?.(this.clock.monotonicNow() + nanoseconds),
    };
  }

  /**
   * Sets the grants that `capabilities` names and leaves the others as they are,
   * or throws a `CapabilityError` and leaves all.
   */
  grant(capabilities: Capabilities): void {
    checkCapabilities(capabilities);
    const { args, env, cwd, preopens, stdin, stdout, stderr, network, clocks, random, limits } =
      capabilities;
    const { config, logging, keyvalue } = capabilities;
    const rules = network?.map(parseNetworkRule);
    const buckets = keyvalue && openBuckets(keyvalue, this.host);
    try {
      if (preopens !== undefined) this.#grantPreopens(preopens, limits?.openFiles);
    } catch (error) {
      closeBuckets(buckets);
      throw error;
    }
    if (buckets !== undefined) {
      closeBuckets(this.buckets);
      this.buckets = buckets;
    }
    if (args !== undefined) this.args = [...args];
    if (env !== undefined) this.env = env === 'inherit' ? this.host.environment() : copy(env);
    if (cwd !== undefined) this.cwd = cwd;
    if (limits !== undefined) this.#limit(limits);
    if (stdin !== undefined) this.stdin = rereadable(openInput(stdin, this.host));
    if (stdout !== undefined) this.stdout = this.#openOutput(stdout, () => this.host.stdout());
    if (stderr !== undefined) this.stderr = this.#openOutput(stderr, () => this.host.stderr());
    if (rules !== undefined) this.network = rules;
    if (config !== undefined) this.config = new Map(Object.entries(config));
    if (logging !== undefined) this.log = this.#openLog(logging);
    if (clocks !== undefined) this.#grantClocks(clocks);
    if (random !== undefined) this.#grantRandom(random);
  }

  /** Tells the host that the guest asked for a capability which it lacks. */
  refuse(capability: keyof Capabilities): void {
    this.host.refused?.(capability);
  }

  /**
   * Closes the granted directories and stops the timers of waits, whose promises stay pending.
   * Files that the guest opened below the directories stay open.
   */
  close(): void {
    for (const { directory } of this.preopens) directory.close();
    this.quotas.openFiles.give(this.preopens.length);
    this.preopens = [];
    closeBuckets(this.buckets);
    this.buckets = undefined;
    for (const stop of this.waits) stop();
    this.#lease.end();
  }

  #grantPreopens(preopens: readonly Preopen[], limit = this.quotas.openFiles.limit): void {
    const { openFiles } = this.quotas;
    if (openFiles.used - this.preopens.length + preopens.length > limit) {
      const message = `\`limits.openFiles\` is ${limit}, and directories are granted: ${preopens.length}`;
      throw new CapabilityError(message, 'each of them is open, and what the guest opens is more');
    }
    const opened: OpenPreopen[] = [];
    const undo = this.#lease.change(preopens);
    try {
      for (const preopen of preopens) opened.push(openPreopen(preopen, this.host));
    } catch (error) {
      for (const { directory } of opened) directory.close();
      undo();
      throw error;
    }
    for (const { directory } of this.preopens) directory.close();
    openFiles.used += opened.length - this.preopens.length;
    this.preopens = opened;
  }

  #grantClocks(clocks: Clocks): void {
    const { host } = this;
    this.clocks = clocks !== false;
    if (typeof clocks === 'object') this.clock = fixedClock(host, instantOf(clocks.fixed)!);
    else this.clock = clocks === 'coarse' ? coarseClock(host) : host;
  }

  #grantRandom(random: Random): void {
    const { host } = this;
    this.random = random !== false;
    this.fillRandom =
      typeof random === 'object' ? seededRandom(random.seed) : (bytes) => host.fillRandom(bytes);
  }

  #limit(limits: Limits): void {
    for (const [name, limit] of Object.entries(limits)) {
      if (limit !== undefined) this.quotas[name as keyof Limits].limit = limit;
    }
    // Output counts from the grant on, all else is what is held now.
    if (limits.outputBytes !== undefined) this.quotas.outputBytes.used = 0;
  }

  #openLog(logging: Logging): (entry: LogEntry) => void {
    if (typeof logging === 'function') return logging;
    return logTo(this.#openOutput(logging, () => this.host.stderr()));
  }

  #openOutput(output: Output, inherit: () => ByteSink): ByteSink {
    const sink = openSink(output, inherit);
    return {
      get isTerminal() {
        return sink.isTerminal;
      },
      write: (bytes) => {
        this.quotas.outputBytes.take(bytes.length, (message) => new HostError('EDQUOT', message));
        sink.write(bytes);
      },
    };
  }
}

/** The part of a guest in {@link Host.leaseDirectories}. */
class Lease {
  readonly #host: Host;
  #preopens: readonly Preopen[] = [];
  #end: (() => void) | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  end(): void {
    this.#end?.();
    this.#end = undefined;
    this.#preopens = [];
  }

  /** Has one for these directories instead, and gives the function that takes that back. */
  change(preopens: readonly Preopen[]): () => void {
    const before = this.#preopens;
    // The guest itself is no other one.
    this.end();
    const undo = () => {
      this.end();
      this.#take(before);
    };
    try {
      this.#take(preopens);
    } catch (error) {
      undo();
      throw error;
    }
    return undo;
  }

  #take(preopens: readonly Preopen[]): void {
    const onHost = preopens.filter((preopen) => 'host' in preopen);
    if (onHost.length > 0) {
      this.#end = this.#host.leaseDirectories?.(onHost.some(({ readOnly }) => readOnly !== true));
    }
    this.#preopens = preopens;
  }
}

/** Ends the lease of a guest that nobody has disposed of. */
let abandoned: FinalizationRegistry<Lease> | undefined;

/** Leaves out what has no value, as a copy of `process.env` may hold. */
function copy(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The help for an `errno`, where the platform gives none. */
const HELP = /* @__PURE__ */ new Map([
  ['ENOENT', 'create it, or grant one that is there'],
  ['ENOTDIR', 'grant the directory that it is in'],
]);

function openPreopen(preopen: Preopen, host: Host): OpenPreopen {
  const { guest, readOnly = false } = preopen;
  const path = 'host' in preopen ? preopen.host : undefined;
  try {
    const directory =
      path === undefined ? openFiles(preopen as MemoryPreopen) : host.openDirectory(path);
    return { guest, directory, readOnly };
  } catch (cause) {
    const errno = errnoOf(cause);
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = errno ?? message;
    const help = HELP.get(reason) ?? (message === reason ? undefined : message);
    throw new CapabilityError(`cannot grant the directory \`${path ?? guest}\`: ${reason}`, help, {
      cause,
    });
  }
}

function openFiles({ files }: MemoryPreopen): HostDirectory {
  return isHostDirectory(files) ? files.reopen() : memoryDirectory(files);
}

function openBuckets(
  granted: Readonly<Record<string, KeyvalueBucket>>,
  host: Host,
): ReadonlyMap<string, OpenBucket> {
  const opened = new Map<string, OpenBucket>();
  try {
    for (const [identifier, bucket] of Object.entries(granted)) {
      opened.set(identifier, openBucket(identifier, bucket, host));
    }
  } catch (error) {
    closeBuckets(opened);
    throw error;
  }
  return opened;
}

function openBucket(identifier: string, granted: KeyvalueBucket, host: Host): OpenBucket {
  const { readOnly = false, maxBytes = DEFAULT_BUCKET_BYTES } = granted;
  if ('entries' in granted && granted.entries !== undefined) {
    const { entries } = granted;
    if (isHostBucket(entries)) return { bucket: entries, readOnly, isOwn: false };
    const bucket = attemptBucket(identifier, () => memoryBucket(entries, maxBytes));
    return { bucket, readOnly, isOwn: true };
  }
  const { file } = granted as FileKeyvalueBucket;
  const bucket = attemptBucket(file, () => {
    if (host.openBucket) return host.openBucket(file, readOnly, maxBytes);
    throw new HostError('ENOTSUP', 'there is no disk: grant `entries`');
  });
  return { bucket, readOnly, isOwn: true };
}

function isHostBucket(
  entries: HostBucket | Readonly<Record<string, unknown>>,
): entries is HostBucket {
  return typeof entries['atomically'] === 'function';
}

function attemptBucket(name: string, open: () => HostBucket): HostBucket {
  try {
    return open();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CapabilityError(`cannot grant the bucket \`${name}\`: ${message}`, undefined, {
      cause,
    });
  }
}

function closeBuckets(buckets: ReadonlyMap<string, OpenBucket> | undefined): void {
  for (const { bucket, isOwn } of buckets?.values() ?? []) if (isOwn) bucket.close();
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
