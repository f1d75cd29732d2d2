;; A program that imports a function that its interface does not have; `no-function.wasm` is
;; made from this as `exits.wasm` is.
(component
  (import "wasi:cli/stdout@0.2.6" (instance $stdout (export "get-stdowt" (func))))
  (core func $get (canon lower (func $stdout "get-stdowt")))
  (core module $m
    (import "" "get" (func $get))
    (func (export "run") (result i32)
      (call $get)
      (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "get" (func $get))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.6" (instance $run-instance)))
