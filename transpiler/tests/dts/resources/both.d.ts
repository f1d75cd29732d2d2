/// <reference lib="esnext.disposable" />

import type { BytesLike, ComponentError } from './both.instantiate.js';

export declare namespace files {
  /** An open file. */
  export class File implements Disposable {
    /** Opens it. */
    constructor(path: string, mode?: number | undefined);
    /** @throws {ComponentError<Error>} */
    read(count: bigint): Uint8Array;
    /** @throws {ComponentError<Error>} */
    write(bytes: BytesLike): void;
    clone(): File;
    ['constructor'](): string;
    static openMany(paths: readonly string[]): File[];
    static name(): string;
    static length(): number;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export class Error implements Disposable {
    private constructor();
    toString(): string;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export class Token implements Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export class Fallible implements Disposable {
    /** @throws {ComponentError<string>} */
    constructor(x: number);
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function join(a: File, b: File): File;
  export function tokens(): [Token, Token | undefined];
}
export declare namespace user {
  export const File: typeof files.File;
  export type File = files.File;
  export const FileError: typeof files.Error;
  export type FileError = files.Error;
  export class Dir implements Disposable {
    private constructor();
    /** @throws {ComponentError<files.Error>} */
    open(name: string): files.File;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function hold(f: files.File): files.Error | undefined;
}
