;; Imports a function of an interface that the application provides.
(component
  (import "test:app/numbers@0.1.0" (instance $numbers
    (export "next" (func (param "x" u32) (result u32)))))
  (alias export $numbers "next" (func $next))
  (core func $next (canon lower (func $next)))
  (core module $m
    (import "numbers" "next" (func $next (param i32) (result i32)))
    (func (export "twice") (param i32) (result i32) (call $next (call $next (local.get 0)))))
  (core instance $i (instantiate $m
    (with "numbers" (instance (export "next" (func $next))))))
  (func (export "twice") (param "x" u32) (result u32) (canon lift (core func $i "twice"))))
