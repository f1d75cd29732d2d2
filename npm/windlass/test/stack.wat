;; A program that recurses without end; `stack.wasm` is made from this as `exits.wasm` is.
(component
  (core module $m
    (func $deeper (export "run") (result i32)
      (i32.add (i32.const 1) (call $deeper))))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.6" (instance $run-instance)))
