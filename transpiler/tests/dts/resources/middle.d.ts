/// <reference lib="esnext.disposable" />

import type { Imports, ComponentError } from './middle.instantiate.js';

export declare namespace user {
  export const File: Imports.Files.FileClass;
  export type File = Imports.Files.File;
  export const FileError: Imports.Files.ErrorClass | undefined;
  export type FileError = Imports.Files.Error;
  export class Dir implements Disposable {
    private constructor();
    /** @throws {ComponentError<Imports.Files.Error>} */
    open(name: string): Imports.Files.File;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function hold(f: Imports.Files.File): Imports.Files.Error | undefined;
}
