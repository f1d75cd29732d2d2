//! The results of `inspect`.

use std::fmt::Write;

use windlass::error::Code;
use windlass::inspect::{Inspection, inspect};

fn look(text: &str) -> Inspection {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    inspect(&bytes).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn items_have_signatures() {
    let inspection = look(
        r#"(component
            (import "a:b/c@1.0.0" (instance
              (type $e' (enum "x" "y"))
              (export "e" (type $e (eq $e')))
              (export "r" (type $r (sub resource)))
              (export "f" (func (param "e" $e) (result (result (list u8) (error $e)))))
              (export "[method]r.m" (func async (param "self" (borrow $r)) (result (own $r))))))
            (import "m" (core module))
            (import "all" (func
              (param "a" (option (tuple string (list char 4))))
              (param "b" (map string (list u8)))
              (param "c" (stream u8)) (param "f" (future))
              (param "d" (result)) (param "e" (result (error u8)))))
            (export "again" (func 0)))"#,
    );
    let [instance, module, all] = &inspection.imports[..] else { panic!("three imports") };
    let items: Vec<_> =
        instance.items.iter().map(|i| (i.name.as_str(), i.kind, i.signature.as_deref())).collect();
    assert_eq!(instance.kind, "instance");
    assert_eq!(
        items,
        [
            ("e", "type", Some("enum { x, y }")),
            ("r", "resource", None),
            ("f", "func", Some("func(e: e) -> result<list<u8>, e>")),
            ("[method]r.m", "func", Some("async func(self: borrow<r>) -> r")),
        ]
    );
    assert_eq!(module.kind, "module");
    assert_eq!(
        all.signature.as_deref(),
        Some(
            "func(a: option<tuple<string, list<char, 4>>>, b: map<string, list<u8>>, c: stream<u8>, f: future, \
             d: result, e: result<_, u8>)"
        )
    );
    assert_eq!(inspection.exports[0].name, "again");
    assert_eq!(
        inspection.component_features,
        ["async", "fixed-length-lists", "futures", "maps", "resources", "streams"]
    );
}

#[test]
fn sections_modules_and_features_are_listed() {
    let inspection = look(
        r#"(component
            (core module $one
              (import "wasm:js-string" "length" (func (param externref) (result i32)))
              (memory 1) (memory i64 1)
              (tag)
              (global i32 (i32.add (i32.const 1) (i32.const 2)))
              (func (export "f") (param v128) (result v128) local.get 0 local.get 0 i8x16.add)
              (func (export "g") (return_call 2))
              (@custom "mine" "12345")
              (@producers (processed-by "tool" "1.0")))
            (component (component (core module)))
            (@custom "it's" "1"))"#,
    );
    assert_eq!(inspection.nesting, 2);
    assert_eq!(inspection.modules.len(), 2);
    let module = &inspection.modules[0];
    assert_eq!((module.imports, module.exports), (1, 2));
    assert_eq!(
        inspection.core_features,
        [
            "exceptions",
            "extended-const",
            "js-string-builtins",
            "memory64",
            "multi-memory",
            "reference-types",
            "simd",
            "tail-call",
        ]
    );
    assert_eq!(inspection.component_features, ["nested-components"]);
    assert_eq!(inspection.producers, [("processed-by".into(), "tool".into(), "1.0".into())]);
    let custom: Vec<_> = inspection
        .sections
        .iter()
        .filter(|s| s.is_custom)
        .map(|s| (s.name.as_str(), s.depth))
        .collect();
    assert_eq!(
        custom,
        [("mine", 1), ("producers", 1), ("name", 1), ("it's", 0), ("component-name", 0)]
    );
    for section in &inspection.sections {
        assert!(section.offset + section.size <= inspection.size, "{section:?}");
    }
}

#[test]
fn json_has_everything_and_escapes_it() {
    let inspection = look(
        r#"(component
            (import "f" (func (param "x" u32)))
            (core module)
            (@custom "\"\\\n\01" "1"))"#,
    );
    let json = inspection.to_json();
    assert!(json.starts_with(r#"{"kind":"component","size":"#), "{json}");
    assert!(
        json.contains(r#""imports":[{"name":"f","kind":"func","signature":"func(x: u32)"}]"#),
        "{json}"
    );
    assert!(json.contains(r#"{"name":"\"\\\n\u0001","depth":0,"#), "{json}");
    assert!(json.ends_with(r#""features":{"component":[],"core":[]}}"#), "{json}");
}

#[test]
fn errors_are_those_of_decode() {
    assert_eq!(inspect(b"").expect_err("no Wasm").code, Code::NotWasm);
    let module = wat::parse_str("(module)").expect("valid text");
    assert_eq!(inspect(&module).expect_err("a module").code, Code::CoreModule);
}

#[test]
fn exponential_types_are_cut() {
    let mut text = String::from("(component (type $t0 (tuple string string string string))");
    for i in 1..9 {
        let before = format!("$t{} ", i - 1).repeat(4);
        write!(text, "(type $t{i} (tuple {before}))").expect("a String takes any text");
    }
    text.push_str("(import \"f\" (func (param \"t\" $t8))))");
    let signature = look(&text).imports[0].signature.clone().expect("a function has one");
    assert!(signature.len() < 3000 && signature.ends_with('…'));
}

#[test]
fn exponential_instances_are_refused() {
    let mut text = String::from("(component (type $t0 (instance (export \"a\" (func))))");
    for i in 1..16 {
        let of = i - 1;
        write!(
            text,
            r#"(type $t{i} (instance (alias outer 1 $t{of} (type $u))
                (export "a" (instance (type $u))) (export "b" (instance (type $u)))))"#
        )
        .expect("a String takes any text");
    }
    let import = |level| format!(r#"{text} (import "x" (instance (type $t{level}))))"#);
    assert_eq!(look(&import(12)).imports[0].items.len(), 2);
    let large = wat::parse_str(import(15)).expect("valid text");
    assert_eq!(inspect(&large).expect_err("a long list").code, Code::BudgetExceeded);
}
