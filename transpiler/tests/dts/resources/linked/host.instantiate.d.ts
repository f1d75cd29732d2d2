/// <reference lib="esnext.disposable" />

export interface Exports {
  /** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */
  [Symbol.dispose](): void;
}

/** What the component imports, by import name. */
export interface Imports {
  'test:resources/files': Imports.Files;
  'test:resources/user': Imports.User;
}

export declare namespace Imports {
  export interface Files {
    File: Files.FileClass;
    /** If it is there, objects are checked to be instances of it. */
    Error?: Files.ErrorClass | undefined;
    Fallible: Files.FallibleClass;
    /** If it is there, objects are checked to be instances of it. */
    Token?: Files.TokenClass | undefined;
    join(a: Imports.Files.File, b: Imports.Files.File): Imports.Files.File;
    tokens(): [Imports.Files.Token, Imports.Files.Token | undefined];
  }
  export namespace Files {
    export interface File {
      /** @throws {Error} to return `err` */
      read(count: bigint): BytesLike;
      /** @throws {Error} to return `err` */
      write(bytes: Uint8Array): void;
      clone(): File;
      ['constructor'](): string;
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link File}. */
    export interface FileClass {
      new (path: string, mode: number | undefined): File;
      openMany(paths: string[]): readonly File[];
      name(): string;
      length(): number;
      readonly prototype: File;
    }
    export interface Error {
      toString(): string;
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Error}. */
    export interface ErrorClass {
      readonly prototype: Error;
    }
    export interface Fallible {
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Fallible}. */
    export interface FallibleClass {
      /** @throws {string} to return `err` */
      new (x: number): Fallible;
      readonly prototype: Fallible;
    }
    export interface Token {
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Token}. */
    export interface TokenClass {
      readonly prototype: Token;
    }
  }
  export interface User {
    /** If it is there, objects are checked to be instances of it. */
    Dir?: User.DirClass | undefined;
    hold(f: Imports.Files.File): Imports.Files.Error | undefined;
  }
  export namespace User {
    export interface Dir {
      /** @throws {Imports.Files.Error} to return `err` */
      open(name: string): Imports.Files.File;
      /** Called when the component drops its last handle. */
      [Symbol.dispose]?(): void;
    }
    /** The class of {@link Dir}. */
    export interface DirClass {
      readonly prototype: Dir;
    }
    export type File = Imports.Files.File;
    export type FileError = Imports.Files.Error;
  }
}

/** Settings of one instance. */
export interface InstantiateOptions {
  /** Bytes that one call may bring from the component into JavaScript. */
  readonly maxLiftBytes?: number | undefined;
  /** Handles that the instance may hold at one time; one more is a trap. */
  readonly maxHandles?: number | undefined;
  /** The module that traps, where nothing is compiled at run time: the file `.trap.wasm`. */
  readonly trapModule?: WebAssembly.Module | undefined;
}

/**
 * Makes an instance of the component.
 *
 * @param cores - the core modules, in the order of their files
 * @param imports - what the component imports, by import name
 */
export declare function instantiate(
  cores: readonly WebAssembly.Module[],
  imports: Imports,
  options?: InstantiateOptions,
): Exports;

/** What is accepted where bytes go into the component. */
export type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView | Iterable<number>;

// For projects whose libraries do not have them.
declare global {
  namespace WebAssembly { interface Module {} }
}
