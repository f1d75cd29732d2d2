//! Which properties of the runtime get short names.

use super::super::reserved;

#[path = "../../build/runtime.rs"]
#[expect(dead_code, reason = "the build script and other tests use the rest")]
#[allow(clippy::duplicate_mod, reason = "the module of the other tests is theirs")]
mod build;

fn minified(path: &str, text: &str, emitter: &str) -> Vec<String> {
    let files = [(path.to_owned(), text.to_owned())];
    let items = build::split(&files, emitter).unwrap_or_else(|problems| panic!("{problems:#?}"));
    items.into_iter().map(|item| item.minified).collect()
}

const CLASS: &str =
    "export class A { own = 1; told = 2; then(x) { return x.own + this.told + x.a; } }";

/// Members of the classes of `async/`, but for those that the emitter or a platform knows.
#[test]
fn members_of_async_classes_are_short() {
    let text =
        format!("{CLASS}\nexport function f({{ own }}) {{ return {{ own, then: own.other }}; }}");
    assert_eq!(
        minified("async/a.js", &text, "js::member(it, \"told\")"),
        [
            "class $a{b=1;told=2;then(a){return a.b+this.told+a.a}}",
            "function $b({b:a}){return{b:a,then:a.other}}",
        ]
    );
}

#[test]
fn members_of_other_classes_stay() {
    assert_eq!(
        minified("a.js", CLASS, ""),
        ["class $a{own=1;told=2;then(a){return a.own+this.told+a.a}}"]
    );
}

#[test]
fn the_most_used_members_have_the_shortest_names() {
    let text = "export class A { once = 1; often = 1; m() { return this.often + this.often; } }";
    assert_eq!(minified("async/a.js", text, ""), ["class $a{c=1;a=1;b(){return this.a+this.a}}"]);
}
