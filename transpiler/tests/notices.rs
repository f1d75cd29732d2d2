//! Notices: facts that the output reports although nothing is wrong.

use windlass::output::Notice;
use windlass::{Options, transpile};

/// Names of exports and notices of a component with these exports.
fn notices(exports: &[&str]) -> (Vec<String>, Vec<Notice>) {
    let exports: String = exports
        .iter()
        .map(|name| format!("(export \"{name}\" (instance $i))"))
        .collect::<Vec<_>>()
        .concat();
    let text = format!(
        r#"(component
            (core module $m (func (export "f")))
            (core instance $c (instantiate $m))
            (func $f (canon lift (core func $c "f")))
            (instance $i (export "f" (func $f)))
            {exports})"#
    );
    let component = wat::parse_str(text).expect("a component");
    let output = transpile(&component, &Options::default()).expect("a module");
    (output.exports, output.notices)
}

#[test]
fn both_interfaces_with_one_short_name_are_named() {
    let (names, notices) = notices(&["demo:one/api@1.0.0", "demo:two/api@1.0.0"]);
    assert_eq!(names, ["api", "twoApi"]);
    let [notice] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!(notice.code, "colliding-exports");
    assert_eq!(
        notice.message,
        "the export `demo:two/api@1.0.0` is called `twoApi`, since `demo:one/api@1.0.0` is called `api`"
    );
}

#[test]
fn nothing_is_told_where_names_do_not_meet() {
    let (names, notices) = notices(&["demo:one/api@1.0.0", "demo:two/other", "plain"]);
    assert_eq!(names, ["api", "other", "plain"]);
    assert_eq!(notices, []);
}
