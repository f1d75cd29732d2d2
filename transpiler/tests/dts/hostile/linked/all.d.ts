/// <reference lib="esnext.disposable" />

import type { Types as Types_, Result_ } from './all.instantiate.js';

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
declare namespace _interface {
  export class R implements Disposable {
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
    [Symbol.dispose](): void;
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
  export function string2(s: Types_.String): Types_.String;
  export function foo1(): void;
  export function fooA(): void;
  export function same(a1: number, aB: number): void;
  export function use(
    m: Types_.Map,
    e: Types_.Error,
    p: Types_.String,
    s: Types_.String,
    u: Types_.Uint8ArrayInput,
    i: Types_.IterableInput,
    rs: Types_.ReadableStream,
  ): Types_.Result;
  export function inputs(
    a: Types_.Uint8ArrayInput,
    b: Types_.Uint8ArrayInput,
    c: Types_.BytesLikeInput,
    d: Result_<Types_.Uint8ArrayInput, Types_.Error>,
  ): [Types_.Map, globalThis.Map<string, number>];
  function _globalThis(): void;
  export { _delete as delete, _class as class, _default as default, _async as async, _await as await, _import as import, _export as export, _eval as eval, _arguments as arguments, _undefined as undefined, _globalThis as globalThis };
}
declare namespace _class {
  export class Class implements Disposable {
    constructor(_class: Class);
    type(): Class;
    static classClass(): Class;
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
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
  export class Types implements Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function f(x: Types_.String): Types_.String;
}
export declare namespace types {
  export function f(x: Types_.String): Types_.String;
}
declare namespace _exports {
  export function f(): void;
}
export declare namespace onlyTypes {
}
export declare namespace f {
  export class F2 implements Disposable {
    private constructor();
    /** Gives the resource back: drops the handle, and runs the destructor. */
    [Symbol.dispose](): void;
  }
  export function f(): void;
}
export declare namespace component {
  export function f(): void;
}
export { _delete as delete, _enum as enum, _undefined as undefined, _eval as eval, _await as await, _let as let, _type as type, _interface as interface, _class as class, _default as default, _global as global, _module as module, _declare as declare, _namespace as namespace, _exports as exports };
