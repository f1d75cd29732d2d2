;; Programs of several versions, which end with 2, 3 and 4; `runs.wasm` is made from this as
;; `drafts.wasm` is.
(component
  (import "wasi:cli/exit@0.3.0" (instance $exit
    (export "exit-with-code" (func (param "status-code" u8)))))
  (core func $exit (canon lower (func $exit "exit-with-code")))
  (core module $m
    (import "" "exit" (func $exit (param i32)))
    (func (export "run-2") (result i32) (call $exit (i32.const 2)) unreachable)
    (func (export "run-3") (result i32) (call $exit (i32.const 3)) unreachable)
    (func (export "run-4") (result i32) (call $exit (i32.const 4)) unreachable)
    (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $m (with "" (instance
    (export "exit" (func $exit))))))
  (func $run-2 (result (result)) (canon lift (core func $i "run-2")))
  (func $run-3 async (result (result))
    (canon lift (core func $i "run-3") async (callback (core func $i "callback"))))
  (func $run-4 (result (result)) (canon lift (core func $i "run-4")))
  (instance $run-2 (export "run" (func $run-2)))
  (instance $run-3 (export "run" (func $run-3)))
  (instance $run-4 (export "run" (func $run-4)))
  (export "wasi:cli/run@0.2.6" (instance $run-2))
  (export "wasi:cli/run@0.3.0" (instance $run-3))
  (export "wasi:cli/run@0.2.12" (instance $run-4)))
