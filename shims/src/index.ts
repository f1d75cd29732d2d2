/**
 * WASI 0.2 and 0.3 for components in JavaScript. Nothing is granted unless it is named.
 *
 * ```js
 * import { createWasi } from '@windlass/wasi';
 * import { instantiate } from './thing.instantiate.js';
 *
 * const imports = createWasi({ args: ['thing'], stdout: 'inherit' });
 * const { run } = instantiate(cores, imports);
 * ```
 */

import { host as platform } from '#host';
import type { Events, Host } from './host/host.js';
import type { HttpExchange } from './host/http.js';
import type { Capabilities } from './preview2/capabilities.js';
import { createCli } from './preview2/cli.js';
import { createClocks } from './preview2/clocks.js';
import { Context } from './preview2/context.js';
import { createConfig } from './preview2/config.js';
import { createFilesystem } from './preview2/filesystem.js';
import { createHttp } from './preview2/http.js';
import { type Receipt, receive } from './preview2/http/exchange.js';
import { io } from './preview2/io.js';
import { createKeyvalue } from './preview2/keyvalue.js';
import { createLogging } from './preview2/logging.js';
import { createRandom } from './preview2/random.js';
import { createSockets } from './preview2/sockets.js';
import { createCli as createCli3 } from './preview3/cli.js';
import { createClocks as createClocks3 } from './preview3/clocks.js';
import { createFilesystem as createFilesystem3 } from './preview3/filesystem.js';
import { createRandom as createRandom3 } from './preview3/random.js';

/** The platform of this process, for hosts that change a part of it. */
export { platform };
export type {
  ByteSink,
  ByteSource,
  DirectoryEntry,
  Events,
  FileStat,
  FileType,
  Host,
  HostBucket,
  HostDirectory,
  HostFile,
  NewTime,
  OpenOptions,
} from './host/host.js';
export type {
  HttpCall,
  HttpExchange,
  HttpField,
  HttpHead,
  HttpRequest,
  HttpResponse,
  HttpSink,
  HttpSource,
} from './host/http.js';
export { type MessageBody, type MessageOptions, MessageSource } from './host/message.js';
export { memoryBucket } from './host/bucket.js';
export { memoryDirectory, readTree } from './host/memory.js';
export type {
  Capabilities,
  Clocks,
  FileKeyvalueBucket,
  FileTree,
  HostPreopen,
  Input,
  KeyvalueBucket,
  Limits,
  LogEntry,
  LogLevel,
  Logging,
  MemoryKeyvalueBucket,
  MemoryPreopen,
  Output,
  Preopen,
  Random,
} from './preview2/capabilities.js';
export { grant } from './preview2/default.js';
export { CapabilityError, ExitError, HostError, WasiError } from './preview2/errors.js';
export type { Receipt } from './preview2/http/exchange.js';
export { HttpError } from './preview2/http/types.js';

/** The interfaces of one package, by import name without a version. */
type Named<Package extends string, Interfaces> = {
  [Key in keyof Interfaces & string as `wasi:${Package}/${KebabCase<Key>}`]: Interfaces[Key];
};

type KebabCase<Text extends string> = Text extends `${infer Letter}${infer Rest}`
  ? Letter extends Lowercase<Letter>
    ? `${Letter}${KebabCase<Rest>}`
    : `-${Lowercase<Letter>}${KebabCase<Rest>}`
  : Text;

type Packages = ReturnType<typeof createPackages>;
type Packages3 = ReturnType<typeof createPackages3>;

/** The interfaces of WASI 0.2, by import name without a version. */
export type WasiInterfaces = Named<'cli', Packages['cli']> &
  Named<'clocks', Packages['clocks']> &
  Named<'filesystem', Packages['filesystem']> &
  Named<'http', Packages['http']> &
  Named<'io', Packages['io']> &
  Named<'random', Packages['random']> &
  Named<'sockets', Packages['sockets']> &
  Named<'config', Packages['config']> &
  Named<'keyvalue', Packages['keyvalue']> &
  Named<'logging', Packages['logging']>;

/** The interfaces of WASI 0.3, by import name without a version. */
export type WasiInterfaces3 = Named<'cli', Packages3['cli']> &
  Named<'clocks', Packages3['clocks']> &
  Named<'filesystem', Packages3['filesystem']> &
  Named<'random', Packages3['random']>;

/** `Name` without its version of WASI 0.2 or of a draft. */
type Unversioned<Name extends string> = Name extends
  | `${infer Base}@0.2.${string}`
  | `${infer Base}@0.1.0-draft`
  ? Base
  : Name;

/** The interface that an import of `Name` gets. */
type InterfaceOf<Name extends string> = Name extends `${infer Base}@0.3.${string}`
  ? Base extends keyof WasiInterfaces3
    ? WasiInterfaces3[Base]
    : undefined
  : Unversioned<Name> extends keyof WasiInterfaces
    ? WasiInterfaces[Unversioned<Name>]
    : undefined;

/** The import names in the result of `createWasi`, with their versions. */
type VersionedNames = VersionedNames2 | `${keyof WasiInterfaces3 & string}@${typeof VERSION_3}`;

type VersionedNames2 = {
  [Name in keyof WasiInterfaces & string]: `${Name}@${Name extends `wasi:${infer Package extends
    keyof typeof DRAFTS}/${string}`
    ? (typeof DRAFTS)[Package][number]
    : typeof VERSION}`;
}[keyof WasiInterfaces & string];

/** The version that the interfaces are of; the glue finds them for any other 0.2. */
const VERSION = '0.2.12';
/** The same for 0.3. */
const VERSION_3 = '0.3.2';
/** The versions of draft packages. A draft is compatible with no other version. */
const DRAFTS = {
  config: ['0.2.0-rc.1', '0.2.0-draft'],
  keyvalue: ['0.2.0-draft'],
  logging: ['0.1.0-draft'],
} as const;

/**
 * An imports object by its keys, which TypeScript takes from where the object
 * goes: the names that the component asks for, of any version 0.2 or 0.3.
 */
export type WasiImports<Name extends string> = string extends Name
  ? Record<string, object>
  : {
      [Key in Name]: InterfaceOf<Key>;
    };

/**
 * The imports object of a component that uses WASI 0.2 or 0.3, for one guest: keys are
 * names such as `wasi:cli/environment@0.2.12`, which serve every version 0.2, and
 * `wasi:cli/environment@0.3.2`, which serve every version 0.3.
 *
 * Throws a `CapabilityError` for a capability that does not exist or has a wrong
 * value, and when a directory to be granted cannot be opened. `host` is the platform, that of this process unless given.
 *
 * `[Symbol.dispose]()` closes the granted directories and stops the timers of unfinished waits,
 * once no instance uses them any more.
 * Files, directories and streams that a guest opened are closed when its instance traps or is
 * disposed of.
 *
 * To add other imports, tell TypeScript which ones these are:
 *
 * ```ts
 * instantiate(cores, {
 *   ...createWasi<keyof Imports & `wasi:${string}`>({ stdout: 'inherit' }),
 *   'example:app/log': { log },
 * });
 * ```
 */
export function createWasi<Name extends string = VersionedNames>(
  capabilities: Capabilities = {},
  host: Host = platform,
): WasiImports<Name> & { [Symbol.dispose](): void } {
  return importsOf(new Context(host), capabilities) as WasiImports<Name> & {
    [Symbol.dispose](): void;
  };
}

/** A guest that answers requests. */
export interface Service {
  /** The imports, as `createWasi` gives them. */
  readonly imports: Record<string, object> & { [Symbol.dispose](): void };
  /** Makes the arguments of `wasi:http/incoming-handler.handle`. */
  receive(exchange: HttpExchange): Receipt;
}

/**
 * The imports of a guest that answers requests, and the requests for it. `events` tell of what
 * the guest waits for; where they give promises, its glue must be made with {@link WAITING} as
 * `asyncImports`.
 */
export function createService(
  capabilities: Capabilities,
  events: Events,
  host: Host = platform,
): Service {
  const cx = new Context(host, events);
  return {
    imports: importsOf(cx, capabilities),
    receive: (exchange) => receive(cx, exchange),
  };
}

/** The functions of WASI 0.2 that wait, as patterns for `asyncImports`. */
export const WAITING = ['wasi:io/*#*block*', 'wasi:io/poll*#poll'] as const;

function importsOf(
  cx: Context,
  capabilities: Capabilities,
): Record<string, object> & { [Symbol.dispose](): void } {
  cx.grant(capabilities);
  const imports: Record<string | symbol, object> = { [Symbol.dispose]: () => cx.close() };
  const add = (packages: object, versionsOf: (name: string) => readonly string[]): void => {
    for (const [name, interfaces] of Object.entries(packages)) {
      for (const [key, value] of Object.entries(interfaces as Record<string, object>)) {
        for (const version of versionsOf(name)) {
          imports[`wasi:${name}/${toKebabCase(key)}@${version}`] = value;
        }
      }
    }
  };
  add(createPackages(cx), versionsOf);
  add(createPackages3(cx), () => [VERSION_3]);
  return imports as Record<string, object> & { [Symbol.dispose](): void };
}

function createPackages(cx: Context) {
  return {
    cli: createCli(cx),
    clocks: createClocks(cx),
    filesystem: createFilesystem(cx),
    http: createHttp(cx),
    io,
    random: createRandom(cx),
    sockets: createSockets(cx),
    config: createConfig(cx),
    keyvalue: createKeyvalue(cx),
    logging: createLogging(cx),
  };
}

function createPackages3(cx: Context) {
  return {
    cli: createCli3(cx),
    clocks: createClocks3(cx),
    filesystem: createFilesystem3(cx),
    random: createRandom3(cx),
  };
}

function versionsOf(name: string): readonly string[] {
  return Object.hasOwn(DRAFTS, name) ? DRAFTS[name as keyof typeof DRAFTS] : [VERSION];
}

function toKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
