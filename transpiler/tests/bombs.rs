//! Small components that describe huge ones: they end in a result or an error, soon.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use windlass::{Options, error::Code, transpile};

/// Far more than it takes, since other tests run at the same time.
const SOON: Duration = Duration::from_secs(5);

/// The result and its size, or the code of the error, in time.
fn outcome(text: &str) -> Result<usize, Code> {
    let bytes = wat::parse_str(text).expect("the test writes WebAssembly text");
    let begin = Instant::now();
    let result = transpile(&bytes, &Options::default());
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
