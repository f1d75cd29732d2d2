//! Where imports come from: `Options::map`.

use windlass::{Options, transpile};

/// The import statement of the entry for the import `a:b/c` under one mapping.
fn import_of(pattern: &str, specifier: &str) -> String {
    let component = wat::parse_str(
        r#"(component (import "a:b/c@1.2.0" (instance $i (export "f" (func)))) (core func (canon lower (func $i "f"))))"#,
    )
    .expect("a component");
    let map = vec![(pattern.to_owned(), specifier.to_owned())];
    let options = Options { map, ..Options::default() };
    let output = transpile(&component, &options).expect("a mapped import");
    let entry = output.files.iter().find(|file| file.name == "component.js").expect("an entry");
    let text = std::str::from_utf8(&entry.contents).expect("text");
    let line =
        text.lines().find(|line| line.starts_with("import ") && !line.contains("instantiate"));
    line.expect("an import").to_owned()
}

#[test]
fn a_module_or_one_of_its_exports() {
    let module = r#"import * as c from "./c.js";"#;
    assert_eq!(import_of("a:b/c", "./c.js"), module);
    assert_eq!(import_of("a:b/*", "./*.js"), module);
    assert_eq!(import_of("a:b/*@1", "./*.js"), module);
    assert_eq!(import_of("a:b/c", "./all.js#c"), r#"import { c } from "./all.js";"#);
    assert_eq!(import_of("a:b/*", "./all.js#the-*"), r#"import { theC as c } from "./all.js";"#);
}

#[test]
fn subpath_imports_of_a_package() {
    assert_eq!(import_of("a:b/c", "#internal/c"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/*", "#internal/*"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/c", "#internal/x#c"), r##"import { c } from "#internal/x";"##);
    assert_eq!(import_of("a:b/c", "#internal#"), r##"import * as c from "#internal#";"##);
}
