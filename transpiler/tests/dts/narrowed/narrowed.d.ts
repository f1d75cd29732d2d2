export declare namespace c {
  export function f(): number;
}
