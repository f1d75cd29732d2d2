use std::collections::HashSet;

use super::*;

const HOSTILE: &[&str] = &[
    "",
    " ",
    "-",
    "--",
    "1",
    "1a",
    "$",
    "$a",
    "_",
    "__proto__",
    "constructor",
    "prototype",
    "arguments",
    "eval",
    "await",
    "undefined",
    "class",
    "let",
    "yield",
    "WebAssembly",
    "Uint8Array",
    "process",
    "globalThis",
    "\"",
    "'",
    "`${x}`",
    "a\nb",
    "\0",
    "\u{2028}",
    "\u{202e}abc",
    "é",
    "日本語",
    "𝒳",
    "a*/b",
    "</script>",
    "[method]file.read",
    "wasi:cli/run@0.2.0",
    "..",
    "../../etc/passwd",
    "C:\\con",
];

fn is_identifier(name: &str) -> bool {
    is_identifier_name(name)
        && swc_ecma_ast::Ident::verify_symbol(name).is_ok()
        && !KEYWORDS.contains(&name)
        && !GLOBALS.contains(&name)
}

#[test]
fn any_hint_gives_an_identifier_of_its_own() {
    for minify in [false, true] {
        let mut names = Names::new(minify);
        let mut seen = HashSet::new();
        let long = "long-".repeat(2000);
        for hint in HOSTILE
            .iter()
            .copied()
            .chain([long.as_str()])
            .chain(KEYWORDS.iter().copied())
            .chain(GLOBALS.iter().copied())
        {
            for _ in 0..3 {
                let name = names.fresh(hint);
                assert!(is_identifier(name.as_str()), "{hint:?} gave {name}");
                assert!(name.as_str().len() <= MAX_IDENT + 8, "{hint:?} gave {name}");
                assert!(!runtime::reserved().any(|helper| helper == name.as_str()), "{name}");
                assert!(seen.insert(name.clone()), "{name} came twice");
            }
        }
    }
}

#[test]
fn hints_stay_readable_and_numbers_count_up() {
    let mut names = Names::new(false);
    let mut fresh = |hint: &str| names.fresh(hint).to_string();
    assert_eq!(fresh("ptr"), "ptr");
    assert_eq!(fresh("ptr"), "ptr2");
    assert_eq!(fresh("ptr3"), "ptr3");
    assert_eq!(fresh("ptr"), "ptr4");
    assert_eq!(fresh("result1"), "result1");
    assert_eq!(fresh("result1"), "result1_2");
    assert_eq!(fresh("class"), "class2");
    assert_eq!(fresh("drop-r1"), "dropR1");
    assert_eq!(fresh("wasi:cli/run@0.2.0"), "wasiCliRun020");
    assert_eq!(fresh("日本"), "x");
    assert_eq!(fresh(""), "x2");
    assert_eq!(fresh("9lives"), "_9lives");
}

#[test]
fn short_names_are_counted() {
    let mut names = Names::new(true);
    names.reserve("b");
    let shorts: Vec<String> = (0..60).map(|_| names.fresh("anything").to_string()).collect();
    assert_eq!(&shorts[..3], ["a", "c", "d"]);
    assert_eq!(shorts[50], "Z");
    assert_eq!(&shorts[51..54], ["aa", "ba", "ca"]);
    let all: HashSet<String> = (0..52 * 63 * 3).map(short_name).collect();
    assert_eq!(all.len(), 52 * 63 * 3);
}

#[test]
fn scopes_see_outwards_and_forget() {
    let mut outer = Names::new(false);
    outer.fresh("a");
    let mut inner = outer.child();
    assert_eq!(inner.fresh("a").as_str(), "a2");
    assert_eq!(inner.fresh("b").as_str(), "b");
    let mut innermost = inner.child();
    assert_eq!(innermost.fresh("b").as_str(), "b2");
    // A sibling does not see them, an outer scope does as long as they live.
    assert_eq!(outer.child().fresh("b").as_str(), "b");
    assert_eq!(outer.fresh("b").as_str(), "b3");
    drop(innermost);
    assert_eq!(outer.fresh("b").as_str(), "b4");
    drop(inner);
    let mut again = outer.child();
    assert_eq!(again.fresh("c").as_str(), "c");
    drop(again);
    assert_eq!(outer.fresh("c").as_str(), "c");
}

#[test]
fn many_equal_hints_take_linear_time() {
    let mut names = Names::new(false);
    for _ in 0..50_000 {
        names.fresh("x");
    }
    assert_eq!(names.fresh("x").as_str(), "x50001");
    let mut inner = names.child();
    for _ in 0..50_000 {
        inner.fresh("x");
    }
    assert_eq!(inner.fresh("x").as_str(), "x100002");
}

#[test]
fn wit_names_in_camel_case() {
    for (kebab, lower, upper) in [
        ("drop-R1-as-r2", "dropR1AsR2", "DropR1AsR2"),
        ("resource1-again", "resource1Again", "Resource1Again"),
        ("HTTP-server", "httpServer", "HttpServer"),
        ("a", "a", "A"),
        ("A", "a", "A"),
        ("", "", ""),
        ("x--y-", "xY", "XY"),
        ("é-b", "éB", "éB"),
    ] {
        assert_eq!(lower_camel(kebab), lower);
        assert_eq!(upper_camel(kebab), upper);
    }
}

#[test]
fn file_stems_are_safe() {
    for (name, stem) in [
        ("thing", "thing"),
        ("my.component_1-a", "my.component_1-a"),
        ("../../etc/passwd", "etc-passwd"),
        ("a/../b", "a-b"),
        (".hidden", "hidden"),
        ("trailing.", "trailing"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1", "_lpt1"),
        ("console", "console"),
        ("a\"b'c`d", "a-b-c-d"),
        ("a\0\n\u{2028}b", "a-b"),
        ("", "component"),
        ("..", "component"),
        ("日本", "component"),
        ("wasi:cli/run@0.2.0", "wasi-cli-run-0.2.0"),
    ] {
        assert_eq!(file_stem(name), stem, "{name:?}");
    }
    for name in HOSTILE.iter().map(|name| name.repeat(500)) {
        let stem = file_stem(&name);
        assert!(!stem.is_empty() && stem.len() <= MAX_STEM + 1 && !stem.contains(".."), "{stem}");
        assert!(stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{stem}");
    }
}
