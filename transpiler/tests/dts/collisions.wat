;; Names that are different for a component and the same in JavaScript.
(component
  (core module $m (func (export "f") (result i32) i32.const 1))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (instance $x (export "f" (func $f)))
  (export "f" (func $f))
  (export "calls" (instance $x))
  (export "a:b/calls@0.1.0" (instance $x))
  (export "a:b/calls@0.2.0" (instance $x))
  (export "c:d/calls" (instance $x))
  (export "a:b/f" (instance $x))
)
