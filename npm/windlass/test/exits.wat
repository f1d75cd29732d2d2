;; A program that calls `exit-with-code(42)`; `exits.wasm` is made from this by
;; `cargo run -p windlass --example transpile -- exits.wat OUT --wasm exits.wasm`.
(component
  (import "wasi:cli/exit@0.2.6" (instance $exit
    (export "exit-with-code" (func (param "status-code" u8)))))
  (core func $exit-with-code (canon lower (func $exit "exit-with-code")))
  (core module $m
    (import "" "exit" (func $exit (param i32)))
    (func (export "run") (result i32)
      (call $exit (i32.const 42))
      (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "exit" (func $exit-with-code))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.6" (instance $run-instance)))
