//! Decoding and linking of whole components.

use windlass::decode::decode;
use windlass::error::Code;
use windlass::link::link;
use windlass::link::linked::{
    CoreDef, Export, Func, HostItem, HostRoot, ImportKind, Initializer, Linked, ModuleRef,
    ResourceKind, Trampoline,
};
use windlass::options::Budget;
use windlass::{Error, Result};

fn parse(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap_or_else(|e| panic!("{e}"))
}

fn linked(wat: &str, check: impl FnOnce(&Linked<'_>)) {
    let bytes = parse(wat);
    let decoded = decode(&bytes).unwrap_or_else(|e| panic!("{e}"));
    let linked = link(&decoded, &Budget::default()).unwrap_or_else(|e| panic!("{e}"));
    check(&linked);
}

fn error(bytes: &[u8]) -> Error {
    let result: Result<()> =
        decode(bytes).and_then(|decoded| link(&decoded, &Budget::default()).map(drop));
    result.expect_err("this must not link")
}

#[test]
fn a_lifted_function_of_an_instantiated_module() {
    linked(
        r#"(component
            (core module $m (func (export "f") (param i32) (result i32) local.get 0))
            (core instance $i (instantiate $m))
            (func (export "f") (param "x" u32) (result u32)
                (canon lift (core func $i "f"))))"#,
        |linked| {
            assert_eq!(linked.modules.len(), 1);
            assert!(matches!(
                &linked.initializers[..],
                [Initializer::InstantiateModule { module: ModuleRef::Static(_), .. }]
            ));
            let Some(Export::Func { func: Func::Lift(lift), .. }) = linked.exports.get("f") else {
                panic!("{:?}", linked.exports);
            };
            let CoreDef::Export { name, .. } = &linked.lifts[lift.index()].core_func else {
                panic!("{:?}", linked.lifts);
            };
            assert_eq!(name, "f");
        },
    );
}

#[test]
fn each_instance_of_a_component_has_resources_of_its_own() {
    linked(
        r#"(component
            (component $c
                (core module $m (func (export "dtor") (param i32)))
                (core instance $i (instantiate $m))
                (type $r (resource (rep i32) (dtor (core func $i "dtor"))))
                (canon resource.new $r (core func $new))
                (export $e "r" (type $r))
                (core module $n
                    (import "" "new" (func $new (param i32) (result i32)))
                    (func (export "make") (result i32) (call $new (i32.const 1))))
                (core instance $n (instantiate $n
                    (with "" (instance (export "new" (func $new))))))
                (func (export "make") (result (own $e)) (canon lift (core func $n "make"))))
            (instance $a (instantiate $c))
            (instance $b (instantiate $c))
            (export "a" (instance $a))
            (export "b" (instance $b)))"#,
        |linked| {
            assert_eq!(linked.instances.len(), 3);
            assert_eq!(linked.resources.len(), 2);
            assert_eq!(linked.modules.len(), 2, "each static module is listed once");
            assert_eq!(linked.initializers.len(), 4);
            assert_eq!(linked.trampolines.len(), 2);
            let made = ["a", "b"].map(|name| {
                let Some(Export::Instance(exports)) = linked.exports.get(name) else {
                    panic!("{:?}", linked.exports);
                };
                let (Some(Export::Resource(resource)), Some(Export::Func { ty, .. })) =
                    (exports.get("r"), exports.get("make"))
                else {
                    panic!("{exports:?}");
                };
                let result = linked.types[*ty].result.expect("a result");
                assert_eq!(linked.types[result], windlass::abi::types::Type::Own(*resource));
                let resource = &linked.resources[resource.index()];
                assert_eq!(resource.name.as_deref(), Some("r"));
                let ResourceKind::Defined { instance, dtor: Some(CoreDef::Export { .. }), .. } =
                    &resource.kind
                else {
                    panic!("{resource:?}");
                };
                *instance
            });
            assert_ne!(made[0], made[1]);
        },
    );
}
