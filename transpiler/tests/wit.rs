//! WIT text and binaries: what is printed, and where errors say they are.

use windlass::error::Code;
use windlass::{Error, wit};

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn error(texts: &[(&str, &str)]) -> Error {
    let error = wit::parse(&files(texts)).expect_err("the WIT is wrong");
    assert_eq!(error.code, Code::InvalidWit);
    error
}

#[test]
fn errors_show_the_line_and_mark_the_place() {
    let error = error(&[("a.wit", "package a:b;\n\ninterface c {\n\tf: func() -> strin;\n}\n")]);
    assert_eq!(
        error.to_string(),
        "error[invalid-wit]: name `strin` does not exist\n  \
         at a.wit:4:15\n    |\n  4 | \tf: func() -> strin;\n    | \t             ^^^^^\n  \
         help: did you mean `string`?"
    );
}

#[test]
fn columns_count_characters() {
    let error = error(&[("a.wit", "package a:b; /* äöü */ interface c { f: func() -> x; }")]);
    assert!(error.at.expect("a place").starts_with("a.wit:1:51\n"));
}

#[test]
fn near_names_are_suggested() {
    let near = "package a:b; interface c { record point { x: u32 } f: func(p: piont); }";
    assert_eq!(error(&[("a.wit", near)]).help.as_deref(), Some("did you mean `point`?"));
    let far = "package a:b; interface c { f: func(p: somewhere); }";
    assert_eq!(error(&[("a.wit", far)]).help, None);
    let texts = [
        ("main.wit", "package a:b; world w { import c:d/sotre; }"),
        ("deps/c.wit", "package c:d; interface store {}"),
    ];
    let error = error(&texts);
    assert_eq!(error.help.as_deref(), Some("did you mean `store`?"));
    assert!(error.at.expect("a place").starts_with("main.wit:1:"));
}

#[test]
fn missing_packages_say_where_they_belong() {
    let error = error(&[("a.wit", "package a:b; world w { import wasi:cli/environment@0.2.0; }")]);
    assert!(error.message.contains("wasi:cli@0.2.0"), "{error}");
    assert!(error.help.expect("help").contains("`deps`"));
}

#[test]
fn hostile_text_is_an_error() {
    let many = format!("package a:b; interface c {{ f: func(x: {}u8); }}", "list<".repeat(100_000));
    let long = format!("package a:b; interface c {{ {} }}", "x".repeat(100_000));
    for text in
        ["", "\0", "\u{feff}", "package", "package a:b; world w { include w; }", &many, &long]
    {
        error(&[("a.wit", text)]);
    }
    assert!(wit::parse(&[]).is_err());
}

#[test]
fn dependencies_are_folders_or_files() {
    let texts = files(&[
        (
            "wit/world.wit",
            "package a:b; world w { import c:d/e; import f:g/h; use c:d/i.{t}; export x: func() -> t; }",
        ),
        ("wit/deps/cd/one.wit", "package c:d; interface e {}"),
        ("wit/deps/cd/two.wit", "package c:d; interface i { type t = u32; }"),
        ("wit\\deps\\fg.wit", "package f:g; interface h {}"),
    ]);
    let package = wit::parse(&texts).expect("valid WIT");
    assert_eq!(package.resolve.packages.len(), 3);
    assert_eq!(package.resolve.packages[package.package].worlds.len(), 1);
}

#[test]
fn printed_worlds_parse() {
    let component = wat::parse_str(
        r#"(component
            (type $t (instance
              (type $p' (record (field "x" u32)))
              (export "p" (type $p (eq $p')))
              (export "f" (func (param "p" $p)))))
            (import "a:b/c@1.0.0" (instance (type $t)))
            (import "g" (func async (param "s" (stream u8)))))"#,
    )
    .expect("valid text");
    let text = wit::print(&component).expect("it has a WIT spelling");
    assert!(text.contains("import a:b/c@1.0.0;"), "{text}");
    assert!(text.contains("record p {"), "{text}");
    wit::parse(&files(&[("printed.wit", &text)])).unwrap_or_else(|error| panic!("{error}\n{text}"));
}

#[test]
fn binaries_that_are_something_else_are_refused() {
    let module = wat::parse_str("(module)").expect("valid text");
    let broken = b"\0asm\x0d\0\x01\0\xff";
    assert_eq!(wit::print(&module).expect_err("a module").code, Code::CoreModule);
    assert_eq!(wit::print(b"hello").expect_err("no Wasm").code, Code::NotWasm);
    assert_eq!(wit::print(b"").expect_err("no Wasm").code, Code::NotWasm);
    let error = wit::print(broken).expect_err("not valid");
    assert_eq!(error.code, Code::InvalidComponent);
    assert!(error.offset.is_some());
    let shapeless = wat::parse_str(r#"(component (core module $m) (export "m" (core module $m)))"#);
    let shapeless = shapeless.expect("valid text");
    assert_eq!(wit::print(&shapeless).expect_err("no WIT").code, Code::Unsupported);
    assert_eq!(wit::decode_package(&shapeless).expect_err("no WIT").code, Code::InvalidWit);
}

/// Shapes on which wit-component panics, and shapes that it prints wrongly.
#[test]
fn shapes_without_wit_are_refused() {
    let shapes = [
        r#"(component (import "a:b/c" (func)))"#,
        r#"(component (type $f (func)) (import "f" (type (eq $f))))"#,
        r#"(component (type $f (func)) (import "i" (instance (export "f" (type (eq $f))))))"#,
        r#"(component
            (import "a" (type $a (sub resource)))
            (import "b" (type $b (eq $a)))
            (import "[method]b.m" (func (param "self" (borrow $b)))))"#,
        r#"(component (import "i" (instance (export "j" (instance)))))"#,
    ];
    for text in shapes {
        let bytes = wat::parse_str(text).expect("valid text");
        let decoded = windlass::decode::decode(&bytes).expect("a valid component");
        assert!(wit::world(&bytes, &decoded).is_none(), "{text}");
        assert_eq!(wit::print(&bytes).expect_err(text).code, Code::Unsupported);
        assert_eq!(wit::decode_package(&bytes).expect_err(text).code, Code::InvalidWit);
    }
}

#[test]
fn uses_of_nameless_interfaces_are_not_printed() {
    let bytes = wat::parse_str(
        r#"(component $C
            (import "foo" (instance $i
              (type $t' (record (field "f" u32)))
              (export "t" (type (eq $t')))))
            (alias export $i "t" (type $t))
            (import "bar" (instance (alias outer $C $t (type $t')) (export "t" (type (eq $t'))))))"#,
    )
    .expect("valid text");
    let decoded = windlass::decode::decode(&bytes).expect("a valid component");
    assert!(wit::world(&bytes, &decoded).is_some());
    assert_eq!(wit::print(&bytes).expect_err("no spelling").code, Code::Unsupported);
}

#[test]
fn package_binaries_are_read() {
    let texts =
        files(&[("a.wit", "package a:b; interface c { f: func(); } world w { import c; }")]);
    let package = wit::parse(&texts).expect("valid WIT");
    let bytes =
        wit_component::encode(&package.resolve, package.package, false).expect("it can be encoded");
    let again = wit::decode_package(&bytes).expect("a WIT package");
    assert_eq!(again.resolve.packages[again.package].worlds.len(), 1);
    assert!(wit::print(&bytes).expect("a WIT package").contains("interface c {"));
}
