//! Where imports come from: `Options::map`.

use windlass::{Options, transpile};

/// The import statements of the entry of a component, its glue left out.
fn imports_of(text: &str, map: &[(&str, &str)]) -> Vec<String> {
    let component = wat::parse_str(text).expect("a component");
    let map = map.iter().map(|&(from, to)| (from.to_owned(), to.to_owned())).collect();
    let options = Options { map, ..Options::default() };
    let output = transpile(&component, &options).expect("a mapped import");
    let entry = output.files.iter().find(|file| file.name == "component.js").expect("an entry");
    let text = std::str::from_utf8(&entry.contents).expect("text");
    text.lines()
        .filter(|line| line.starts_with("import ") && !line.contains("instantiate"))
        .map(str::to_owned)
        .collect()
}

/// The import statement for the import `a:b/c` under one mapping.
fn import_of(pattern: &str, specifier: &str) -> String {
    let text = r#"(component
        (import "a:b/c@1.2.0" (instance $i (export "f" (func))))
        (core func (canon lower (func $i "f"))))"#;
    imports_of(text, &[(pattern, specifier)]).concat()
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
fn the_output_says_what_imports_were_mapped_to() {
    let text = r#"(component
        (import "a:b/c@1.2.0" (instance $i (export "f" (func))))
        (core func (canon lower (func $i "f")))
        (import "wasi:cli/stdin@0.2.3" (instance $w (export "f" (func))))
        (core func (canon lower (func $w "f"))))"#;
    let component = wat::parse_str(text).expect("a component");
    for (specifier, expected) in [
        ("./c.js", "./c.js"),
        ("./*.js", "./c.js"),
        ("./all.js#c", "./all.js#c"),
        // The name of the export, as JavaScript has it.
        ("./all.js#the-*", "./all.js#theC"),
        ("#internal/*", "#internal/c"),
        ("#internal/x#*", "#internal/x#c"),
    ] {
        let map = vec![("a:b/*".to_owned(), specifier.to_owned())];
        let output = transpile(&component, &Options { map, ..Options::default() });
        let [(name, own), (_, wasi)] = &output.expect(specifier).imports[..] else {
            panic!("there are two imports")
        };
        assert_eq!((name.as_str(), own.as_str()), ("a:b/c@1.2.0", expected));
        assert_eq!(wasi, "@windlass/wasi/cli#stdin");
    }
}

#[test]
fn versions_that_are_compatible() {
    let module = r#"import * as c from "./c.js";"#;
    for fitting in ["1", "1.2", "1.1", "1.1.9", "1.2.0", "1.2.0-rc.1+x", "*"] {
        assert_eq!(import_of(&format!("a:b/*@{fitting}"), "./*.js"), module, "{fitting}");
    }
    let unmapped = r#"import * as c from "a:b/c";"#;
    for other in ["0", "2", "1.3", "1.2.1", "0.2", "12"] {
        assert_eq!(import_of(&format!("a:b/*@{other}"), "./*.js"), unmapped, "{other}");
    }
}

#[test]
fn the_very_name_goes_before_patterns() {
    let text = r#"(component
        (import "a:b/c@0.2.0" (instance $old (export "f" (func))))
        (import "a:b/c@0.2.3" (instance $new (export "f" (func))))
        (core func (canon lower (func $old "f")))
        (core func (canon lower (func $new "f"))))"#;
    assert_eq!(
        imports_of(text, &[("a:b/c@0.2.0", "./old.js"), ("a:b/c@0.2.3", "./new.js")]),
        [r#"import * as c from "./old.js";"#, r#"import * as c2 from "./new.js";"#]
    );
}

#[test]
fn mappings_that_say_nothing() {
    for (pattern, specifier) in
        [("a:b/c@^1.0", "./c.js"), ("a:b/c@", "./c.js"), ("a:b/c@1.x", "./c.js"), ("a:b/c", "")]
    {
        let map = vec![(pattern.to_owned(), specifier.to_owned())];
        let component = wat::parse_str("(component)").expect("a component");
        let error = transpile(&component, &Options { map, ..Options::default() });
        let error = error.expect_err(pattern);
        assert_eq!(error.code.as_str(), "invalid-option", "{pattern}");
    }
}

#[test]
fn subpath_imports_of_a_package() {
    assert_eq!(import_of("a:b/c", "#internal/c"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/*", "#internal/*"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/c", "#internal/x#c"), r##"import { c } from "#internal/x";"##);
    assert_eq!(import_of("a:b/c", "#internal#"), r##"import * as c from "#internal#";"##);
}

#[test]
fn an_external_id_is_the_module_unless_one_is_mapped() {
    let text = r#"(component
        (import "log" (external-id "./it's \"log\".js") (instance $i (export "f" (func))))
        (core func (canon lower (func $i "f"))))"#;
    assert_eq!(imports_of(text, &[]), [r#"import * as log from './it\'s "log".js';"#]);
    assert_eq!(imports_of(text, &[("log", "./mine.js")]), [r#"import * as log from "./mine.js";"#]);
}

#[test]
fn several_imports_implement_one_interface() {
    let text = r#"(component
        (import "near" (implements "a:b/store") (instance $near (export "f" (func))))
        (import "far" (implements "a:b/store") (instance $far (export "f" (func))))
        (core func (canon lower (func $near "f")))
        (core func (canon lower (func $far "f"))))"#;
    let map = [("near", "./memory.js"), ("far", "./network.js")];
    assert_eq!(
        imports_of(text, &map),
        [r#"import * as near from "./memory.js";"#, r#"import * as far from "./network.js";"#]
    );
}
