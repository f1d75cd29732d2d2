/// <reference lib="esnext.disposable" />

import type { BytesLike_, Result_ } from './all.instantiate.js';

/** Ends here: *\/ and *\/ and /* too */
declare namespace _interface {
  export interface Record {
    type: number;
    class: string;
    constructor: number;
    then: number;
    toString: string;
    hasownproperty: boolean;
    proto: number;
  }
  export interface Map {
    a: globalThis.Map<string, number>;
  }
  export interface Error {
    m: string;
  }
  export interface Promise {
    x: number;
  }
  export interface String {
    x: number;
  }
  export interface Symbol {
    x: number;
  }
  export interface Disposable {
    x: number;
  }
  export interface Uint8Array {
    b: globalThis.Uint8Array;
  }
  /** What is accepted where {@link Uint8Array} goes into the component. */
  export interface Uint8ArrayInput {
    b: BytesLike_;
  }
  export interface Iterable {
    b: Uint16Array;
  }
  /** What is accepted where {@link Iterable} goes into the component. */
  export interface IterableInput {
    b: Uint16Array | globalThis.Iterable<number>;
  }
  export interface ReadableStream {
    b: number;
  }
  export interface Imports {
    x: number;
  }
  export interface Exports {
    x: number;
  }
  export interface Types {
    x: number;
  }
  export interface Result {
    x: Result_<number, string>;
  }
  export interface BytesLike {
    x: globalThis.Uint8Array;
  }
  /** What is accepted where {@link BytesLike} goes into the component. */
  export interface BytesLikeInput {
    x: BytesLike_;
  }
  export interface Component {
    x: number;
  }
  export interface WebAssembly {
    x: number;
  }
  export interface Array {
    x: string[];
  }
  export interface Object {
    x: number;
  }
  export interface Foo {
    b: globalThis.Uint8Array;
  }
  /** What is accepted where {@link Foo} goes into the component. */
  export interface FooInput2 {
    b: BytesLike_;
  }
  export interface FooInput {
    b: globalThis.Uint8Array;
  }
  /** What is accepted where {@link FooInput} goes into the component. */
  export interface FooInputInput {
    b: BytesLike_;
  }
  export interface A1 {
    x: number;
  }
  export interface AB1 {
    x: number;
  }
  export type Quotes = 'a-b' | 'default' | 'class';
  export class R implements globalThis.Disposable {
    constructor();
    ['constructor'](): void;
    static(): void;
    then(): void;
    ['new'](): void;
    async(): void;
    get(): void;
    set(): void;
    delete(): void;
    static name(): void;
    static length(): void;
    // A class cannot have a static member `prototype`.
    static caller(): void;
    static arguments(): void;
    static apply(): void;
    static new2(): void;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [globalThis.Symbol.dispose](): void;
  }
  function _delete(
    _delete: number,
    _class: string,
    _this: number,
    _arguments: number,
    _eval: number,
    _default: number,
    _new: number,
    _await: number,
    _yield: number,
  ): void;
  function _class(): void;
  function _default(): void;
  function _async(): void;
  function _await(): void;
  function _import(): void;
  function _export(): void;
  function _eval(): void;
  function _arguments(): void;
  function _undefined(): void;
  export function string2(s: String): String;
  export function foo1(): void;
  export function fooA(): void;
  export function same(a1: number, aB: number): void;
  export function use(
    m: Map,
    e: Error,
    p: Promise,
    s: Symbol,
    u: Uint8ArrayInput,
    i: IterableInput,
    rs: ReadableStream,
  ): Result;
  export function inputs(
    a: FooInput2,
    b: FooInputInput,
    c: BytesLikeInput,
    d: Result_<FooInput2, Error>,
  ): [Map, globalThis.Map<string, number>];
  function _globalThis(): void;
  export { _delete as delete, _class as class, _default as default, _async as async, _await as await, _import as import, _export as export, _eval as eval, _arguments as arguments, _undefined as undefined, _globalThis as globalThis };
}
declare namespace _class {
  export class Class implements globalThis.Disposable {
    constructor(_class: Class);
    type(): Class;
    static classClass(): Class;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [globalThis.Symbol.dispose](): void;
  }
}
declare namespace _default {
  export function f(): void;
}
declare namespace _global {
  export function f(): void;
}
declare namespace _module {
  export function f(): void;
}
declare namespace _declare {
  export function f(): void;
}
declare namespace _namespace {
  export function f(): void;
}
export declare namespace imports {
  export interface Imports {
    x: number;
  }
  export class Types implements globalThis.Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [globalThis.Symbol.dispose](): void;
  }
  export function f(x: Imports): Imports;
}
export declare namespace types {
  export interface Types {
    x: number;
  }
  export function f(x: Types): Types;
}
declare namespace _exports {
  export function f(): void;
}
export declare namespace onlyTypes {
  export interface Only {
    x: globalThis.Uint8Array;
  }
}
export declare namespace f {
  export class F2 implements globalThis.Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [globalThis.Symbol.dispose](): void;
  }
  export function f(): void;
}
export declare namespace component {
  export function f(): void;
}
declare function _delete(_new: number): void;
declare function _enum(): void;
export declare function instantiate(): void;
declare function _undefined(): void;
declare function _eval(): void;
export declare function foo1(): void;
export declare function fooA(): string;
declare function _await(): void;
declare function _let(): void;
declare function _type(): void;
export { _interface as interface, _class as class, _default as default, _global as global, _module as module, _declare as declare, _namespace as namespace, _exports as exports, _delete as delete, _enum as enum, _undefined as undefined, _eval as eval, _await as await, _let as let, _type as type };
