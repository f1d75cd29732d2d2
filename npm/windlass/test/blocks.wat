;; A program of WASI 0.3 that blocks on a stack of its own, which takes JSPI, and ends with 5.
;; `blocks.wasm` is made from this as `exits.wasm` is.
(component
  (import "wasi:cli/exit@0.3.0" (instance $exit
    (export "exit-with-code" (func (param "status-code" u8)))))
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
    (export "wait-for" (func async (param "how-long" u64)))))
  (core func $exit (canon lower (func $exit "exit-with-code")))
  (core func $wait (canon lower (func $clock "wait-for")))
  (core module $m
    (import "" "exit" (func $exit (param i32)))
    (import "" "wait" (func $wait (param i64)))
    (func (export "run")
      (call $wait (i64.const 1000000))
      (call $exit (i32.const 5))
      unreachable))
  (core instance $i (instantiate $m (with "" (instance
    (export "exit" (func $exit))
    (export "wait" (func $wait))))))
  (func $run async (result (result)) (canon lift (core func $i "run") async))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $run)))
