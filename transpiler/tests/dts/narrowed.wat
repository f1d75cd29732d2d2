;; An inner component exports less than is passed to it.
(component
  (import "a:b/c" (instance $h (export "f" (func (result u32))) (export "g" (func))))
  (component $n
    (import "a:b/c" (instance $h (export "f" (func (result u32)))))
    (export "a:b/c" (instance $h)))
  (instance $i (instantiate $n (with "a:b/c" (instance $h))))
  (alias export $i "a:b/c" (instance $k))
  (export "a:b/c" (instance $k))
)
