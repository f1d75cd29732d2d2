#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
use std::collections::BTreeSet;

use swc_common::sync::Lrc;
use swc_common::{FileName, Mark, SourceMap, SyntaxContext};
use swc_ecma_parser::{EsSyntax, Parser, StringInput, Syntax};
use swc_ecma_transforms_base::resolver;
use swc_ecma_visit::{Visit, VisitMutWith, VisitWith};

use super::super::reserved;
use super::*;

#[path = "../../build/runtime.rs"]
mod build;

fn files(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect()
}

#[track_caller]
fn split(list: &[(&str, &str)]) -> Vec<build::Item> {
    build::split(&files(list), "").unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The one problem that `text`, as `a.js`, has beside `b.js`.
#[track_caller]
fn problem(text: &str) -> String {
    let other = ("b.js", "export function b() {}\nconst hidden = 1;");
    match build::split(&files(&[("a.js", text), other]), "") {
        Ok(items) => panic!("{items:#?}"),
        Err(problems) => problems.join("\n"),
    }
}

/// The names that `text` uses and does not declare.
fn free_names(text: &str) -> BTreeSet<String> {
    struct Free(SyntaxContext, BTreeSet<String>);
    impl Visit for Free {
        fn visit_ident(&mut self, ident: &swc_ecma_ast::Ident) {
            if ident.ctxt == self.0 {
                self.1.insert(ident.sym.to_string());
            }
        }
    }
    swc_common::GLOBALS.set(&swc_common::Globals::default(), || {
        let map: Lrc<SourceMap> = Lrc::default();
        let file = map.new_source_file(FileName::Anon.into(), text.to_owned());
        let mut parser =
            Parser::new(Syntax::Es(EsSyntax::default()), StringInput::from(&*file), None);
        let mut module = parser.parse_module().unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        assert!(parser.take_errors().is_empty(), "{text}");
        let unresolved = Mark::new();
        module.visit_mut_with(&mut resolver(unresolved, Mark::new(), false));
        let mut free = Free(SyntaxContext::empty().apply_mark(unresolved), BTreeSet::new());
        module.visit_with(&mut free);
        free.1
    })
}

#[test]
fn each_helper_brings_what_it_needs() {
    for minify in [false, true] {
        for helper in Helper::ALL {
            let mut runtime = Runtime::new(minify);
            let name = runtime.import(*helper);
            let text = runtime.text();
            assert!(text.contains(name.as_str()), "{helper:?}");
            for free in free_names(&text) {
                let is_known = free == "arguments" || reserved::GLOBALS.contains(&free.as_str());
                assert!(is_known, "{helper:?} lacks {free}");
            }
        }
    }
}

#[test]
fn nothing_is_brought_unasked() {
    assert_eq!(Runtime::new(false).text(), "");
    assert_eq!(Runtime::new(true).text(), "");
    let mut runtime = Runtime::new(false);
    assert_eq!(runtime.import(Helper::Trap).as_str(), "trap");
    let once = runtime.text();
    runtime.import(Helper::Trap);
    assert_eq!(runtime.text(), once);
    assert!(once.contains("function trap("));
    assert!(!once.contains("export function") && !once.contains("ComponentError"), "{once}");
}

#[test]
fn items_know_what_they_refer_to() {
    let items = split(&[
        (
            "a.js",
            "import { b } from './sub/b.js';\nexport function a(x) { return b(x) + c; }\nconst c = 1;",
        ),
        (
            "sub/b.js",
            "import { a } from '../a.js';\n/** Says b. */\nexport const b = (a) => a;\nexport class D { m() { return a; } }",
        ),
    ]);
    let summary: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.name.as_str(),
                item.is_exported,
                item.file,
                item.doc.as_str(),
                item.dependencies.as_slice(),
            )
        })
        .collect();
    // `a` of `b` is a parameter; that of `D` is the import.
    assert_eq!(
        summary,
        [
            ("a", true, 0, "", [1, 2].as_slice()),
            ("c", false, 0, "", &[]),
            ("b", true, 1, "/** Says b. */\n", &[]),
            ("D", true, 1, "", &[0]),
        ]
    );
    let minified: Vec<_> = items.iter().map(|item| item.minified.as_str()).collect();
    assert_eq!(
        minified,
        ["function $a(a){return $c(a)+1}", "", "const $c=a=>a;", "class $d{m(){return $a}}",]
    );
}

#[test]
fn what_evaluation_needs_comes_first() {
    let order = |text: &str| -> Vec<String> {
        split(&[("a.js", text)]).into_iter().map(|item| item.name).collect()
    };
    assert_eq!(order("class B extends A {}\nclass A {}"), ["A", "B"]);
    assert_eq!(
        order("const x = make();\nfunction make() { return y; }\nconst y = 1;"),
        ["make", "y", "x"]
    );
    assert_eq!(
        order("class A { static s = T; f = U; }\nconst T = 1;\nconst U = 2;"),
        ["T", "A", "U"]
    );
    assert_eq!(
        order("class A { [K]() {} }\nconst K = new B();\nclass B { c = new C(); }\nclass C {}"),
        ["B", "C", "K", "A"]
    );
    // Functions that refer to each other have no order of their own.
    assert_eq!(order("function a() { b(); }\nfunction b() { a(); }"), ["a", "b"]);
}

#[test]
fn small_numbers_stand_where_their_names_stood() {
    let text = "const LIMIT = 5;\nconst LARGE = 10000;\nexport function f(x) { return { LIMIT, LARGE, a: x.LIMIT + LIMIT }; }";
    let minified: Vec<String> =
        split(&[("a.js", text)]).into_iter().map(|item| item.minified).collect();
    assert_eq!(
        minified,
        ["", "const $b=1e4;", "function $c(a){return{LIMIT:5,LARGE:$b,a:a.LIMIT+5}}"]
    );
}

#[test]
fn the_most_used_have_the_shortest_names() {
    let text = "export function f() { return h(); }\nexport function g() { return h(); }\nexport function h() { return 1; }";
    let shorts: Vec<String> = split(&[("a.js", text)]).into_iter().map(|item| item.short).collect();
    assert_eq!(shorts, ["$b", "$c", "$a"]);
}

#[test]
fn short_names_hide_nothing() {
    let minified = |text: &str| split(&[("a.js", text)]).remove(0).minified;
    assert_eq!(
        minified("export function f({ one, two = one, ...rest }) { return { one, two, rest }; }"),
        "function $a({one:a,two:b=a,...c}){return{one:a,two:b,rest:c}}"
    );
    // The same name in two scopes, a label of the same name, and `arguments`.
    assert_eq!(
        minified("export function f(x) { x: for (const x of arguments) { break x; } return x.x; }"),
        "function $a(a){x:for(const b of arguments)break x;return a.x}"
    );
    assert_eq!(
        minified(
            "export const f = function g(x) { try { return g(x); } catch (e) { return [e, x, e]; } };"
        ),
        "const $a=function a(b){try{return a(b)}catch(c){return[c,b,c]}};"
    );
    assert_eq!(
        minified(
            "export class A { #x = 1; static get y() { return this.#x; } get() { return class B extends A {}; } }"
        ),
        "class $a{#a=1;static get y(){return this.#a}get(){return class a extends $a{}}}"
    );
    assert_eq!(
        minified("export const s = `a${Math.max(1, 2)}\\n</script>`;"),
        "const $a=`a${Math.max(1,2)}\n<\\/script>`;"
    );
    // Members of a class share no names, and some words have shorter spellings.
    assert_eq!(
        minified(
            "export class A { m(x) { if (x) { return true; } else { x(); } } n(y, undefined) { return [undefined, y, void 0]; } }"
        ),
        "class $a{m(a){if(a)return!0;else a()}n(a,b){return[b,a,void 0]}}"
    );
    assert_eq!(
        minified(
            "export function f(x) { if (x) { if (x === undefined) return; } else { return false; } while (x) { for (;;) { x--; } } }"
        ),
        "function $a(a){if(a){if(a===void 0)return}else return!1;while(a){for(;;)a--}}"
    );
    // A field without a value needs no initializer.
    assert_eq!(
        minified(
            "export class A { #x = undefined; y = undefined; z = null; m() { return undefined; } }"
        ),
        "class $a{#a;y;z=null;m(){return}}"
    );
    let many = (0..200).map(|i| format!("let v{i} = {i};")).collect::<Vec<_>>().concat();
    let text = minified(&format!("export function f() {{ {many} }}"));
    for word in reserved::KEYWORDS {
        assert!(!text.contains(&format!("let {word}=")), "{text}");
    }
}

#[test]
fn doc_comments_become_one_line() {
    let doc = |comment: &str| {
        split(&[("a.js", &format!("{comment}\nexport const a = 1;"))]).remove(0).doc
    };
    assert_eq!(doc("/** Short. */"), "/** Short. */\n");
    assert_eq!(
        doc("/**\n * Two\n * lines.\n *\n * More.\n * @param {x} y\n */"),
        "/** Two lines. */\n"
    );
    assert_eq!(doc("/** Text. @returns {never} */"), "/** Text. */\n");
    assert_eq!(doc("// no doc"), "");
    assert_eq!(doc("/* no doc */"), "");
    assert_eq!(doc(&format!("/** First. {} */", "long ".repeat(40))), "/** First. */\n");
    assert_eq!(doc(&format!("/** {} */", "long ".repeat(40))), "");
}

#[test]
fn what_is_wrong_has_a_place() {
    for (text, message) in [
        ("export function f( {}", "a.js:1:22: "),
        (
            "\n  console.log(1);",
            "a.js:2:3: only imports, functions, classes and constants can stand here",
        ),
        (
            "export default 1;",
            "a.js:1:1: only imports, functions, classes and constants can stand here",
        ),
        (
            "export * from './b.js';",
            "a.js:1:1: only imports, functions, classes and constants can stand here",
        ),
        ("let x = 1;", "a.js:1:1: declare one `const` with a plain name, a function or a class"),
        (
            "const x = 1, y = 2;",
            "a.js:1:1: declare one `const` with a plain name, a function or a class",
        ),
        (
            "const { x } = {};",
            "a.js:1:1: declare one `const` with a plain name, a function or a class",
        ),
        ("import './b.js';", "a.js:1:1: an import for its side effects has none here"),
        ("import { b } from './c.js';", "a.js:1:19: `./c.js` is no file of the runtime"),
        ("import { b } from 'b.js';", "a.js:1:19: `b.js` is no file of the runtime"),
        ("import { b } from '../b.js';", "a.js:1:19: `../b.js` is no file of the runtime"),
        ("import { c } from './b.js';", "a.js:1:10: `./b.js` exports no `c`"),
        ("import { hidden } from './b.js';", "a.js:1:10: `./b.js` exports no `hidden`"),
        ("import { b as c } from './b.js';", "a.js:1:10: an import cannot be renamed here"),
        (
            "import * as c from './b.js';",
            "a.js:1:8: import by name, as in `import { a } from './b.js'`",
        ),
        (
            "function b() {}",
            "b.js:1:8: `b` is declared in a.js too; top-level names are unique across the runtime",
        ),
        (
            "function f() { return b; }",
            "a.js:1:23: `b` is neither declared, nor imported, nor a known global",
        ),
        ("function fetch() {}", "a.js:1:1: `fetch` would hide the global from other files"),
        (
            "export function aB() {}\nexport const A_B = 1;",
            "a.js:2:8: `A_B` and `aB` give the same Rust name",
        ),
        (
            "export const self_ = 1;\nexport const $ = 1;",
            "a.js:1:8: `self_` gives no name for a Rust enum variant\na.js:2:8: `$` gives no name for a Rust enum variant",
        ),
    ] {
        let found = problem(text);
        assert!(
            found.starts_with(message) && (message.ends_with(' ') || found == message),
            "{text}\n{found}"
        );
    }
}

#[test]
fn generated_rust_names_every_export() {
    let files = files(&[(
        "a.js",
        "/** Does it. */\nexport function loadUtf8() {}\nexport const MAX_SIZE = 2 ** 28;\nconst secret = '\"\\\\';",
    )]);
    let text = build::generate(&build::split(&files, "").unwrap(), &files);
    assert!(text.contains("    /// `loadUtf8` of `a.js`: Does it.\n    LoadUtf8,\n    /// `MAX_SIZE` of `a.js`\n    MaxSize,\n}"), "{text}");
    assert!(text.contains("ALL: &[Self] = &[Self::LoadUtf8, Self::MaxSize, ]"), "{text}");
    assert!(!text.contains("Secret"), "{text}");
}
