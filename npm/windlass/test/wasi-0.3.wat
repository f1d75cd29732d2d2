;; A program that imports what nothing provides; `wasi-0.3.wasm` is made from this as `exits.wasm` is.
(component
  (import "wasi:http/client@0.3.0" (instance $r (export "f" (func (result u64)))))
  (core func $f (canon lower (func $r "f")))
  (core module $m
    (import "" "f" (func $f (result i64)))
    (func (export "run") (result i32) (drop (call $f)) (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))
