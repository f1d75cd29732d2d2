//! Which exports can get to what blocks, over the calls of core code.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use windlass::options::Budget;
use windlass::reach::{ExportedFunc, Reach};
use windlass::{Options, decode, link};

/// A component whose core module `$M` has `code` and exports `f`, and can call `$wait`.
fn component(code: &str) -> String {
    format!(
        r#"(component
            (import "wait" (func $wait async))
            (core func $wait (canon lower (func $wait)))
            (core module $M
                (type $f (func))
                (type $g (func (param i32)))
                (import "" "wait" (func $wait))
                {code})
            (core instance $m (instantiate $M (with "" (instance (export "wait" (func $wait))))))
            (func (export "f") async (canon lift (core func $m "f"))))"#
    )
}

fn reach_with(text: &str, options: &Options) -> windlass::Result<Reach> {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    let decoded = decode::decode(&bytes).unwrap_or_else(|error| panic!("{error}"));
    Reach::new(&link::link(&decoded, &Budget::default())?, options)
}

fn reach(text: &str) -> Reach {
    reach_with(text, &Options::default()).expect("no patterns")
}

/// Whether `f` is suspended, and whether that is certain.
fn suspends(text: &str) -> (bool, bool) {
    let reach = reach(text);
    let ExportedFunc { suspends, need, .. } = reach.export(&["f"]).expect("it is exported");
    (*suspends, need.as_ref().is_some_and(|need| need.is_certain))
}

const CERTAIN: (bool, bool) = (true, true);
const MAYBE: (bool, bool) = (true, false);
const NO: (bool, bool) = (false, false);

#[test]
fn calls_are_followed() {
    for (code, expected) in [
        (r#"(func (export "f"))"#, NO),
        (r#"(func (export "f") call $wait)"#, CERTAIN),
        (r#"(func (export "f") return_call $wait)"#, CERTAIN),
        (r#"(func (export "f") call $a) (func $a call $b) (func $b call $a call $wait)"#, CERTAIN),
        (r#"(export "f" (func $wait))"#, CERTAIN),
        (r#"(func (export "f")) (func $other call $wait)"#, NO),
        // A table and a constant element of it.
        (
            r#"(table funcref (elem $wait)) (func (export "f") (call_indirect (type $f) (i32.const 0)))"#,
            CERTAIN,
        ),
        (
            r#"(func $n) (table funcref (elem $wait $n)) (func (export "f") (call_indirect (type $f) (i32.const 1)))"#,
            NO,
        ),
        // Any element, of the same type.
        (
            r#"(table funcref (elem $wait)) (global $i (mut i32) (i32.const 0))
               (func (export "f") (call_indirect (type $f) (global.get $i)))"#,
            MAYBE,
        ),
        (
            r#"(table funcref (elem $wait)) (global $i (mut i32) (i32.const 0))
               (func (export "f") (call_indirect (type $g) (i32.const 1) (global.get $i)))"#,
            NO,
        ),
        // References that move.
        (
            r#"(table 1 funcref) (elem declare func $wait)
               (func (export "f") (table.set (i32.const 0) (ref.func $wait)) (call_indirect (type $f) (i32.const 0)))"#,
            MAYBE,
        ),
        (r#"(elem declare func $wait) (func (export "f") (call_ref $f (ref.func $wait)))"#, MAYBE),
        (r#"(elem declare func $n) (func $n) (func (export "f") (call_ref $f (ref.func $n)))"#, NO),
        (
            r#"(global $r (ref $f) (ref.func $wait)) (func (export "f") (call_ref $f (global.get $r)))"#,
            MAYBE,
        ),
        (
            r#"(table $t funcref (elem $wait)) (table $u 1 funcref)
               (func (export "f") (table.copy $u $t (i32.const 0) (i32.const 0) (i32.const 1))
                  (call_indirect $u (type $f) (i32.const 0)))"#,
            MAYBE,
        ),
        (
            r#"(table 1 funcref) (elem $e func $wait)
               (func (export "f") (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))
                  (call_indirect (type $f) (i32.const 0)))"#,
            MAYBE,
        ),
    ] {
        assert_eq!(suspends(&component(code)), expected, "{code}");
    }
}

#[test]
fn tables_and_functions_go_from_instance_to_instance() {
    let text = r#"(component
        (import "wait" (func $wait async))
        (core func $wait (canon lower (func $wait)))
        (core module $A (table (export "t") 1 funcref)
            (func (export "call") (call_indirect (i32.const 0))))
        (core instance $a (instantiate $A))
        (core module $B (import "a" "t" (table 1 funcref)) (import "" "wait" (func $wait))
            (elem (i32.const 0) func $wait))
        (core instance (instantiate $B (with "a" (instance $a))
            (with "" (instance (export "wait" (func $wait))))))
        (core module $C (import "a" "call" (func $call)) (func (export "f") call $call)
            (func (export "g")))
        (core instance $c (instantiate $C (with "a" (instance $a))))
        (func (export "f") async (canon lift (core func $c "f")))
        (func (export "g") (canon lift (core func $c "g"))))"#;
    assert_eq!(suspends(text), CERTAIN);
    let reach = reach(text);
    assert!(!reach.export(&["g"]).expect("it is exported").suspends);
    assert!(!reach.start_suspends);
}

#[test]
fn modules_of_the_host_may_do_anything() {
    let text = r#"(component
        (import "wait" (func $wait async))
        (import "m" (core module $H (import "" "wait" (func)) (export "h" (func))))
        (core func $wait (canon lower (func $wait)))
        (core instance $h (instantiate $H (with "" (instance (export "wait" (func $wait))))))
        (core module $M (import "h" "h" (func $h)) (func (export "f") call $h) (func (export "g")))
        (core instance $m (instantiate $M (with "h" (instance $h))))
        (func (export "f") async (canon lift (core func $m "f")))
        (func (export "g") (canon lift (core func $m "g"))))"#;
    assert_eq!(suspends(text), MAYBE);
    assert!(!reach(text).export(&["g"]).expect("it is exported").suspends);
}

#[test]
fn start_functions_are_known() {
    let text = component(r#"(func $s call $wait) (start $s) (func (export "f"))"#);
    assert!(reach(&text).start_suspends);
}

#[test]
fn patterns_choose() {
    let text = component(r#"(func (export "f") call $wait)"#);
    let options = |to_async: &[&str], to_sync: &[&str]| {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Options {
            async_exports: texts(to_async),
            sync_exports: texts(to_sync),
            ..Options::default()
        }
    };
    let with = |options| reach_with(&text, &options).map(|reach| reach.exports[0].suspends);
    assert_eq!(with(options(&[], &["f"])), Ok(false));
    assert_eq!(with(options(&["f"], &["*"])), Ok(false));
    let error = with(options(&["nothing"], &[])).expect_err("there is none");
    assert_eq!(error.code.as_str(), "invalid-option");
    assert!(error.message.contains("`nothing`"), "{}", error.message);

    let plain = r#"(component (core module $M (func (export "f")))
        (core instance $m (instantiate $M))
        (func (export "f") (canon lift (core func $m "f"))))"#;
    let chosen = reach_with(plain, &options(&["f"], &[])).expect("it is there");
    assert!(chosen.uses_async && chosen.exports[0].returns_promise);
    assert!(!reach(plain).uses_async);
}

#[test]
fn imports_that_return_promises_are_followed() {
    let text = r#"(component
        (import "a:b/c@1.2.3" (instance $i (export "now" (func)) (export "sleep" (func))))
        (core func $now (canon lower (func $i "now")))
        (core func $sleep (canon lower (func $i "sleep")))
        (core module $M (import "" "now" (func $now)) (import "" "sleep" (func $sleep))
            (func (export "f") call $sleep) (func (export "g") call $now))
        (core instance $m (instantiate $M (with "" (instance
            (export "now" (func $now)) (export "sleep" (func $sleep))))))
        (func (export "f") (canon lift (core func $m "f")))
        (func (export "g") (canon lift (core func $m "g"))))"#;
    let with = |pattern: &str| {
        let options = Options { async_imports: vec![pattern.to_owned()], ..Options::default() };
        reach_with(text, &options)
            .map(|reach| ["f", "g"].map(|name| reach.export(&[name]).unwrap().returns_promise))
    };
    assert_eq!(with("a:b/c#sleep"), Ok([true, false]));
    assert_eq!(with("a:b/c@1.2.3#now"), Ok([false, true]));
    assert_eq!(with("a:*"), Ok([true, true]));
    assert_eq!(with("sleep").expect_err("it has an interface").code.as_str(), "invalid-option");
}

/// Many instances of a large module do not make a graph without end.
#[test]
fn hostile_components_end() {
    let callee = "call $wait ".repeat(50);
    let bodies: String = (0..2000)
        .map(|i| format!("(func $f{i} {callee} call $f{})", (i + 1) % 2000))
        .collect::<Vec<_>>()
        .concat();
    let elements: String = (0..2000).map(|i| format!("$f{i} ")).collect::<Vec<_>>().concat();
    let instances: String = (0..1500).map(|_| r#"(core instance (instantiate $M (with "" (instance (export "wait" (func $wait))))))"#).collect();
    let text = component(&format!(
        r#"(table funcref (elem {elements})) {bodies} (global $i (mut i32) (i32.const 0))
           (func (export "f") (call_indirect (type $f) (global.get $i)))"#
    ));
    let text = text
        .replace("(func (export \"f\") async", &format!("{instances} (func (export \"f\") async"));
    assert!(suspends(&text).0);
}
