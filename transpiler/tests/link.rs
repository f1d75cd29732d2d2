//! Decoding and linking of whole components.

use std::fmt::Write as _;

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

#[test]
fn outer_aliases_reach_modules_and_components_through_closures() {
    linked(
        r#"(component $root
            (core module $m (func (export "f")))
            (component $c
                (alias outer $root $m (core module $m2))
                (core instance (instantiate $m2)))
            (component $outer
                (component $inner
                    (alias outer $root $m (core module $m3))
                    (alias outer $root $c (component $c2))
                    (core instance (instantiate $m3))
                    (instance (instantiate $c2)))
                (instance (instantiate $inner))
                (instance (instantiate $inner)))
            (instance (instantiate $outer)))"#,
        |linked| {
            assert_eq!(linked.modules.len(), 1);
            assert_eq!(linked.initializers.len(), 4);
            let parents: Vec<_> = linked.instances.iter().map(|i| i.parent.map(|p| p.0)).collect();
            assert_eq!(parents, [None, Some(0), Some(1), Some(2), Some(1), Some(4)]);
        },
    );
}

#[test]
fn imports_are_exported_again_as_what_the_host_passed() {
    linked(
        r#"(component
            (import "f" (func $f (param "x" u32)))
            (import "a:b/i@1.0.0" (instance $i
                (export "r" (type $r (sub resource)))
                (export "nested" (instance (export "g" (func))))
                (export "[constructor]r" (func (result (own $r))))))
            (import "m" (core module $m))
            (export "f2" (func $f))
            (export "i2" (instance $i))
            (alias export $i "nested" (instance $n))
            (alias export $n "g" (func $g))
            (export "g" (func $g))
            (export "m2" (core module $m)))"#,
        |linked| {
            let host = |import: u32, path: &[&str]| HostItem {
                root: HostRoot::Import(windlass::index::ImportIndex(import)),
                path: path.iter().map(|&s| s.to_owned()).collect(),
            };
            assert_eq!(linked.imports[1].name, "a:b/i@1.0.0");
            let ImportKind::Instance(kinds) = &linked.imports[1].kind else {
                panic!("{:?}", linked.imports);
            };
            assert!(matches!(kinds["nested"], ImportKind::Instance(_)));
            let [resource] = &linked.resources[..] else { panic!("{:?}", linked.resources) };
            let ResourceKind::Imported(item) = &resource.kind else { panic!("{resource:?}") };
            assert_eq!(*item, host(1, &["r"]));
            let func = |name: &str| match &linked.exports[name] {
                Export::Func { func: Func::Host { item, .. }, .. } => item.clone(),
                other => panic!("{other:?}"),
            };
            assert_eq!(func("f2"), host(0, &[]));
            assert_eq!(func("g"), host(1, &["nested", "g"]));
            let Export::Host(item) = &linked.exports["i2"] else { panic!("{:?}", linked.exports) };
            assert_eq!(*item, host(1, &[]));
            let Export::Module(ModuleRef::Host(item)) = &linked.exports["m2"] else {
                panic!("{:?}", linked.exports);
            };
            assert_eq!(*item, host(2, &[]));
        },
    );
}

#[test]
fn a_type_that_leaves_exports_out_hides_them() {
    linked(
        r#"(component
            (import "i" (instance $i (export "a" (func)) (export "b" (func))))
            (export "j" (instance $i) (instance (export "b" (func)))))"#,
        |linked| {
            let Export::Instance(exports) = &linked.exports["j"] else {
                panic!("{:?}", linked.exports);
            };
            assert_eq!(exports.keys().collect::<Vec<_>>(), ["b"]);
        },
    );
}

#[test]
fn a_resource_keeps_its_identity_from_component_to_component() {
    linked(
        r#"(component
            (import "host" (instance $host
                (export "r" (type $r (sub resource)))
                (export "use" (func (param "x" (borrow $r))))))
            (component $user
                (import "deps" (instance $deps
                    (export "r" (type $r (sub resource)))
                    (export "use" (func (param "x" (borrow $r))))))
                (alias export $deps "r" (type $r))
                (canon resource.drop $r (core func $drop))
                (canon lower (func $deps "use") (core func $use))
                (export "again" (instance $deps)))
            (instance $a (instantiate $user (with "deps" (instance $host))))
            (instance $b (instantiate $user (with "deps" (instance $a "again")))))"#,
        |linked| {
            assert_eq!(linked.resources.len(), 1);
            let lowered = linked.trampolines.iter().filter(|trampoline| match trampoline {
                Trampoline::Lower { func: Func::Host { item, .. }, ty, .. } => {
                    assert_eq!(item.path, ["use"]);
                    let (_, param) = linked.types[*ty].params[0];
                    matches!(linked.types[param], windlass::abi::types::Type::Borrow(r) if r.0 == 0)
                }
                _ => false,
            });
            assert_eq!(lowered.count(), 2, "one for each instance");
        },
    );
}

#[test]
fn an_exported_resource_is_the_same_resource() {
    linked(
        r#"(component
            (type $r (resource (rep i32)))
            (export $e "r" (type $r))
            (canon resource.drop $e (core func $drop))
            (canon resource.drop $r (core func $drop2)))"#,
        |linked| {
            assert_eq!(linked.resources.len(), 1);
            assert_eq!(linked.trampolines.len(), 1, "equal trampolines are shared");
        },
    );
}

#[test]
fn imported_components_are_instantiated_by_the_host() {
    linked(
        r#"(component
            (import "r" (type $r (sub resource)))
            (import "f" (func $f (result (own $r))))
            (import "c" (component $c
                (import "t" (type $t (sub resource)))
                (import "g" (func (result (own $t))))
                (export "s" (type $s (sub resource)))
                (export "make" (func (param "x" (own $t)) (result (own $s))))))
            (instance $i (instantiate $c (with "t" (type $r)) (with "g" (func $f))))
            (instance $j (instantiate $c (with "t" (type $r)) (with "g" (func $f))))
            (export "i" (instance $i))
            (export "c2" (component $c)))"#,
        |linked| {
            assert_eq!(linked.resources.len(), 3);
            let [
                Initializer::InstantiateComponent { component, args },
                Initializer::InstantiateComponent { .. },
            ] = &linked.initializers[..]
            else {
                panic!("{:?}", linked.initializers);
            };
            assert_eq!(component.root, HostRoot::Import(windlass::index::ImportIndex(2)));
            assert!(matches!(args["t"], Export::Resource(r) if r.0 == 0));
            let Export::Func { func: Func::Host { .. }, ty } = &args["g"] else {
                panic!("{args:?}");
            };
            let result = linked.types[*ty].result.expect("a result");
            assert!(matches!(linked.types[result], windlass::abi::types::Type::Own(r) if r.0 == 0));
            assert!(matches!(&linked.exports["i"], Export::Host(HostItem {
                root: HostRoot::Instance(i), ..
            }) if i.0 == 0));
            assert!(matches!(&linked.exports["c2"], Export::Host(_)));
        },
    );
}

#[test]
fn exported_components_are_linked_by_themselves() {
    linked(
        r#"(component $root
            (core module $m (func (export "f")))
            (component $c (export "c")
                (import "x" (func $x))
                (alias outer $root $m (core module $m2))
                (core instance (instantiate $m2))
                (export "y" (func $x))))"#,
        |linked| {
            assert!(linked.modules.is_empty());
            let Export::Component(inner) = &linked.exports["c"] else {
                panic!("{:?}", linked.exports);
            };
            assert_eq!(inner.modules.len(), 1);
            assert_eq!(inner.imports.len(), 1);
            assert!(inner.exports.contains_key("y"));
        },
    );
    let captures = error(&parse(
        r#"(component $root
            (import "m" (core module $m))
            (component $c (export "c")
                (alias outer $root $m (core module $m2))
                (core instance (instantiate $m2))))"#,
    ));
    assert_eq!(captures.code, Code::Unsupported);
}

#[test]
fn equal_types_are_one_and_carry_their_names() {
    linked(
        r#"(component
            (import "a" (instance
                (type $p' (record (field "x" u32)))
                (export "point" (type $p (eq $p')))
                (export "f" (func (param "p" $p)))))
            (import "b" (instance
                (type $p' (record (field "x" u32)))
                (export "place" (type $p (eq $p')))
                (export "f" (func (param "p" $p))))))"#,
        |linked| {
            let kind = |i: usize| match &linked.imports[i].kind {
                ImportKind::Instance(kinds) => match kinds["f"] {
                    ImportKind::Func(ty) => ty,
                    ref other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            };
            assert_eq!(kind(0), kind(1));
            let (_, param) = linked.types[kind(0)].params[0];
            assert_eq!(linked.types.name_of(param), Some("point"));
        },
    );
}

#[test]
fn type_dags_stay_small() {
    // A tree of it would have 2^15 leaves.
    let mut wat = String::from("(component (type $t0 (list u8))\n");
    for i in 0..15 {
        writeln!(wat, "(type $t{} (tuple $t{i} $t{i}))", i + 1).expect("a string takes all");
    }
    wat += "(import \"f\" (func (param \"x\" $t15))))";
    linked(&wat, |linked| assert!(linked.types.len() < 50, "{}", linked.types.len()));
}

#[test]
fn instantiation_bombs_end_in_an_error() {
    // Each level instantiates the one before it ten times.
    let mut wat = String::from("(component\n(component $c0)\n");
    for i in 0..20 {
        writeln!(wat, "(component $c{}", i + 1).expect("a string takes all");
        writeln!(wat, "(alias outer 1 $c{i} (component $c))").expect("a string takes all");
        wat += &"(instance (instantiate $c))\n".repeat(10);
        wat += ")\n";
    }
    wat += "(instance (instantiate $c20)))";
    assert_ends_quickly(&wat, Code::BudgetExceeded);
}

#[test]
fn export_bombs_end_in_an_error() {
    // Each level exports the component before it twice, which is linked each time.
    let mut wat = String::from("(component\n(component $c0)\n");
    for i in 0..14 {
        writeln!(
            wat,
            "(component $c{} (alias outer 1 $c{i} (component $c))
                (export \"a\" (component $c)) (export \"b\" (component $c)))",
            i + 1
        )
        .expect("a string takes all");
    }
    wat += "(export \"c\" (component $c14)))";
    assert_ends_quickly(&wat, Code::BudgetExceeded);
}

#[test]
fn work_without_instances_is_bounded() {
    // A component of many definitions instantiated often makes few instances.
    let mut wat = String::from("(component\n(component $c (import \"f\" (func $f))\n");
    wat += &"(instance (export \"f\" (func $f)))\n".repeat(4000);
    wat += ")\n(import \"f\" (func $f))\n";
    wat += &"(instance (instantiate $c (with \"f\" (func $f))))\n".repeat(4000);
    wat += ")";
    assert_ends_quickly(&wat, Code::BudgetExceeded);
}

fn assert_ends_quickly(wat: &str, code: Code) {
    let bytes = parse(wat);
    let begin = std::time::Instant::now();
    assert_eq!(error(&bytes).code, code);
    let took = begin.elapsed();
    // Far over what it takes, so that only work without bound fails, not a busy machine.
    assert!(took.as_secs() < 60, "took {took:?}");
}

#[test]
fn deep_nesting_needs_no_deep_stack() {
    let depth = 900;
    let preamble = b"\0asm\x0d\0\x01\0";
    let mut bytes = preamble.to_vec();
    for _ in 0..depth {
        let mut outer = preamble.to_vec();
        outer.push(4);
        leb128(&mut outer, bytes.len());
        outer.extend(&bytes);
        // One instance: instantiate component 0 without arguments.
        outer.extend([5, 4, 1, 0, 0, 0]);
        bytes = outer;
    }
    let linked = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            let decoded = decode(&bytes).expect("valid");
            link(&decoded, &Budget::default()).expect("links").instances.len()
        })
        .expect("a thread")
        .join()
        .expect("no overflow");
    assert_eq!(linked, depth + 1);
}

fn leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f).to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

#[test]
fn other_bytes_are_told_apart() {
    assert_eq!(error(b"").code, Code::NotWasm);
    assert_eq!(error(b"(component)").code, Code::NotWasm);
    let core = error(&parse("(module)"));
    assert_eq!(core.code, Code::CoreModule);
    assert!(core.help.expect("a way out").contains("windlass new"));
    assert_eq!(error(b"\0asm\x0d\0").code, Code::InvalidComponent);
    let values = error(&parse("(component (import \"v\" (value string)))"));
    assert_eq!(values.code, Code::Unsupported);
    let body = error(&parse("(component (core module (func i32.add)))"));
    assert_eq!(body.code, Code::InvalidComponent);
    assert!(body.offset.is_some());
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = parse(
        r#"(component
            (import "i" (instance $i (export "f" (func (param "x" string)))))
            (core module $m (memory (export "m") 1) (func (export "f") (param i32 i32)))
            (core instance $c (instantiate $m))
            (canon lower (func $i "f") (memory (core memory $c "m")) (core func $f))
            (core module $n (import "" "f" (func (param i32 i32))))
            (core instance (instantiate $n (with "" (instance (export "f" (func $f))))))
            (export "i2" (instance $i)))"#,
    );
    let sections = {
        let decoded = decode(&bytes).expect("valid");
        // A cut between two sections leaves a valid component.
        decoded.sections.iter().filter(|s| s.depth == 0).map(|s| s.range.end).collect::<Vec<_>>()
    };
    for end in 9..bytes.len() {
        if !sections.contains(&end) {
            assert_eq!(error(&bytes[..end]).code, Code::InvalidComponent, "cut at {end}");
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let bytes = parse(
        r#"(component
            (type $r (resource (rep i32)))
            (export $e "r" (type $r))
            (component $c (import "t" (type (sub resource))) (core module (func)))
            (instance $i (instantiate $c (with "t" (type $e))))
            (canon resource.new $r (core func $new))
            (canon lift (core func $new) (func $f (param "x" u32) (result (own $e))))
            (export "f" (func $f)))"#
            .replace("(param \"x\" u32)", "(param \"x\" s32)")
            .as_str(),
    );
    for position in 8..bytes.len() {
        for value in 0..=255 {
            let mut bytes = bytes.clone();
            bytes[position] = value;
            let _ = decode(&bytes).and_then(|d| link(&d, &Budget::default()).map(drop));
        }
    }
}

#[test]
fn sections_and_module_names_are_known() {
    let bytes = parse(
        r#"(component $c (core module $one) (core module $two (func))
            (@custom "note" "hello"))"#,
    );
    let decoded = decode(&bytes).expect("valid");
    assert_eq!(decoded.modules[1].name, Some("two"));
    let names: Vec<_> = decoded.sections.iter().map(|s| (s.name, s.depth)).collect();
    assert!(names.contains(&("core module", 0)), "{names:?}");
    assert!(names.contains(&("code", 1)), "{names:?}");
    assert!(names.contains(&("note", 0)), "{names:?}");
    for module in &decoded.modules {
        assert_eq!(&module.bytes[..8], b"\0asm\x01\0\0\0");
        assert_eq!(&bytes[module.offset..][..module.bytes.len()], module.bytes);
    }
}
