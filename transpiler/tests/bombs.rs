//! Small components that describe huge ones: they end in a result or an error, soon.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use windlass::{Options, error::Code, transpile};

/// Far more than it takes, since other tests run at the same time.
const SOON: Duration = Duration::from_secs(5);

/// Options by which all imports come from somewhere.
fn mapped() -> Options {
    Options { shared_map: vec![("*".into(), "./host.js".into())], ..Options::default() }
}

/// The result and its size, or the code of the error, in time.
fn outcome(text: &str) -> Result<usize, Code> {
    let bytes = wat::parse_str(text).expect("the test writes WebAssembly text");
    let begin = Instant::now();
    let result = transpile(&bytes, &mapped());
    assert!(begin.elapsed() < SOON, "it took {:?}", begin.elapsed());
    match result {
        Ok(output) => Ok(output.files.iter().map(|file| file.contents.len()).sum()),
        Err(error) => Err(error.code),
    }
}

/// `leaf` in components that each instantiate the one inside them twice, passing on `h`.
fn doubled(depth: usize, import: &str, leaf: &str, exports: bool) -> String {
    let mut text = format!("(component $C0 {import} {leaf})");
    for level in 1..=depth {
        let with = if import.is_empty() { "" } else { "(with \"h\" (func $h))" };
        let inner = level - 1;
        let mut outer = format!("(component $C{level} {import} {text}");
        for name in ["a", "b"] {
            write!(outer, " (instance ${name} (instantiate $C{inner} {with}))").unwrap();
            if exports {
                write!(outer, " (export \"{name}\" (instance ${name}))").unwrap();
            }
        }
        text = outer + ")";
    }
    text.replacen(&format!("$C{depth}"), "", 1)
}

const CORE: &str = r#"
    (core module $M (memory (export "memory") 1) (func (export "f") (param i32 i32))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
    (core instance $m (instantiate $M))"#;
const OPTIONS: &str = r#"(memory (core memory $m "memory")) (realloc (core func $m "realloc"))"#;

#[test]
fn as_many_instances_as_the_budget_allows() {
    let leaf = "(core module $M) (core instance (instantiate $M))";
    assert!(outcome(&doubled(11, "", leaf, false)).unwrap() < 1 << 20);
    assert_eq!(outcome(&doubled(12, "", leaf, false)), Err(Code::BudgetExceeded));
    assert_eq!(outcome(&doubled(40, "", leaf, false)), Err(Code::BudgetExceeded));
}

#[test]
fn instances_that_export_and_import() {
    let lifted = format!(
        r#"{CORE} (func (export "f") (param "s" string) (canon lift (core func $m "f") {OPTIONS}))"#
    );
    outcome(&doubled(11, "", &lifted, true)).unwrap();
    let lowered = format!(
        r#"{CORE} (core func $l (canon lower (func $h) {OPTIONS}))
        (core module $U (import "h" "h" (func (param i32 i32))))
        (core instance (instantiate $U (with "h" (instance (export "h" (func $l))))))"#
    );
    let import = r#"(import "h" (func $h (param "s" string)))"#;
    outcome(&doubled(10, import, &lowered, false)).unwrap();
    outcome(&doubled(11, import, &lowered, false)).unwrap();
}

#[test]
fn one_instance_exported_under_many_names() {
    let mut text = format!(
        r#"(component $C0 {CORE} (func (export "f") (param "s" string) (canon lift (core func $m "f") {OPTIONS})))"#
    );
    for level in 1..=17 {
        let inner = level - 1;
        text = format!(
            r#"(component $C{level} {text} (instance $i (instantiate $C{inner})) (export "a" (instance $i)) (export "b" (instance $i)))"#
        );
    }
    assert_eq!(outcome(&text.replacen("$C17", "", 1)), Err(Code::BudgetExceeded));
}

/// An instance type that holds two of the one before it, `levels` times, with `leaf` in the last.
fn doubled_type(levels: usize, leaf: &str) -> String {
    let mut text = format!("(component (type $t0 (instance {leaf}))");
    for level in 1..=levels {
        let inner = level - 1;
        write!(
            text,
            r#"(type $t{level} (instance (alias outer 1 $t{inner} (type $u))
                (export "a" (instance (type $u))) (export "b" (instance (type $u)))))"#
        )
        .unwrap();
    }
    text
}

#[test]
fn instances_that_are_imported_and_exported_again() {
    for leaf in ["", r#"(export "a" (func))"#, r#"(export "a" (type (sub resource)))"#] {
        let types = doubled_type(15, leaf);
        let import = |level| format!(r#"{types} (import "x" (instance $x (type $t{level})))"#);
        assert!(outcome(&format!("{})", import(8))).unwrap() < 1 << 18);
        // Linking ends it, whether or not there are declarations.
        for types in [true, false] {
            let options = Options { types, ..mapped() };
            let bytes = wat::parse_str(format!(r#"{} (export "y" (instance $x)))"#, import(15)));
            let error = transpile(&bytes.unwrap(), &options).map(|_| ()).unwrap_err();
            assert_eq!(error.code, Code::BudgetExceeded);
            assert!(error.message.starts_with("linking"), "{error}");
        }
    }
    // Exports that are not imports, and hold nothing that runs.
    let mut text = String::from("(component (instance $b0)");
    for level in 1..18 {
        let inner = level - 1;
        write!(
            text,
            r#"(instance $b{level} (export "a" (instance $b{inner})) (export "b" (instance $b{inner})))"#
        )
        .unwrap();
    }
    assert_eq!(outcome(&(text + r#"(export "x" (instance $b17)))"#)), Err(Code::BudgetExceeded));
}

#[test]
fn declarations_that_would_be_long_are_not_made() {
    let mut text = String::from("(component (type $f (func");
    for param in 0..900 {
        write!(text, r#" (param "p{param}" u8)"#).unwrap();
    }
    text += ")) (type $t (instance (alias outer 1 $f (type $u))";
    for func in 0..1000 {
        write!(text, r#" (export "f{func}" (func (type $u)))"#).unwrap();
    }
    let mut options = mapped();
    let bytes = wat::parse_str(text + r#")) (import "a:b/c" (instance (type $t))))"#).unwrap();
    let error = transpile(&bytes, &options).map(|_| ()).unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert!(error.message.ends_with("bytes or more, over the budget of 8388608"), "{error}");
    options.types = false;
    transpile(&bytes, &options).unwrap();
}

#[test]
fn the_output_budget_is_an_option() {
    let text = format!(
        r#"(component {CORE} (func (export "f") (param "s" string) (canon lift (core func $m "f") {OPTIONS})))"#
    );
    let bytes = wat::parse_str(text).unwrap();
    let mut options = Options::default();
    options.budget.output = 500;
    assert_eq!(transpile(&bytes, &options).unwrap_err().code, Code::BudgetExceeded);
}
