;; An imported instance is exported as it came, and one in another.
(component
  (import "a:b/c" (instance $c
    (export "f" (func (result u32)))
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (result (own $r))))))
  (import "outer" (instance $outer (export "inner" (instance (export "g" (func (param "s" string)))))))
  (export "a:b/c" (instance $c))
  (alias export $outer "inner" (instance $inner))
  (export "d" (instance $inner))
)
