use super::*;

/// The result of a target whose pattern is as many stars as these texts are.
fn filled(target: &str, stars: &[&str]) -> Option<String> {
    let pair = (vec!["*"; stars.len()].join(":"), target.to_owned());
    let rule = Rule::parse(&pair).unwrap_or_else(|error| panic!("{target}: {error}"));
    let stars: Vec<String> = stars.iter().map(|&star| star.to_owned()).collect();
    match rule.fill(&stars)? {
        Source::Module { specifier, member: Some(member) } => Some(format!("{specifier}#{member}")),
        Source::Module { specifier, member: None } => Some(specifier),
        Source::Granted => panic!("{target} grants"),
    }
}

/// Texts that no name of a valid component has today, and that would lead elsewhere.
const HOSTILE: &[&str] = &[
    "",
    ".",
    "..",
    "...",
    "../x",
    "../../etc/passwd",
    "a/../../x",
    "a/./x",
    "a//x",
    "/",
    "/etc/passwd",
    "//evil.example/x",
    "a/",
    "%2e%2e",
    "%2e%2e/x",
    "%2e%2e%2fx",
    ".%2e/x",
    "..%5cx",
    "%",
    "a%00",
    "..\\x",
    "a\\..\\x",
    "\\\\server\\share",
    "a?b",
    "a#b",
    "?",
    "#",
    "a b",
    " ",
    "\t",
    "a\nb",
    "a\rb",
    "\0",
    "a\0b",
    "\u{7f}",
    "\u{2025}",
    "\u{202e}a",
    "\u{ff0e}\u{ff0e}",
    "~",
    "$x",
    "a;b",
    "a!b",
    "a,b",
    "a=b",
    "a&b",
    "*",
    "a*b",
    "'a'",
    "\"a\"",
    "`a`",
    "<a>",
    "@acme/x",
    "a@1.0.0",
];

#[test]
fn hostile_text_fills_no_star() {
    let targets = [
        "./host/*",
        "../host/*",
        "/host/*",
        "file:///host/*",
        "C:/host/*",
        "@acme/*",
        "acme/*",
        "#internal/*",
        "./host/*/index.js",
        "./host/*/",
        "./all.js#*",
    ];
    for star in HOSTILE {
        for target in targets {
            // An empty text, or dots, is a part of a longer name.
            assert_eq!(filled(target, &[star]), None, "{target} with {star:?}");
        }
    }
    for star in ["..", "../x", "%2e%2e", "..\\x", "a?b", "a#b", "\0", "//x", "@x"] {
        for target in ["./host/*.js", "./host/a*", "./host/a*.js", "./host/x?*", "./x-*/y.js"] {
            let made = filled(target, &[star]);
            let stays = made.is_none_or(|made| made.split('/').all(|part| part != ".."));
            assert!(stays, "{target} with {star:?}");
            if !star.chars().all(|c| c == '.' || c == '/' || c == 'x') {
                assert_eq!(filled(target, &[star]), None, "{target} with {star:?}");
            }
        }
    }
}

#[test]
fn dots_and_percent_signs_are_not_put_together() {
    for (target, stars) in [
        ("./host/.*/x.js", &["."][..]),
        ("./host/*./x.js", &["."]),
        ("./host/*.*/x.js", &["", ""]),
        ("./host/.*./x.js", &["/"]),
        ("./host/.*/x.js", &["/a"]),
        ("./host/%*/x.js", &["2e"]),
        ("./host/%*%2e/x.js", &["2e"]),
        ("./host/*/../../x.js", &["a"]),
        ("./host/*\\..\\x.js", &["a"]),
        ("./host/*/*/*.js", &["a", "", "b"]),
    ] {
        assert_eq!(filled(target, stars), None, "{target} with {stars:?}");
    }
}

#[test]
fn a_star_chooses_below_what_is_fixed() {
    for (target, stars, expected) in [
        ("./host/*.js", &["acme:log/sink"][..], "./host/acme:log/sink.js"),
        ("../host/*/index.js", &["log/sink"], "../host/log/sink/index.js"),
        ("@acme/*", &["sink"], "@acme/sink"),
        ("@acme/log/*.js?raw", &["sink"], "@acme/log/sink.js?raw"),
        ("./*/*/*.js", &["acme", "log", "sink"], "./acme/log/sink.js"),
        ("@/host/*", &["sink"], "@/host/sink"),
        ("$lib/*", &["sink"], "$lib/sink"),
        ("/srv/host/*.js", &["sink"], "/srv/host/sink.js"),
        ("C:/host/*.js", &["sink"], "C:/host/sink.js"),
        ("file:///C:/my%20host/*.js", &["sink"], "file:///C:/my%20host/sink.js"),
        ("./host/*.js#*", &["log", "the-sink"], "./host/log.js#theSink"),
        ("acme-log", &["sink"], "acme-log"),
    ] {
        assert_eq!(filled(target, stars).as_deref(), Some(expected));
    }
}

#[test]
fn exports_that_every_object_has_are_not_chosen_by_a_star() {
    for name in INHERITED {
        assert_eq!(filled("./all.cjs#*", &[name]).as_deref().filter(|it| it.ends_with(name)), None);
    }
    for star in ["constructor", "to-string", "value-of", "has-own-property", "call", "__proto__"] {
        assert_eq!(filled("./all.cjs#*", &[star]), None, "{star}");
    }
    assert_eq!(filled("./all.cjs#my-*", &["call"]).as_deref(), Some("./all.cjs#myCall"));
}
