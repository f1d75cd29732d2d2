export declare function f(): number;
export declare namespace calls {
  export function f(): number;
}
declare namespace calls2 {
  export function f(): number;
}
declare namespace calls3 {
  export function f(): number;
}
declare namespace calls4 {
  export function f(): number;
}
declare namespace f2 {
  export function f(): number;
}
export type { calls2, calls3, calls4, f2 };
