//! How much JavaScript is emitted.

use std::path::Path;

use windlass::{Options, transpile};

/// Bytes of the JavaScript for a core module that exports `answer` as `() -> u32`.
fn javascript(fields: &str) -> usize {
    let text = format!(
        r#"(component
            (core module $m {fields} (func (export "answer") (result i32) (i32.const 42)))
            (core instance $c (instantiate $m))
            (func (export "answer") (result u32) (canon lift (core func $c "answer"))))"#
    );
    let component = wat::parse_str(text).expect("a component");
    let options = Options { minify: true, ..Options::default() };
    let output = transpile(&component, &options).expect("a module");
    let is_javascript = |name: &str| Path::new(name).extension().is_some_and(|it| it == "js");
    let files = output.files.iter().filter(|file| is_javascript(&file.name));
    files.map(|file| file.contents.len()).sum()
}

#[test]
fn a_function_without_arguments_takes_less_than_a_kilobyte() {
    assert!(javascript("") <= 1000, "{}", javascript(""));
}

/// The entry says so, and which engine has it.
#[test]
fn what_an_engine_may_lack_is_told() {
    let shared = "(memory 1 1 shared)";
    assert!(javascript(shared) > javascript("(memory 1 1)") + 200);
}
