export declare function f(): number;
export declare namespace calls {
  export function f(): number;
}
/** `a:b/calls@0.1.0`; another export is called `calls`. */
export declare namespace bCalls {
  export function f(): number;
}
/** `a:b/calls@0.2.0`; another export is called `calls`. */
export declare namespace callsV0_2_0 {
  export function f(): number;
}
/** `c:d/calls`; another export is called `calls`. */
export declare namespace dCalls {
  export function f(): number;
}
/** `a:b/f`; another export is called `f`. */
export declare namespace bF {
  export function f(): number;
}
