//! The sources of imports: `Options::map`.

use windlass::{Error, Options, Output, transpile};

/// An instance with a function that is used, imported under each of the names.
fn importing(names: &[&str]) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::from("(component");
    for (i, name) in names.iter().enumerate() {
        let instance = format!("(import \"{name}\" (instance $i{i} (export \"f\" (func))))");
        let _ = write!(text, "{instance} (core func (canon lower (func $i{i} \"f\")))");
    }
    wat::parse_str(text + ")").unwrap_or_else(|error| panic!("{names:?}: {error}"))
}

fn mapped<'a>(component: &'a [u8], map: &[(&str, &str)]) -> Result<Output<'a>, Error> {
    transpile(component, &Options { map: owned(map), ..Options::default() })
}

fn owned(map: &[(&str, &str)]) -> Vec<(String, String)> {
    map.iter().map(|&(from, to)| (from.to_owned(), to.to_owned())).collect()
}

/// The import statements of the entry of a component, its glue left out.
fn imports_of(component: &[u8], map: &[(&str, &str)]) -> Vec<String> {
    let output = mapped(component, map).unwrap_or_else(|error| panic!("{map:?}: {error}"));
    let entry = output.files.iter().find(|file| file.name == "component.js").expect("an entry");
    let text = std::str::from_utf8(&entry.contents).expect("text");
    text.lines()
        .filter(|line| line.starts_with("import ") && !line.contains("instantiate"))
        .map(str::to_owned)
        .collect()
}

/// The import statement for the import `a:b/c` under one mapping.
fn import_of(pattern: &str, specifier: &str) -> String {
    imports_of(&importing(&["a:b/c@1.2.0"]), &[(pattern, specifier)]).concat()
}

/// Why the mapping of a component's imports is refused.
fn refused(names: &[&str], map: &[(&str, &str)]) -> Error {
    let component = importing(names);
    match mapped(&component, map) {
        Ok(output) => panic!("{names:?}, {map:?} lead to {:?}", output.imports),
        Err(error) => error,
    }
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
fn drafts_of_wasi_in_exact_versions() {
    for (name, module) in [
        ("wasi:config/store@0.2.0-rc.1", r#"import { store } from "@windlass/wasi/config";"#),
        ("wasi:config/store@0.2.0-draft", r#"import { store } from "@windlass/wasi/config";"#),
        ("wasi:keyvalue/batch@0.2.0-draft", r#"import { batch } from "@windlass/wasi/keyvalue";"#),
        (
            "wasi:logging/logging@0.1.0-draft",
            r#"import { logging } from "@windlass/wasi/logging";"#,
        ),
    ] {
        assert_eq!(imports_of(&importing(&[name]), &[]), [module]);
    }
    for name in [
        "wasi:config/store",
        "wasi:config/store@0.2.0",
        "wasi:keyvalue/batch@0.2.0-draft2",
        "wasi:logging/logging@0.2.0-draft",
        "wasi:cli/stdin@0.1.0-draft",
    ] {
        assert_eq!(refused(&[name], &[]).code.as_str(), "unknown-import", "{name}");
    }
}

#[test]
fn releases_of_wasi_0_3() {
    let both = importing(&["wasi:cli/stdin@0.2.6", "wasi:cli/stdin@0.3.0"]);
    assert_eq!(
        imports_of(&both, &[]),
        [
            r#"import { stdin } from "@windlass/wasi/cli";"#,
            r#"import { stdin as stdin2 } from "@windlass/wasi/p3/cli";"#,
        ]
    );
    for (name, module) in [
        (
            "wasi:clocks/system-clock@0.3.7",
            r#"import { systemClock } from "@windlass/wasi/p3/clocks";"#,
        ),
        (
            "wasi:filesystem/preopens@0.3.0+build",
            r#"import { preopens } from "@windlass/wasi/p3/filesystem";"#,
        ),
        ("wasi:random/random@0.3.1", r#"import { random } from "@windlass/wasi/p3/random";"#),
    ] {
        assert_eq!(imports_of(&importing(&[name]), &[]), [module]);
    }
    for name in [
        "wasi:io/poll@0.3.0",
        "wasi:sockets/types@0.3.0",
        "wasi:random/random@0.30.0",
        "wasi:random/random@0.3.0-rc-2026-03-15",
    ] {
        let error = refused(&[name], &[]);
        assert_eq!(error.code.as_str(), "unknown-import", "{name}");
        let said = error.message.contains("has releases of `wasi:cli`, `wasi:clocks`, ");
        assert_eq!(said, !name.contains("0.30"), "{error}");
    }
}

#[test]
fn the_name_of_an_export_is_as_it_is_written() {
    for (member, name) in [
        ("consoleLogger", "consoleLogger"),
        ("Logger", "Logger"),
        ("LOG", "LOG"),
        ("log_it", "log_it"),
        // Names that only WIT spells so.
        ("the-logger", "theLogger"),
        ("get-URL", "getURL"),
    ] {
        let expected = format!(r#"import {{ {name} as c }} from "./all.js";"#);
        assert_eq!(import_of("a:b/c", &format!("./all.js#{member}")), expected);
    }
    // `*` brings a name in the spelling of WIT.
    let log_sink = importing(&["a:b/log-SINK"]);
    for (member, name) in [
        ("*", "logSink"),
        ("*Impl", "logSinkImpl"),
        ("make*", "makeLogSink"),
        ("my-*", "myLogSink"),
    ] {
        let expected = match name {
            "logSink" => r#"import { logSink } from "./all.js";"#.to_owned(),
            _ => format!(r#"import {{ {name} as logSink }} from "./all.js";"#),
        };
        assert_eq!(imports_of(&log_sink, &[("a:b/*", &format!("./all.js#{member}"))]), [expected]);
    }
    for member in ["a.b", "1st", "a b", "a#b", "\"", "-"] {
        let error = refused(&["a:b/c"], &[("a:b/c", &format!("./all.js#{member}"))]);
        assert_eq!(error.code.as_str(), "invalid-option", "{member}");
    }
}

#[test]
fn the_output_says_what_imports_were_mapped_to() {
    let component = importing(&["a:b/c@1.2.0", "wasi:cli/stdin@0.2.3"]);
    for (specifier, expected) in [
        ("./c.js", "./c.js"),
        ("./*.js", "./c.js"),
        ("./all.js#c", "./all.js#c"),
        // The name of the export, as JavaScript has it.
        ("./all.js#the-*", "./all.js#theC"),
        ("#internal/*", "#internal/c"),
        ("#internal/x#*", "#internal/x#c"),
    ] {
        let output = mapped(&component, &[("a:b/*", specifier)]).expect(specifier);
        let [(name, own), (_, wasi)] = &output.imports[..] else { panic!("there are two imports") };
        assert_eq!((name.as_str(), own.as_deref()), ("a:b/c@1.2.0", Some(expected)));
        assert_eq!(wasi.as_deref(), Some("@windlass/wasi/cli#stdin"));
    }
}

#[test]
fn versions_that_are_compatible() {
    let fit = |range: &str, version: &str| {
        let component = importing(&[&format!("a:b/c@{version}")]);
        match mapped(&component, &[(&format!("a:b/*@{range}"), "./*.js")]) {
            Ok(output) => output.imports[0].1.as_deref() == Some("./c.js"),
            Err(error) => {
                assert!(error.message.contains("fits no import"), "{error}");
                let named = format!("the component imports `a:b/c@{version}`");
                assert_eq!(error.help.as_deref(), Some(named.as_str()));
                false
            }
        }
    };
    for (version, fitting, others) in [
        (
            "1.2.0",
            &["1", "1.2", "1.1", "1.3", "1.1.9", "1.2.0", "1.2.1", "1.9.0", "1.2.0+x", "*"][..],
            &["0", "2", "2.0.0", "0.2", "12", "1.2.0-rc.1", "1.2.0-rc.1+x", "1.1.0-alpha"][..],
        ),
        (
            "0.2.3",
            &["0", "0.2", "0.2.0", "0.2.3", "0.2.10", "*"][..],
            &["0.0", "0.1", "0.3", "0.20.3", "1", "0.2.3-rc.1", "0.2.0-rc"][..],
        ),
        ("0.0.3", &["0", "0.0", "0.0.3", "*"][..], &["0.0.2", "0.0.4", "0.3"][..]),
        (
            "0.2.3-rc.1",
            &["0.2.3-rc.1", "*"][..],
            &["0", "0.2", "0.2.3", "0.2.0", "0.2.3-rc.2", "0.2.3-rc"][..],
        ),
    ] {
        for range in fitting {
            assert!(fit(range, version), "{range} fits {version}");
        }
        for range in others {
            assert!(!fit(range, version), "{range} does not fit {version}");
        }
    }
}

#[test]
fn the_very_name_goes_before_patterns() {
    let component = importing(&["a:b/c@0.2.0", "a:b/c@0.2.3"]);
    assert_eq!(
        imports_of(&component, &[("a:b/c@0.2.0", "./old.js"), ("a:b/c@0.2.3", "./new.js")]),
        [r#"import * as c from "./old.js";"#, r#"import * as c2 from "./new.js";"#]
    );
}

#[test]
fn mappings_that_say_nothing() {
    for (pattern, specifier) in [
        ("a:b/c@^1.0", "./c.js"),
        ("a:b/c@", "./c.js"),
        ("a:b/c@1.x", "./c.js"),
        ("a:b/c", ""),
        ("a:b/c", "./*.js"),
        ("a:b/*", "./*/*.js"),
        ("a:b/*", "./*.js#*"),
        ("a:b/c@*", "./*.js"),
    ] {
        for names in [&[][..], &["a:b/c"]] {
            let error = refused(names, &[(pattern, specifier)]);
            assert_eq!(error.code.as_str(), "invalid-option", "{pattern}");
            assert!(!error.message.contains("fits no import"), "{error}");
        }
    }
}

#[test]
fn a_mapping_that_fits_nothing() {
    let error = refused(&["a:b/c@0.2.3", "d"], &[("a:b/d", "./d.js")]);
    assert_eq!(
        error.to_string(),
        "error[invalid-option]: the mapping of `a:b/d` fits no import\n  \
         help: the component imports `a:b/c@0.2.3` and `d`"
    );
    let error = refused(&["a:b/c@0.2.3", "d"], &[("a:b/c@0.3", "./d.js")]);
    assert_eq!(error.help.as_deref(), Some("the component imports `a:b/c@0.2.3`"));
    let error = refused(&[], &[("*", "./d.js")]);
    assert_eq!(error.help.as_deref(), Some("the component imports nothing"));
    let error = refused(&["a", "b", "c", "d", "e", "f", "g"], &[("h", "./h.js")]);
    let help = "the component imports `a`, `b`, `c`, `d`, `e` and 2 more";
    assert_eq!(error.help.as_deref(), Some(help));

    // Settings of several components serve others; types are imports too.
    let component = importing(&["a:b/c"]);
    let shared_map = owned(&[("x:y/z", "./z.js"), ("a:b/*", "./shared.js")]);
    let map = owned(&[("a:b/c", "./own.js")]);
    let options = Options { map, shared_map, ..Options::default() };
    let output = transpile(&component, &options).expect("two maps");
    assert_eq!(output.imports, [("a:b/c".to_owned(), Some("./own.js".to_owned()))]);
    let types = r#"(component
        (import "a:b/types" (instance (type $t (enum "a")) (export "t" (type (eq $t))))))"#;
    let types = wat::parse_str(types).expect("a component");
    assert_eq!(mapped(&types, &[("a:b/types", "./t.js")]).expect("types").imports, []);
}

#[test]
fn subpath_imports_of_a_package() {
    assert_eq!(import_of("a:b/c", "#internal/c"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/*", "#internal/*"), r##"import * as c from "#internal/c";"##);
    assert_eq!(import_of("a:b/c", "#internal/x#c"), r##"import { c } from "#internal/x";"##);
    assert_eq!(import_of("a:b/c", "#internal#"), r##"import * as c from "#internal#";"##);
}

#[test]
fn several_imports_implement_one_interface() {
    let text = r#"(component
        (import "near" (implements "a:b/store") (instance $near (export "f" (func))))
        (import "far" (implements "a:b/store") (instance $far (export "f" (func))))
        (core func (canon lower (func $near "f")))
        (core func (canon lower (func $far "f"))))"#;
    let component = wat::parse_str(text).expect("a component");
    let map = [("near", "./memory.js"), ("far", "./network.js")];
    assert_eq!(
        imports_of(&component, &map),
        [r#"import * as near from "./memory.js";"#, r#"import * as far from "./network.js";"#]
    );
}

#[test]
fn a_resource_of_the_world_is_one_import() {
    let text = r#"(component
        (import "tally" (type $tally (sub resource)))
        (import "[constructor]tally" (func $new (param "start" u32) (result (own $tally))))
        (import "[method]tally.bump" (func $bump (param "self" (borrow $tally)) (result u32)))
        (import "[static]tally.zero" (func $zero (result (own $tally))))
        (core func (canon lower (func $new)))
        (core func (canon lower (func $bump)))
        (core func (canon lower (func $zero))))"#;
    let component = wat::parse_str(text).expect("a component");
    let class = r#"import { Tally as tally } from "./host.js";"#;
    assert_eq!(imports_of(&component, &[("tally", "./host.js#Tally")]), [class]);
    let error = mapped(&component, &[]).expect_err("nothing is mapped");
    let message = "nothing is known to provide the import `tally`";
    assert_eq!(error.message, message);
    let error = mapped(&component, &[("tally", "./t.js"), ("[constructor]tally", "./t.js")]);
    assert_eq!(error.expect_err("a part").code.as_str(), "invalid-option");
}

/// Import names that are, or look like, modules of runtimes, URLs and packages.
const AMBIENT: &[&str] = &[
    "vm",
    "fs",
    "process",
    "module",
    "os",
    "child-process",
    "worker-threads",
    "windlass",
    "bun",
    "electron",
    "node:fs/promises",
    "node:util/types",
    "npm:left-pad/x",
    "jsr:evil/x",
    "bun:ffi/x",
    "deno:core/ops",
    "http:evil/x",
    "https:evil/x",
    "file:etc/passwd",
    "data:text/javascript",
    "blob:evil/x",
    "cloudflare:workers/x",
    "acme:log/sink@0.2.3",
    "wasi:http/types@0.3.0",
    "wasi:cli/stdin@0.3.0-rc-2026-03-15",
    "wasi:cli/stdin@0.4.0",
    "wasi:cli/stdin@1.0.0",
    "wasi:nn/graph@0.2.0",
    "wasi:nn/graph",
];

#[test]
fn no_name_is_a_module_by_itself() {
    for &name in AMBIENT {
        let error = refused(&[name], &[]);
        assert_eq!(error.code.as_str(), "unknown-import", "{name}");
        assert!(error.message.contains(&format!("`{name}`")), "{error}");
        // The entry that it proposes provides it.
        let help = error.help.expect("help");
        let entry = help.split("--map '").nth(1).and_then(|rest| rest.split("'`").next());
        let (pattern, target) = entry.and_then(|it| it.split_once('=')).expect(&help);
        let component = importing(&[name]);
        mapped(&component, &[(pattern, target)])
            .unwrap_or_else(|error| panic!("{pattern}={target}: {error}"));
    }
    let text =
        r#"(component (import "acme:x/y" (external-id "node:vm") (instance (export "f" (func)))))"#;
    let component = wat::parse_str(text).expect("a component");
    let error = mapped(&component, &[]).expect_err("an external id");
    let message = "nothing is known to provide the import `acme:x/y` (external id `node:vm`)";
    assert_eq!(error.message, message);
    for map in [("node:vm", "./vm.js"), ("node:*", "./vm.js")] {
        let error = mapped(&component, &[map]).expect_err("only names are mapped");
        assert!(error.message.contains("fits no import"), "{error}");
    }
    assert_eq!(
        imports_of(&component, &[("acme:x/y", "./mine.js")]),
        [r#"import * as y from "./mine.js";"#]
    );
}

#[test]
fn all_that_is_unknown_is_one_error() {
    let error = refused(
        &["vm", "wasi:io/poll@0.2.0", "acme:log/sink@0.2.3", "a:b/c@1.0.0", "a:b/c@2.0.0"],
        &[],
    );
    assert_eq!(
        error.to_string(),
        "error[unknown-import]: nothing is known to provide the imports `vm`, \
         `acme:log/sink@0.2.3`, `a:b/c@1.0.0` and `a:b/c@2.0.0`\n  \
         help: map them to modules of yours: `--map 'vm=./vm.js' \
         --map 'acme:log/sink=./sink.js' --map 'a:b/c@1.0.0=./c.js' \
         --map 'a:b/c@2.0.0=./c.js'`, or `map` of the options or windlass.config.json; \
         `--instantiate-only` needs none"
    );
}

#[test]
fn a_component_cannot_choose_by_a_pattern() {
    let name = "acme:log/sink@0.2.3";
    // Whatever stars lead to may be anything, or there is none that a person fixed.
    for target in [
        "*",
        "*.js",
        "*/x.js",
        "@*",
        "@*/x",
        "@acme*",
        "my-*",
        "v*",
        "#*",
        "/*",
        "/*/x.js",
        "//*",
        "//evil.example/*",
        "///*",
        "file:///*",
        "file:///C:/*",
        "C:/*",
        "c:/*.js",
        ".*",
        "..*",
        ".\\host\\*",
        "C:\\host\\*",
        "file:*",
        "file://*",
        "file://host/*",
        // Modules of the runtime and URLs.
        "node:*",
        "node:fs/*",
        " node:fs/*",
        "\u{b}node:fs/*",
        "npm:*",
        "npm:@acme/*",
        "jsr:*",
        "bun:*",
        "http://*",
        "https://evil.example/*",
        "HTTPS://evil.example/*",
        "data:*",
        "data:text/javascript,*",
        "blob:*",
        "cloudflare:*",
        "fs/*",
        "util/*",
        "path/*.js",
        "dns/*",
        "_http_agent/*",
        "bun/*",
        // No star, and yet not theirs to choose.
        "vm",
        "node:vm",
        "fs/promises",
        "https://evil.example/x.js",
        "cloudflare:workers",
        "node:vm#*",
        "module#*",
    ] {
        for pattern in ["*", "acme:*", "acme:log/*", "*:log/sink", "acme:log/*@0.2", "acme:log/s*"]
        {
            for names in [&[][..], &[name]] {
                let error = refused(names, &[(pattern, target)]);
                assert_eq!(error.code.as_str(), "invalid-option", "{pattern}={target}: {error}");
                assert!(!error.message.contains("fits no import"), "{pattern}={target}: {error}");
            }
        }
    }
    // Who writes the name may write anything.
    for target in
        ["vm", "node:vm", "https://acme.example/x.js", "npm:left-pad", "data:text/javascript,"]
    {
        for pattern in [name, "acme:log/sink", "acme:log/sink@0.2"] {
            let component = importing(&[name]);
            let output = mapped(&component, &[(pattern, target)]).expect(target);
            assert_eq!(output.imports[0].1.as_deref(), Some(target));
        }
    }
}

#[test]
fn a_star_stays_below_its_folder() {
    for (name, pattern, target) in [
        ("a:b/c", "a:b/c*", "./host/*"),
        ("a:b/c", "a:b/*", "./host/*/../../x.js"),
        ("a:b/c", "a:b/*", "./host/%*/x.js"),
        ("a:b/c", "a:b/*", "./host/*\\..\\..\\x.js"),
        ("a:b/c", "*", "./all.js#*"),
        ("a:b/constructor", "a:b/*", "./all.cjs#*"),
        ("a:b/to-string", "a:b/*", "./all.cjs#*"),
        ("a:b/call", "a:b/*", "./all.cjs#*"),
    ] {
        let error = refused(&[name], &[(pattern, target)]);
        assert_eq!(error.code.as_str(), "unknown-import", "{name}, {pattern}={target}");
        assert!(error.message.contains(&format!("does not fit into `{target}`")), "{error}");
        // By its name it may go anywhere.
        let component = importing(&[name]);
        mapped(&component, &[(pattern, target), (name, "node:vm")]).expect("its very name");
    }
}

#[test]
fn the_glue_alone_needs_no_mapping() {
    let component = importing(&["vm", "acme:log/sink", "wasi:io/poll@0.2.0"]);
    let options = Options {
        map: owned(&[("acme:log/*", "./*.js")]),
        instantiate_only: true,
        source_map: true,
        ..Options::default()
    };
    let output = transpile(&component, &options).expect("glue");
    let names: Vec<&str> = output.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "component.instantiate.js",
            "component.instantiate.js.map",
            "component.d.ts",
            "component.instantiate.d.ts",
        ]
    );
    let imports: Vec<_> =
        output.imports.iter().map(|(name, to)| (name.as_str(), to.as_deref())).collect();
    assert_eq!(
        imports,
        [
            ("vm", None),
            ("acme:log/sink", Some("./sink.js")),
            ("wasi:io/poll@0.2.0", Some("@windlass/wasi/io#poll")),
        ]
    );
    // It is no way around the checks of a map.
    let map = owned(&[("*", "*")]);
    let error = transpile(&component, &Options { map, ..options }).expect_err("any module");
    assert_eq!(error.code.as_str(), "invalid-option");
}
